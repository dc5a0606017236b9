import type { Context } from '../context.ts';
import type { KubeObject } from '../tools/kubectl.ts';

/** What every namespace holds, made by Kubernetes itself. */
const standard = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default']);

/** Records of what is elsewhere: they come and go with what they tell of. */
const records = new Set(['Event', 'Endpoints', 'EndpointSlice', 'PodMetrics', 'Lease']);

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

/** What somebody has put into the namespace of the samples, of every kind that the cluster knows. */
export async function namespaceContent({ kubectl, config }: Context): Promise<string[]> {
  const kinds = await kubectl.namespacedKinds();
  const objects = await kubectl.list(kinds.join(','), { namespace: config.namespace });
  const owned = ({ metadata }: KubeObject): boolean => (metadata.ownerReferences?.length ?? 0) > 0;
  return objects
    .filter((object) => !owned(object) && !records.has(object.kind) && !standard.has(nameOf(object)))
    .map(nameOf);
}
