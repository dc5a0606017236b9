import { clusterStays } from '../aws/cluster.ts';
import { type AnnotatedSample, type SampleName, sampleNames } from '../config/sample-settings.ts';
import type { Context } from '../context.ts';
import { addressesOfLoadBalancer } from '../cost/billed.ts';
import { UserError } from '../errors/user-error.ts';
import { isForgottenGroup, renewController } from './controller-health.ts';
import { deleteServed } from './delete-served.ts';
import { warningsOf } from './events.ts';
import { inCluster } from './in-cluster.ts';
import {
  applyObjects,
  checkObjects,
  deleteObjects,
  getObjects,
  isOwnObject,
  type Manifest,
} from './objects.ts';
import { hasPodOlderThanProfile } from './pods.ts';
import { hostnameOf, lagOf, sampleOwner } from './sample-load-balancer.ts';
import {
  annotatedManifests,
  ingressClassManifests,
  namespaceManifests,
  sampleObject,
  samples,
  wantsSample,
} from './sample-manifests.ts';
import { ingressesOfClass, namespaceContent } from './sample-users.ts';
import { type State, type Step, state } from './step.ts';

/** The namespace of the samples. */
export const createNamespace: Step = {
  id: 'namespace',
  title: 'Create the namespace of the samples',
  subject: 'Namespace of the samples',
  command: 'deploy-sample',
  needs: ['api', 'sample-profile'],
  deadline: 600,
  check: inCluster(async (context) => checkObjects(context, await namespaceManifests(context))),
  async apply(context) {
    await applyObjects(context, await namespaceManifests(context));
  },
  async remove(context) {
    await refuseWhileUsed(context, `namespace ${context.config.namespace}`, namespaceContent);
    await deleteObjects(context, await namespaceManifests(context));
  },
};

/** The IngressClass of the ALB sample. */
export const createIngressClass: Step = {
  id: 'ingress-class',
  title: 'Create the IngressClass of the samples',
  subject: 'IngressClass of the samples',
  command: 'deploy-sample',
  wanted: wantsSample('alb'),
  needs: ['controller'],
  deadline: 120,
  check: inCluster(async (context) =>
    checkObjects(context, await ingressClassManifests(context), 'use another --ingress-class'),
  ),
  async apply(context) {
    await applyObjects(context, await ingressClassManifests(context));
  },
  async remove(context) {
    await refuseWhileUsed(context, `IngressClass ${context.config.ingressClass}`, ingressesOfClass);
    await deleteObjects(context, await ingressClassManifests(context));
  },
};

/** On an adopted cluster others may have come to use what is ours; it would take their things with it. */
async function refuseWhileUsed(
  context: Context,
  subject: string,
  users: (context: Context, samples: readonly SampleName[]) => Promise<string[]>,
): Promise<void> {
  if (!(await clusterStays(context))) return;
  const others = await users(context, sampleNames);
  if (others.length === 0) return;
  throw new UserError({
    what: `${subject} is kept: others have come to use it`,
    why: others.join(', '),
    fix: 'move or delete these first, then lbc-setup teardown once more',
  });
}

/** The walkthrough's Service behind a Network Load Balancer. */
export const deployNlb = deploySample('nlb', ['namespace', 'controller', 'irsa']);

/** The walkthrough's Ingress behind an Application Load Balancer. */
export const deployAlb = deploySample('alb', ['namespace', 'controller', 'irsa', 'ingress-class']);

/** Deletes the object with the load balancer first, then the others. */
export async function deleteSample(
  context: Context,
  name: SampleName,
  manifests: readonly Manifest[],
): Promise<void> {
  const isOwner = ({ kind, metadata }: Manifest): boolean =>
    kind === samples[name].kind && metadata.name === sampleObject(name);
  const [owner] = await getObjects(context, manifests.filter(isOwner));
  if (isOwnObject(context, owner)) await deleteServed(context, owner ? [owner] : []);
  await deleteObjects(
    context,
    manifests.filter((manifest) => !isOwner(manifest)),
  );
}

const podsOf = (name: SampleName): string => `app=${sampleObject(name)}`;

const loadBalancers = { nlb: 'networkLoadBalancer', alb: 'applicationLoadBalancer' } as const;

function deploySample(name: AnnotatedSample, needs: readonly string[]): Step {
  return {
    id: `sample-${name}`,
    title: `Deploy the ${samples[name].title} sample`,
    subject: `${samples[name].title} sample`,
    command: 'deploy-sample',
    wanted: wantsSample(name),
    needs,
    deadline: 900,
    bills: ({ config }) => [
      { kind: loadBalancers[name], count: 1 },
      { kind: 'fargatePod', count: 1 },
      ...(isInternal(config, name) ? [] : [addressesOfLoadBalancer(config.region)]),
    ],
    // Deleting two load balancer objects at once makes the controller leave its shared security group behind.
    removeAlone: 'load-balancer-objects',
    check: inCluster(async (context) => {
      const found = await checkObjects(context, await annotatedManifests(context, name));
      if (found.status !== 'ready') return found;
      if (await hasPodOlderThanProfile(context, context.config.namespace, podsOf(name)))
        return state.drifted('pods are older than the Fargate profile');
      return checkLoadBalancer(context, name);
    }),
    async apply(context, found) {
      await applyObjects(context, await annotatedManifests(context, name));
      // It looks for its shared security group only when it starts.
      if (isForgottenGroup(found.evidence)) await renewController(context);
      const { namespace } = context.config;
      if (await hasPodOlderThanProfile(context, namespace, podsOf(name)))
        await context.kubectl.restart(sampleObject(name), namespace);
    },
    async remove(context) {
      await deleteSample(context, name, await annotatedManifests(context, name));
    },
  };
}

/** Whether a sample's load balancer has addresses of the VPC only. */
const isInternal = ({ annotations }: Context['config'], name: AnnotatedSample): boolean =>
  Object.entries(annotations[name]).some(([key, value]) => key.endsWith('scheme') && value === 'internal');

/** Whether AWS has what the objects ask for: a scheme, listeners and a health check like that. */
async function checkLoadBalancer(context: Context, name: AnnotatedSample): Promise<State> {
  const lag = await lagOf(context, name);
  if (!lag) return state.ready(hostnameOf(await sampleOwner(context, name)) ?? '');
  const { namespace } = context.config;
  const [warning] = await warningsOf(context, namespace, samples[name].kind, sampleObject(name));
  if (warning && isForgottenGroup(warning)) return state.drifted(`${lag}: ${warning}`);
  return state.pending(warning ? `${lag}: ${warning}` : lag);
}
