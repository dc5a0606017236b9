import { expect, it } from 'vitest';
import { createRandom } from '../../sandbox/random.ts';
import { startRehearsal } from '../e2e/rehearsal.ts';
import { committedPolicy } from './committed.ts';
import { runWith } from './one-less.ts';
import { createCiRole } from './role.ts';

/** `npm run test:policies` takes every action away; here it is one that an `up` meets before the cluster is there. */
const early =
  /^cloudformation:(CreateStack|DescribeStacks)$|^ec2:(CreateVpc|CreateSubnet|DescribeAvailabilityZones)$|^iam:(CreatePolicy|CreateRole|GetPolicy|PassRole|TagRole)$|^logs:CreateLogGroup$|^eks:(CreateCluster|DescribeClusterVersions)$/;

const seed = Number(process.env.LBC_SEED ?? 1);

it(`up without one action fails and names it (LBC_SEED=${seed})`, { timeout: 120_000 }, async () => {
  const actions = (await committedPolicy('up')).Statement.flatMap(({ Action }) => Action);
  const candidates = actions.filter((action) => early.test(action));
  expect(candidates).toHaveLength(13);
  const action = candidates[createRandom(seed).integer(0, candidates.length - 1)] ?? '';
  const rehearsal = await startRehearsal();
  try {
    const role = await createCiRole(rehearsal, 'shop');
    const { exitCode, stderr } = await runWith(rehearsal, role, 'up', action);
    expect(stderr, `without ${action}`).toContain(action);
    expect(exitCode).toBe(1);
  } finally {
    await rehearsal.stop();
  }
});
