import { afterAll, beforeAll, expect, it } from 'vitest';
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
  const { record } = stage.sandbox.world;
  const since = record.position();
  await stage.replay('b2-create-c2-inline-sa', {
    hidden: [/wk/, /aws-load-balancer-controller/],
    // Of either branch: which stack is looked at is not in the recording.
    raced: /^cloudformation:DescribeStacks$/,
  });
  const own = record.calls(since).filter(({ caller }) => caller.endsWith(':user/admin'));
  const pause = (before: string, after: RegExp): number => {
    const from = own.findLastIndex(({ call }) => call === before);
    const to = own.findIndex(({ call }, index) => index > from && after.test(call));
    return ((own[to]?.at ?? 0) - (own[from]?.at ?? 0)) * stage.millisecond;
  };
  // facts/eksctl.md §4: its silent sleeps; the clock of the record is exact to a millisecond.
  const inexact = 2 * stage.millisecond;
  expect(pause('eks:CreateAddon', /^eks:DescribeCluster$/)).toBeGreaterThan(120 - inexact);
  expect(pause('eks:CreateFargateProfile', /coredns/)).toBeGreaterThan(30 - inexact);
});

it('a role stack that rolls back ends the creation as recorded', async () => {
  // The other of the two parallel branches is cut off wherever it happens to be.
  await stage.replay('f13-inline-sa-stack-rollback-p1', {
    hidden: [/wk/],
    raced: /^cloudformation:DescribeStacks$/,
  });
});
