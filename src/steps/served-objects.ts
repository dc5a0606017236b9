import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import type { KubeObject } from '../tools/kubectl.ts';

/** Kinds that the controller serves, bindings last: they lead to pods until their owner is gone. */
const kinds = ['Service', 'Ingress', 'targetgroupbindings.elbv2.k8s.aws'];

/** The controller that its IngressClasses name. */
export const albController = 'ingress.k8s.aws/alb';

/** What the finalizers have in common that the controller holds objects with. */
export const controllerFinalizer = /(^|\.)(service|ingress|elbv2)\.k8s\.aws\//;

/** The labels with which it says what it made a binding for. */
export const stackLabel = /^(service|ingress)\.k8s\.aws\/stack/;

/** Whether the controller must act before an object can go. */
export const isHeld = ({ metadata }: KubeObject): boolean =>
  metadata.finalizers?.some((one) => controllerFinalizer.test(one)) ?? false;

/** Objects of others that the controller serves. Bindings that it made for them do not count. */
export async function findOthersServed({ kubectl, config }: Context): Promise<KubeObject[]> {
  const found = await Promise.all(kinds.map((kind) => kubectl.list(kind)));
  return found
    .flat()
    .filter(isHeld)
    .filter(({ metadata }) => !isOurs(config, metadata.labels) && !isMadeByController(metadata.labels));
}

/** The same by name: `Ingress shop/web`. */
export const othersServed = async (context: Context): Promise<string[]> =>
  (await findOthersServed(context)).map(nameOf);

/** `Ingress shop/web`, `Namespace shop`. */
export const nameOf = ({ kind, metadata }: KubeObject): string =>
  `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;

/** The controller labels the bindings that it makes with the stack that they belong to. */
const isMadeByController = (labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.keys(labels).some((key) => stackLabel.test(key));
