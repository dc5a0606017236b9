import type { AnnotatedSample, SampleName } from '../config/sample-settings.ts';
import type { Context } from '../context.ts';
import { mark } from '../ownership.ts';
import { renderTemplate } from '../templates.ts';
import type { Manifest } from './objects.ts';

/** What each sample is called, and the kind of object that its load balancer belongs to. */
export const samples = {
  nlb: { title: 'Network Load Balancer', kind: 'Service' },
  alb: { title: 'Application Load Balancer', kind: 'Ingress' },
  tgb: { title: 'TargetGroupBinding', kind: 'TargetGroupBinding' },
} as const satisfies Record<SampleName, object>;

/** The name of a sample's Deployment, Service and load balancer object. */
export const sampleObject = (name: SampleName): string => `helloworld-${name}`;

/** For a step of a sample: whether that sample is asked for. */
export const wantsSample =
  (name: SampleName) =>
  ({ config }: Context): boolean =>
    config.samples.includes(name);

/** The load balancer outside Kubernetes that the TargetGroupBinding sample is bound to. */
export interface BindingTarget {
  readonly targetGroupArn: string;
  readonly securityGroup: string;
}

const common = ({ config }: Context) => ({
  namespace: config.namespace,
  image: config.sampleImage,
  labels: mark(config),
});

/** The objects of the samples for which the controller makes a load balancer. */
export async function annotatedManifests(context: Context, name: AnnotatedSample): Promise<Manifest[]> {
  const { annotations, inboundCidrs, ingressClass } = context.config;
  const tokens = {
    ...common(context),
    annotations: { ...annotations[name], [tagAnnotations[name]]: tagText(context) },
  };
  const own = { nlb: { inboundCidrs }, alb: { ingressClass } };
  return (await renderTemplate(`sample-${name}.yaml`, { ...tokens, ...own[name] })) as Manifest[];
}

/** What makes the controller put our mark on what it makes for a sample, whoever installed it. */
const tagAnnotations: Readonly<Record<AnnotatedSample, string>> = {
  nlb: 'service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags',
  alb: 'alb.ingress.kubernetes.io/tags',
};

const tagText = ({ config }: Context): string =>
  Object.entries(mark(config, 'load balancer'))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** The objects of the TargetGroupBinding sample. */
export async function bindingManifests(context: Context, target: BindingTarget): Promise<Manifest[]> {
  return (await renderTemplate('sample-tgb.yaml', { ...common(context), ...target })) as Manifest[];
}

/** The namespace of the samples. */
export async function namespaceManifests({ config }: Context): Promise<Manifest[]> {
  const tokens = { namespace: config.namespace, labels: mark(config) };
  return (await renderTemplate('namespace.yaml', tokens)) as Manifest[];
}

/** The IngressClass of the ALB sample. */
export async function ingressClassManifests({ config }: Context): Promise<Manifest[]> {
  return (await renderTemplate('ingress-class.yaml', {
    ingressClass: config.ingressClass,
    labels: mark(config),
  })) as Manifest[];
}
