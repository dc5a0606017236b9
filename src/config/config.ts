import type { EffectiveValues } from './load.ts';
import { type SampleAnnotations, sampleAnnotations } from './sample-annotations.ts';
import type { SampleName } from './sample-settings.ts';

/** The settings of one run, complete. */
export interface Config {
  readonly cluster: string;
  readonly region: string;
  readonly profile?: string;
  /** The account that the credentials must belong to; undefined: any. */
  readonly account?: string;
  readonly kubernetesVersion: string;
  readonly policyName: string;
  readonly serviceAccount: string;
  readonly fargateProfile: string;
  readonly namespace: string;
  readonly ingressClass: string;
  readonly sampleImage: string;
  /** The samples that are deployed and called when none are named. */
  readonly samples: readonly SampleName[];
  readonly annotations: SampleAnnotations;
  /** Ranges from which the Kubernetes API may be reached; undefined: a new cluster's is open to everybody. */
  readonly apiCidrs?: readonly string[];
  /** Ranges from which the samples' load balancers may be reached; undefined: from everywhere. */
  readonly inboundCidrs?: readonly string[];
  /** A role that gets full access to the cluster, besides the identity that makes it. */
  readonly adminRoleArn?: string;
  /** Whether the cluster goes into the user's kubeconfig, and becomes its current context. */
  readonly updateKubeconfig: 'no' | 'merge' | 'switch';
  /** Stands before the first line and the names in kubeconfigs. */
  readonly label?: string;
  /** The URL below which copies of everything that is downloaded stand. */
  readonly mirror?: string;
  /** The longest that one step may take, in seconds; undefined: each step's own deadline. */
  readonly timeout?: number;
  /** Preflight checks that are left out. */
  readonly skipPreflight: readonly string[];
}

const required = (values: EffectiveValues, key: keyof EffectiveValues): string => {
  const value = values[key]?.value;
  if (value === undefined) throw new Error(`setting ${key} has neither value nor default`);
  return value;
};

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `90s`, `10m` or `1h` in seconds. */
const seconds = (duration: string): number =>
  Number.parseInt(duration, 10) * (units[duration.at(-1) ?? ''] ?? 1);

/** Completes the effective settings with the region found in the AWS configuration and with names made from others. */
export function completeConfig(values: EffectiveValues, region: string): Config {
  const cluster = required(values, 'cluster');
  return {
    cluster,
    region,
    profile: values.profile?.value,
    account: values.account?.value,
    kubernetesVersion: required(values, 'kubernetesVersion'),
    // IAM is global: without the region, clusters of the same name in two regions would share a policy.
    policyName: values.policyName?.value ?? `AWSLoadBalancerController-${cluster}-${region}`,
    serviceAccount: required(values, 'serviceAccount'),
    fargateProfile: required(values, 'fargateProfile'),
    namespace: required(values, 'namespace'),
    ingressClass: required(values, 'ingressClass'),
    sampleImage: required(values, 'sampleImage'),
    samples: required(values, 'samples').split(',') as SampleName[],
    annotations: sampleAnnotations(values, region),
    apiCidrs: values.apiCidr?.value.split(','),
    inboundCidrs: values.inboundCidr?.value.split(','),
    adminRoleArn: values.adminRoleArn?.value,
    updateKubeconfig: required(values, 'updateKubeconfig') as Config['updateKubeconfig'],
    label: values.label?.value,
    mirror: values.mirror?.value,
    timeout: values.timeout && seconds(values.timeout.value),
    skipPreflight: values.skipPreflight?.value.split(',') ?? [],
  };
}
