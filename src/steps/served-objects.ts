import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';

/** Kinds that the controller serves, and what the finalizers have in common that it holds them with. */
const kinds = ['Service', 'Ingress', 'targetgroupbindings.elbv2.k8s.aws'];
const finalizer = /(^|\.)(service|ingress|elbv2)\.k8s\.aws\//;

/** Objects of others that the controller serves: `Ingress shop/web`. Bindings that it made for them do not count. */
export async function othersServed({ kubectl, config }: Context): Promise<string[]> {
  const found = await Promise.all(kinds.map((kind) => kubectl.list(kind)));
  return found
    .flat()
    .filter(({ metadata }) => metadata.finalizers?.some((one) => finalizer.test(one)))
    .filter(({ metadata }) => !isOurs(config, metadata.labels) && !isMadeByController(metadata.labels))
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
}

/** The controller labels the bindings that it makes with the stack that they belong to. */
const isMadeByController = (labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.keys(labels).some((key) => /^(service|ingress)\.k8s\.aws\/stack/.test(key));
