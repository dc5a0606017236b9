import { isTransient } from '../errors/explain.ts';
import { inCluster } from './in-cluster.ts';
import { type Step, state } from './step.ts';

/** Step 2 of the walkthrough: the API really answers; ACTIVE alone does not promise it. */
export const waitForApi: Step = {
  id: 'api',
  title: 'Wait until the cluster answers',
  subject: 'Kubernetes API',
  command: 'cluster',
  needs: ['cluster'],
  deadline: 600,
  check: inCluster(async ({ kubectl }) => {
    try {
      await kubectl.raw('/readyz');
      return state.ready('the API answers');
    } catch (error) {
      // Nothing listens at the endpoint yet, or its name is not known yet.
      if (isTransient(error)) return state.pending('the API does not answer yet');
      throw error;
    }
  }),
  async apply() {
    // Nothing to do but wait.
  },
};
