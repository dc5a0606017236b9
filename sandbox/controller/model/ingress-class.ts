import type { KubeCache } from '../kube/cache.ts';
import { type Ingress, type IngressClass, type IngressClassParams, matchesSelector } from '../kube/types.ts';
import type { ControllerConfig } from '../process/config.ts';

/** The value of `spec.controller` that makes an IngressClass this controller's. */
export const albController = 'ingress.k8s.aws/alb';

/** The older way to name a class. */
export const classAnnotation = 'kubernetes.io/ingress.class';

const defaultMark = 'ingressclass.kubernetes.io/is-default-class';

/** The class of an Ingress could not be used. The webhook refuses with this text, events carry it. */
export class InvalidIngressClass extends Error {
  constructor(cause: string) {
    super(`invalid ingress class: ${cause}`);
  }
}

/** The class of an Ingress, when it names one. */
export interface LoadedClass {
  readonly ingressClass?: IngressClass;
  readonly params?: IngressClassParams;
}

/** Finds an Ingress's class, or the cluster's default class. Throws InvalidIngressClass. */
export function loadClass(
  kube: Pick<KubeCache, 'classes' | 'classParams' | 'namespaces'>,
  ingress: Ingress,
  withParams: boolean,
): LoadedClass {
  const name = ingress.spec.ingressClassName ?? defaultClass(kube.classes.list());
  if (name === undefined) return {};
  const ingressClass = kube.classes.get(name);
  if (ingressClass === undefined) {
    throw new InvalidIngressClass(`IngressClass.networking.k8s.io "${name}" not found`);
  }
  const reference = ingressClass.spec.parameters;
  if (ingressClass.spec.controller !== albController || reference === undefined || !withParams) {
    return { ingressClass };
  }
  if (reference.apiGroup !== 'elbv2.k8s.aws' || reference.kind !== 'IngressClassParams') {
    throw new InvalidIngressClass(`IngressClass ${name} references unknown parameters`);
  }
  const params = kube.classParams.get(reference.name);
  if (params === undefined) {
    throw new InvalidIngressClass(`IngressClassParams.elbv2.k8s.aws "${reference.name}" not found`);
  }
  const selector = params.spec?.namespaceSelector;
  if (selector !== undefined) {
    const namespace = kube.namespaces.get(ingress.metadata.namespace ?? '');
    if (!matchesSelector(namespace?.metadata.labels, selector)) {
      throw new InvalidIngressClass(`namespaceSelector of IngressClassParams ${reference.name} mismatch`);
    }
  }
  return { ingressClass, params };
}

function defaultClass(classes: readonly IngressClass[]): string | undefined {
  const marked = classes.filter((each) => each.metadata.annotations?.[defaultMark] === 'true');
  if (marked.length > 1) throw new Error('multiple default IngressClasses found');
  return marked[0]?.metadata.name;
}

/** What the class says of an Ingress: whether this controller serves it, and its parameters. */
export function classify(
  kube: Pick<KubeCache, 'classes' | 'classParams' | 'namespaces'>,
  ingress: Ingress,
  config: Pick<ControllerConfig, 'ingressClass'>,
  withParams = true,
): { ours: boolean; params?: IngressClassParams } {
  const annotated = ingress.metadata.annotations?.[classAnnotation];
  if (annotated !== undefined) return { ours: matchesClassAnnotation(annotated, config.ingressClass) };
  const { ingressClass, params } = loadClass(kube, ingress, withParams);
  if (ingressClass === undefined) return { ours: config.ingressClass === '' };
  return { ours: ingressClass.spec.controller === albController, params };
}

/** True when the annotation names the class that this controller was given. */
export const matchesClassAnnotation = (annotated: string, ingressClass: string): boolean =>
  annotated === ingressClass || (ingressClass === '' && annotated === 'alb');
