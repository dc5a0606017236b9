import type { Context } from '../context.ts';
import { createCluster } from '../steps/create-cluster.ts';
import { createPolicy } from '../steps/create-policy.ts';
import type { Obstacle, PreflightCheck } from './check.ts';

/** The steps whose names somebody else may have taken although there is no cluster. */
const steps = [createCluster, createPolicy];

/** Names that are taken: the policy is asked for here, too, so that no cluster is made before that is known. */
export const namesCheck: PreflightCheck = {
  name: 'names',
  title: 'a name is taken',
  async check(context: Context): Promise<Obstacle[]> {
    const found = await Promise.all(steps.map((step) => step.check(context)));
    return found
      .filter(({ status, fits }) => status === 'foreign' && !fits)
      .map(({ evidence, fix = 'choose another name' }) => ({ evidence, fix }));
  },
};
