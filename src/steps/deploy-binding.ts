import type { Context } from '../context.ts';
import { findBindingTarget } from './binding-load-balancer.ts';
import { deleteSample } from './deploy-samples.ts';
import { warningsOf } from './events.ts';
import { inCluster } from './in-cluster.ts';
import { applyObjects, checkObjects, getObjects } from './objects.ts';
import {
  type BindingTarget,
  bindingManifests,
  sampleObject,
  samples,
  wantsSample,
} from './sample-manifests.ts';
import { type State, type Step, state } from './step.ts';

/** For manifests of which only the names matter. */
const nowhere: BindingTarget = { targetGroupArn: '', securityGroup: '' };

/** A Service bound to the target group of a load balancer outside Kubernetes. */
export const deployBinding: Step = {
  id: 'sample-tgb',
  title: `Deploy the ${samples.tgb.title} sample`,
  subject: `${samples.tgb.title} sample`,
  command: 'deploy-sample',
  wanted: wantsSample('tgb'),
  needs: ['namespace', 'controller', 'irsa', 'binding-load-balancer'],
  deadline: 900,
  bills: () => [{ kind: 'fargatePod', count: 1 }],
  removeAlone: 'load-balancer-objects',
  check: inCluster(async (context) => {
    const target = await findBindingTarget(context);
    const objects = await getObjects(context, await bindingManifests(context, nowhere));
    const binding = objects.find((object) => object?.kind === samples.tgb.kind);
    if (!target) {
      const left = objects.find((object) => object !== undefined);
      return left
        ? state.broken(`${left.kind} ${left.metadata.name} has no target group`)
        : state.absent('no objects');
    }
    const bound = binding?.spec?.targetGroupARN;
    // The controller's webhook refuses to change it.
    if (bound && bound !== target.targetGroupArn) return state.broken(`the binding is to ${bound}`);
    const found = await checkObjects(context, await bindingManifests(context, target));
    return found.status === 'ready' ? checkReconciled(context, target) : found;
  }),
  async apply(context) {
    const target = await findBindingTarget(context);
    if (!target) throw new Error('the target group is not there');
    await applyObjects(context, await bindingManifests(context, target));
  },
  async remove(context) {
    // From the last to the first: the binding lets go of its targets while there is still something to ask.
    await deleteSample(context, 'tgb', await bindingManifests(context, nowhere));
  },
};

async function checkReconciled(context: Context, { targetGroupArn }: BindingTarget): Promise<State> {
  const { config, kubectl } = context;
  const binding = await kubectl.get(samples.tgb.kind, sampleObject('tgb'), config.namespace);
  const { generation } = binding?.metadata ?? {};
  if (binding?.status?.observedGeneration === generation)
    return state.ready(targetGroupArn.split(':').at(-1) ?? '');
  const [warning] = await warningsOf(context, config.namespace, samples.tgb.kind, sampleObject('tgb'));
  return state.pending(warning ?? 'the controller has not looked at the binding yet');
}
