/** Finalizers that the controller puts on objects while AWS resources exist for them (facts/lbc.md §4, "Objects"). */
export const finalizers = {
  service: 'service.k8s.aws/resources',
  /** An Ingress that is alone in its group. */
  ingress: 'ingress.k8s.aws/resources',
  /** An Ingress of a named group. */
  group: (name: string): string => `group.ingress.k8s.aws/${name}`,
  binding: 'elbv2.k8s.aws/resources',
} as const;

/** Prefixes of the annotations that users write. */
export const annotationPrefixes = {
  service: 'service.beta.kubernetes.io',
  ingress: 'alb.ingress.kubernetes.io',
} as const;

/** Resource identities, the values of the `…/resource` tag. */
export const resourceIds = { loadBalancer: 'LoadBalancer', securityGroup: 'ManagedLBSecurityGroup' } as const;
