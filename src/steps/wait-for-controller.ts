import { findForeignController } from '../adoption/foreign-controller.ts';
import type { Context } from '../context.ts';
import { controllerName, controllerNamespace, webhookService } from '../pins.ts';
import { inCluster } from './in-cluster.ts';
import { availability, hasPodOlderThanProfile, podTrouble } from './pods.ts';
import { type Step, state } from './step.ts';

const selector = `app.kubernetes.io/name=${controllerName}`;

/**
 * Step 3 of the walkthrough: the controller runs, and its webhook answers. Until it does, the cluster refuses every new
 * Service, not only load balancers.
 */
export const waitForController: Step = {
  id: 'controller',
  title: 'Wait for the controller and its webhook',
  subject: 'Controller and webhook',
  command: 'install-controller',
  needs: ['release', 'coredns'],
  deadline: 900,
  check: inCluster(async (context) => {
    const controller = await findForeignController(context);
    if (controller?.problem) return state.pending(controller.problem.evidence);
    if (controller) return state.adopted(controller.evidence);
    const deployment = await context.kubectl.get('Deployment', controllerName, controllerNamespace);
    if (!deployment) return state.absent('no controller');
    const { available, wanted, complete } = availability(deployment);
    if (!complete) {
      if (await hasPodOlderThanProfile(context, controllerNamespace, selector)) {
        return state.drifted('controller pods are older than the Fargate profile');
      }
      const trouble = await podTrouble(context, controllerNamespace, selector);
      return state.pending(trouble ?? `${available} of ${wanted} pods available`);
    }
    if (!(await webhookAnswers(context))) return state.pending('the webhook has no ready endpoint yet');
    return state.ready(`${available}/${wanted} pods available`);
  }),
  async apply(context, found) {
    if (found.status === 'drifted') await context.kubectl.restart(controllerName, controllerNamespace);
  },
};

async function webhookAnswers({ kubectl }: Context): Promise<boolean> {
  const slices = await kubectl.list('EndpointSlice', {
    namespace: controllerNamespace,
    selector: `kubernetes.io/service-name=${webhookService}`,
  });
  return slices.some((slice) =>
    slice.endpoints?.some(
      (endpoint: { conditions?: { ready?: boolean } }) => endpoint.conditions?.ready !== false,
    ),
  );
}
