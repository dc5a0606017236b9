import type { SampleName } from '../config/sample-settings.ts';
import type { Context } from '../context.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { sampleObject } from './sample-manifests.ts';

/** What every namespace holds, made by Kubernetes itself. */
const standard = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default']);

/** Records of what is elsewhere: they come and go with what they tell of. */
const records = new Set(['Event', 'Endpoints', 'EndpointSlice', 'PodMetrics', 'Lease']);

/** What somebody has put into the namespace of the samples, of every kind that the cluster knows, besides `samples`. */
export async function namespaceContent(
  { kubectl, config }: Context,
  samples: readonly SampleName[],
): Promise<string[]> {
  const kinds = await kubectl.namespacedKinds();
  const objects = await kubectl.list(kinds.join(','), { namespace: config.namespace });
  const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;
  const owned = ({ metadata }: KubeObject): boolean => (metadata.ownerReferences?.length ?? 0) > 0;
  return objects
    .filter((object) => !owned(object) && !records.has(object.kind) && !standard.has(nameOf(object)))
    .filter((object) => !belongsTo(object, samples))
    .map(nameOf);
}

/** The Ingresses of the samples' IngressClass, besides those of `samples`. */
export async function ingressesOfClass(
  { kubectl, config }: Context,
  samples: readonly SampleName[],
): Promise<string[]> {
  const ingresses = await kubectl.list('Ingress.v1.networking.k8s.io');
  return ingresses
    .filter(({ spec }) => spec?.ingressClassName === config.ingressClass)
    .filter((object) => object.metadata.namespace !== config.namespace || !belongsTo(object, samples))
    .map(({ metadata }) => `Ingress ${metadata.namespace}/${metadata.name}`);
}

/** An object of a sample, or the binding that the controller makes for it; in a dry run they are still there. */
const belongsTo = ({ metadata, spec }: KubeObject, samples: readonly SampleName[]): boolean =>
  samples.map(sampleObject).some((name) => metadata.name === name || spec?.serviceRef?.name === name);
