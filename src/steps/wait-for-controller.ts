import { findForeignController } from '../adoption/foreign-controller.ts';
import { controllerHealth, mendController } from './controller-health.ts';
import { inCluster } from './in-cluster.ts';
import { type Step, state } from './step.ts';

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
    return controllerHealth(context);
  }),
  async apply(context, found) {
    if (found.status === 'drifted') await mendController(context);
  },
};
