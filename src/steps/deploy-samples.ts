import type { Context } from '../context.ts';
import { mark } from '../ownership.ts';
import { renderTemplate } from '../templates.ts';
import { warningsOf } from './events.ts';
import { inCluster } from './in-cluster.ts';
import { checkObjects, deleteObjects, getObjects, type Manifest } from './objects.ts';
import { type State, type Step, state } from './step.ts';

/** The samples of the walkthrough, by the name that the command line knows them by. */
export const samples = {
  nlb: { title: 'Network Load Balancer', template: 'sample-nlb.yaml', kind: 'Service' },
  alb: { title: 'Application Load Balancer', template: 'sample-alb.yaml', kind: 'Ingress' },
} as const;

export type SampleName = keyof typeof samples;

/** The namespace of the samples. */
export const createNamespace: Step = {
  id: 'namespace',
  title: 'Create the namespace of the samples',
  subject: 'Namespace of the samples',
  command: 'deploy-sample',
  needs: ['api', 'sample-profile'],
  deadline: 600,
  check: inCluster(async (context) => checkObjects(context, await namespace(context))),
  async apply(context) {
    await context.kubectl.apply(await namespace(context));
  },
  async remove(context) {
    await deleteObjects(context, await namespace(context));
  },
};

/** The IngressClass of the ALB sample. */
export const createIngressClass: Step = {
  id: 'ingress-class',
  title: 'Create the IngressClass of the samples',
  subject: 'IngressClass of the samples',
  command: 'deploy-sample',
  needs: ['controller'],
  deadline: 120,
  check: inCluster(async (context) => checkObjects(context, await ingressClass(context))),
  async apply(context) {
    await context.kubectl.apply(await ingressClass(context));
  },
  async remove(context) {
    await deleteObjects(context, await ingressClass(context));
  },
};

/** The walkthrough's Service behind a Network Load Balancer. */
export const deployNlb = deploySample('nlb', ['namespace', 'controller', 'irsa']);

/** The walkthrough's Ingress behind an Application Load Balancer. */
export const deployAlb = deploySample('alb', ['namespace', 'controller', 'irsa', 'ingress-class']);

function deploySample(name: SampleName, needs: readonly string[]): Step {
  return {
    id: `sample-${name}`,
    title: `Deploy the ${samples[name].title} sample`,
    subject: `${samples[name].title} sample`,
    command: 'deploy-sample',
    needs,
    deadline: 900,
    // Deleting two load balancer objects at once makes the controller leave its shared security group behind.
    removeAlone: 'load-balancer-objects',
    check: inCluster(async (context) => {
      const manifests = await sampleManifests(context, name);
      const found = await checkObjects(context, manifests);
      return found.status === 'ready' ? checkHostname(context, name) : found;
    }),
    async apply(context) {
      await context.kubectl.apply(await sampleManifests(context, name));
    },
    async remove(context) {
      await deleteObjects(context, await sampleManifests(context, name));
    },
  };
}

async function checkHostname(context: Context, name: SampleName): Promise<State> {
  const hostname = await sampleHostname(context, name);
  if (hostname) return state.ready(hostname);
  const { kind } = samples[name];
  const [warning] = await warningsOf(context, context.config.namespace, kind, `helloworld-${name}`);
  return state.pending(warning ?? 'the controller has not made the load balancer yet');
}

/** The host name of a sample's load balancer, once the controller has written it. */
export async function sampleHostname(context: Context, name: SampleName): Promise<string | undefined> {
  const manifests = await sampleManifests(context, name);
  const objects = await getObjects(context, manifests);
  const owner = objects.find((object) => object?.kind === samples[name].kind);
  return owner?.status?.loadBalancer?.ingress?.[0]?.hostname;
}

async function sampleManifests({ config }: Context, name: SampleName): Promise<Manifest[]> {
  const tokens = {
    namespace: config.namespace,
    image: config.sampleImage,
    labels: mark(config),
    inboundCidrs: inboundCidrs(config, name),
  };
  return (await renderTemplate(samples[name].template, tokens)) as Manifest[];
}

/** A list for the Service, text for the annotation of the Ingress; undefined leaves the field out: open to everybody. */
const inboundCidrs = ({ inboundCidrs: ranges }: Context['config'], name: SampleName) =>
  samples[name].kind === 'Ingress' ? ranges?.join(',') : ranges;

async function namespace({ config }: Context): Promise<Manifest[]> {
  const tokens = { namespace: config.namespace, labels: mark(config) };
  return (await renderTemplate('namespace.yaml', tokens)) as Manifest[];
}

async function ingressClass({ config }: Context): Promise<Manifest[]> {
  return (await renderTemplate('ingress-class.yaml', { labels: mark(config) })) as Manifest[];
}
