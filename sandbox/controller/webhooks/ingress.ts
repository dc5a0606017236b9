import type { KubeCache } from '../kube/cache.ts';
import type { Ingress } from '../kube/types.ts';
import { annotationPrefixes } from '../model/constants.ts';
import { classAnnotation, classify, loadClass, matchesClassAnnotation } from '../model/ingress-class.ts';
import { ingressAnnotations } from '../model/ingress-group.ts';
import type { ControllerConfig } from '../process/config.ts';
import type { Validate } from './admission.ts';

/**
 * Refuses Ingresses whose class does not exist, on every update as well: without its class an Ingress cannot even
 * lose its finalizer (facts/lbc.md §6).
 */
export const validateIngress =
  (kube: KubeCache, config: ControllerConfig): Validate =>
  async ({ object, oldObject }) => {
    const ingress = object as Ingress;
    const before = oldObject as Ingress | undefined;
    const { ours } = classify(kube, ingress, config, false);
    if (!ours) return;
    checkClassAnnotation(config, ingress, before);
    checkGroupAnnotation(config, ingress, before);
    const { ingressClassName } = ingress.spec;
    if (ingressClassName !== undefined && ingressClassName !== before?.spec.ingressClassName) {
      loadClass(kube, ingress, false);
    }
    checkConditions(ingress);
  };

const usesClassAnnotation = (config: ControllerConfig, ingress: Ingress | undefined): boolean => {
  const annotated = ingress?.metadata.annotations?.[classAnnotation];
  return annotated !== undefined && matchesClassAnnotation(annotated, config.ingressClass);
};

function checkClassAnnotation(config: ControllerConfig, ingress: Ingress, before: Ingress | undefined): void {
  if (!config.disableClassAnnotation || usesClassAnnotation(config, before)) return;
  if (usesClassAnnotation(config, ingress)) {
    throw new Error(`new usage of \`${classAnnotation}\` annotation is forbidden`);
  }
}

function checkGroupAnnotation(config: ControllerConfig, ingress: Ingress, before: Ingress | undefined): void {
  if (!config.disableGroupAnnotation) return;
  const name = ingressAnnotations(ingress.metadata.annotations).text('group.name');
  const known = ingressAnnotations(before?.metadata.annotations).text('group.name');
  if (name !== undefined && name !== known) {
    throw new Error(`new usage of \`${annotationPrefixes.ingress}/group.name\` annotation is forbidden`);
  }
}

/** Conditions are refused when the model is built; here only what is no JSON. */
function checkConditions(ingress: Ingress): void {
  const annotations = ingressAnnotations(ingress.metadata.annotations);
  for (const rule of ingress.spec.rules ?? []) {
    for (const { backend } of rule.http?.paths ?? []) {
      if (backend.service !== undefined) annotations.json(`conditions.${backend.service.name}`);
    }
  }
}
