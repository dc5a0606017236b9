import { afterAll, beforeAll, it } from 'vitest';
import { accountsAndProfile, clusterConfig } from './clusters.ts';
import { openStage, type Stage } from './rehearsal.ts';

let stage: Stage;
beforeAll(async () => {
  const badAccounts = accountsAndProfile.replaceAll('AWSLoadBalancerControllerIAMPolicy', 'Nope');
  stage = await openStage({
    'c2.yaml': clusterConfig('c2', accountsAndProfile),
    'p1.yaml': clusterConfig('p1', badAccounts),
  });
});
afterAll(() => stage.close());

it('a cluster with add-ons, service accounts and Fargate profiles is created as recorded', async () => {
  await stage.replay('b2-create-c2-inline-sa', { branches: ['aws-load-balancer-controller', 'wk'] });
});

it('a role stack that rolls back ends the creation as recorded', async () => {
  // The other of the two parallel branches is cut off wherever it happens to be.
  await stage.replay('f13-inline-sa-stack-rollback-p1', { free: /wk/ });
});
