import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import type { ApiServer } from '../rest/context.ts';

const defaultAnnotation = 'ingressclass.kubernetes.io/is-default-class';
const legacyAnnotation = 'kubernetes.io/ingress.class';

/** Gives an Ingress without a class the default one, if there is one (plugin DefaultIngressClass). */
export function admitIngress(server: ApiServer, ingress: KubeObject): KubeObject {
  if (at(ingress, 'spec.ingressClassName') || ingress.metadata.annotations?.[legacyAnnotation])
    return ingress;
  const fallback = server.store
    .list('ingressclasses.networking.k8s.io')
    .find(({ metadata }) => metadata.annotations?.[defaultAnnotation] === 'true');
  if (!fallback) return ingress;
  return { ...ingress, spec: { ...(ingress.spec as object), ingressClassName: fallback.metadata.name } };
}
