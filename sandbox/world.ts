import type { AwsCloud } from './aws/service.ts';
import type { Clock } from './clock.ts';
import type { FaultList } from './faults.ts';
import type { KubernetesHost } from './kubernetes/api.ts';
import type { PodNetwork } from './kubernetes/network.ts';
import type { CertificateAuthority } from './pki.ts';
import type { Random } from './random.ts';
import type { Recorder } from './record.ts';

/** What every part of the rehearsal is made with. Made once, by `startSandbox`. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly record: Recorder;
  readonly faults: FaultList;
  /** The twelve digits of the one emulated account. */
  readonly account: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Where requests without a region in their signature go. */
  readonly region: string;
  /** The largest page that paginated AWS lists return; each page's size is drawn from 1 to it. Default: what AWS returns. */
  readonly pageSize?: number;
  /** Simulated seconds for which IAM's reads do not show what was just created. Default: none. */
  readonly iamLag?: number;
  /** Signs every certificate of the rehearsal: Kubernetes endpoints and the hosts behind the guard proxy. */
  readonly authority: CertificateAuthority;
  /** Connects pod addresses to the programs that listen there. */
  readonly network: PodNetwork;
  /** The emulated AWS; set before the first request. */
  readonly aws: AwsCloud;
  /** The Kubernetes API servers of the emulated EKS clusters; set before the first request. */
  readonly kubernetes: KubernetesHost;
}
