import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import type { KubeObject } from '../tools/kubectl.ts';

/** Kinds that the controller serves, bindings last: they lead to pods until their owner is gone. */
const kinds = ['Service', 'Ingress', 'targetgroupbindings.elbv2.k8s.aws'];

/** What the finalizers have in common that the controller holds objects with. */
export const controllerFinalizer = /(^|\.)(service|ingress|elbv2)\.k8s\.aws\//;

/** Objects of others that the controller serves. Bindings that it made for them do not count. */
export async function findOthersServed({ kubectl, config }: Context): Promise<KubeObject[]> {
  const found = await Promise.all(kinds.map((kind) => kubectl.list(kind)));
  return found
    .flat()
    .filter(({ metadata }) => metadata.finalizers?.some((one) => controllerFinalizer.test(one)))
    .filter(({ metadata }) => !isOurs(config, metadata.labels) && !isMadeByController(metadata.labels));
}

/** The same by name: `Ingress shop/web`. */
export const othersServed = async (context: Context): Promise<string[]> =>
  (await findOthersServed(context)).map(nameOf);

/** `Ingress shop/web` */
export const nameOf = ({ kind, metadata }: KubeObject): string =>
  `${kind} ${metadata.namespace}/${metadata.name}`;

/** The controller labels the bindings that it makes with the stack that they belong to. */
const isMadeByController = (labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.keys(labels).some((key) => /^(service|ingress)\.k8s\.aws\/stack/.test(key));
