import type { Aws } from './aws/clients.ts';
import type { Config } from './config/config.ts';
import type { Lock } from './lock/lock.ts';
import type { RunLog } from './log.ts';
import type { Reporter } from './output/reporter.ts';
import type { ReadCache } from './read-cache.ts';
import type { Eksctl } from './tools/eksctl.ts';
import type { Helm } from './tools/helm.ts';
import type { Kubectl } from './tools/kubectl.ts';
import type { ToolRunner } from './tools/tool.ts';
import type { Toolbox } from './tools/toolbox.ts';
import type { Writes } from './writes.ts';

/** What every step works with. Made once per run. */
export interface Context {
  readonly config: Config;
  readonly aws: Aws;
  readonly toolbox: Toolbox;
  readonly tools: ToolRunner;
  readonly kubectl: Kubectl;
  readonly helm: Helm;
  readonly eksctl: Eksctl;
  readonly out: Reporter;
  /** Takes what people need only when something went wrong. */
  readonly log: Pick<RunLog, 'add'>;
  /** What was read in this run. */
  readonly reads: ReadCache;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Every change goes through here; a dry run notes it instead. */
  readonly writes: Writes;
  /** Held by the one run that changes the cluster; `writes` takes it. */
  readonly lock: Lock;
  /** The cluster is not asked for anything: what is in it goes with it, or is found in AWS. */
  readonly awsOnly?: boolean;
  /** The cluster stays, although it may be ours: only what was installed into it is taken away. */
  readonly keepCluster?: boolean;
  /** The folder of this cluster's generated files. */
  readonly folder: string;
  /** Where this run puts generated files: that folder, or one beside the log in a dry run. */
  readonly files: string;
}
