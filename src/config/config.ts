import type { EffectiveValues } from './load.ts';

/** The settings of one run, complete. */
export interface Config {
  readonly cluster: string;
  readonly region: string;
  readonly profile?: string;
  readonly kubernetesVersion: string;
  readonly policyName: string;
  readonly serviceAccount: string;
  readonly fargateProfile: string;
  readonly namespace: string;
  readonly sampleImage: string;
}

const required = (values: EffectiveValues, key: keyof EffectiveValues): string => {
  const value = values[key]?.value;
  if (value === undefined) throw new Error(`setting ${key} has neither value nor default`);
  return value;
};

/** Completes the effective settings with the region found in the AWS configuration and with names made from others. */
export function completeConfig(values: EffectiveValues, region: string): Config {
  const cluster = required(values, 'cluster');
  return {
    cluster,
    region,
    profile: values.profile?.value,
    kubernetesVersion: required(values, 'kubernetesVersion'),
    // IAM is global: without the region, clusters of the same name in two regions would share a policy.
    policyName: values.policyName?.value ?? `AWSLoadBalancerController-${cluster}-${region}`,
    serviceAccount: required(values, 'serviceAccount'),
    fargateProfile: required(values, 'fargateProfile'),
    namespace: required(values, 'namespace'),
    sampleImage: required(values, 'sampleImage'),
  };
}
