import type { KubeClient, KubeObject } from '../api.ts';
import type { FargateProfile } from './cloud.ts';
import type { Container, Pod } from './types.ts';

/** The scheduler of pods that a Fargate profile takes. */
export const fargateScheduler = 'fargate-scheduler';
/** Names the profile of a pod on Fargate; may be set by hand to choose between several that match. */
export const profileLabel = 'eks.amazonaws.com/fargate-profile';
/** `ec2` keeps a pod off Fargate: coredns comes that way (facts/eksctl.md §4). */
const computeTypeAnnotation = 'eks.amazonaws.com/compute-type';

const roleAnnotation = 'eks.amazonaws.com/role-arn';
const audienceAnnotation = 'eks.amazonaws.com/audience';
const expirationAnnotation = 'eks.amazonaws.com/token-expiration';
const tokenVolume = 'aws-iam-token';
const tokenDirectory = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
const daySeconds = 86_400;

// Selectors may hold `*` and `?` (EKS user guide, "Fargate profile wildcards").
const fits = (pattern: string, value: string | undefined): boolean => {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return value !== undefined && new RegExp(`^${escaped}$`).test(value);
};

/** The profile that takes a pod: the one its label names, else the first by name whose selectors match. */
function profileFor(pod: KubeObject, profiles: readonly FargateProfile[]): FargateProfile | undefined {
  const { namespace, labels = {}, annotations = {} } = pod.metadata;
  if (annotations[computeTypeAnnotation] === 'ec2') return undefined;
  const matching = profiles
    .filter(({ selectors }) =>
      selectors.some(
        (selector) =>
          fits(selector.namespace ?? '', namespace) &&
          Object.entries(selector.labels ?? {}).every(([key, pattern]) => fits(pattern, labels[key])),
      ),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return matching.find(({ name }) => name === labels[profileLabel]) ?? matching[0];
}

/** Gives a pod that a profile matches to Fargate. Only ever done as the pod is created (facts/pitfalls.md P11). */
export function placeOnFargate(pod: Pod, profiles: readonly FargateProfile[]): Pod {
  const scheduler = pod.spec.schedulerName ?? 'default-scheduler';
  const profile = scheduler === 'default-scheduler' && !pod.spec.nodeName && profileFor(pod, profiles);
  if (!profile) return pod;
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, [profileLabel]: profile.name } },
    spec: {
      ...pod.spec,
      schedulerName: fargateScheduler,
      priorityClassName: 'system-node-critical',
      priority: 2_000_001_000,
    },
  };
}

/**
 * Gives the containers of a pod the role of its ServiceAccount, as the amazon-eks-pod-identity-webhook does: variables
 * of the SDKs' web identity provider, and a projected token.
 */
export async function injectRole(client: KubeClient, region: string, pod: Pod): Promise<Pod> {
  const name = pod.spec.serviceAccountName ?? 'default';
  const account = await client.get('serviceaccounts', name, pod.metadata.namespace);
  const annotations = account?.metadata.annotations ?? {};
  const role = annotations[roleAnnotation];
  if (!role || pod.spec.volumes?.some((volume) => volume.name === tokenVolume)) return pod;
  const variables = {
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_ROLE_ARN: role,
    AWS_WEB_IDENTITY_TOKEN_FILE: `${tokenDirectory}/token`,
  };
  const inject = (container: Container): Container => {
    const present = new Set(container.env?.map((variable) => variable.name));
    const added = Object.entries(variables)
      .filter(([variable]) => !present.has(variable))
      .map(([variable, value]) => ({ name: variable, value }));
    return {
      ...container,
      env: [...(container.env ?? []), ...added],
      volumeMounts: [
        ...(container.volumeMounts ?? []),
        { name: tokenVolume, mountPath: tokenDirectory, readOnly: true },
      ],
    };
  };
  const serviceAccountToken = {
    audience: annotations[audienceAnnotation] ?? 'sts.amazonaws.com',
    expirationSeconds: Number(annotations[expirationAnnotation] ?? daySeconds),
    path: 'token',
  };
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: pod.spec.containers.map(inject),
      ...(pod.spec.initContainers ? { initContainers: pod.spec.initContainers.map(inject) } : {}),
      volumes: [
        { name: tokenVolume, projected: { defaultMode: 420, sources: [{ serviceAccountToken }] } },
        ...(pod.spec.volumes ?? []),
      ],
    },
  };
}
