import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api.ts';
import { controllerReference } from './selectors.ts';
import type { Deployment, PodTemplate, ReplicaSet } from './types.ts';

/** The label that tells the pods of a Deployment's ReplicaSets apart. */
const hashLabel = 'pod-template-hash';
/** Counts a Deployment's templates; `kubectl rollout history` and `undo` go by it. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maximumAnnotation = 'deployment.kubernetes.io/max-replicas';
const notCopied = ['kubectl.kubernetes.io/last-applied-configuration', 'deprecated.deployment.rollback.to'];

/** The revision an object carries, 0 when none. */
export const revisionOf = (object: KubeObject): number =>
  Number(object.metadata.annotations?.[revisionAnnotation] ?? 0);

// What a Go struct does not tell apart: a missing field, null, and an empty object or list.
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? value.map(canonical) : undefined;
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const fields = Object.entries(value)
    .map(([key, each]): [string, unknown] => [key, canonical(each)])
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

const withoutHash = (template: PodTemplate): PodTemplate => {
  const { [hashLabel]: _hash, ...labels } = template.metadata?.labels ?? {};
  const { annotations } = template.metadata ?? {};
  return { metadata: { labels, ...(annotations ? { annotations } : {}) }, spec: template.spec };
};

/** Whether two templates make the same pods. */
const sameTemplate = (a: PodTemplate, b: PodTemplate): boolean =>
  isDeepStrictEqual(canonical(withoutHash(a)), canonical(withoutHash(b)));

/** The ReplicaSet of the Deployment's present template; the oldest, should there be several. */
export const findNewSet = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  [...sets]
    .sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))
    .find((set) => sameTemplate(set.spec.template, deployment.spec.template));

// FNV-1a of 32 bits, written in the alphabet of apimachinery's SafeEncodeString.
function templateHash(template: PodTemplate): string {
  const text = JSON.stringify(canonical(template));
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** Annotations that a Deployment hands down to its newest ReplicaSet. */
export function handedDown(deployment: Deployment, revision: number, surge: number): Record<string, string> {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([key]) => !notCopied.includes(key),
  );
  const replicas = deployment.spec.replicas ?? 1;
  return {
    ...Object.fromEntries(own),
    [revisionAnnotation]: String(revision),
    [desiredAnnotation]: String(replicas),
    [maximumAnnotation]: String(replicas + surge),
  };
}

/** A ReplicaSet for the Deployment's present template, without replicas yet. */
export function newReplicaSet(deployment: Deployment, annotations: Record<string, string>): ReplicaSet {
  const { name, namespace } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations,
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...structuredClone(template), metadata: { ...template.metadata, labels } },
    },
  };
}
