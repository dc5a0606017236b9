import { expect, it } from 'vitest';
import type { AskedPermission } from '../../sandbox/record.ts';
import { commandsWithPolicy, committedPolicy } from './committed.ts';
import { differences, fillIn, policyFor, without } from './from-record.ts';

const names = { account: '123456789012', region: 'eu-west-1', cluster: 'shop' };
const ours = { 'lbc-setup/cluster': 'shop' };

const asked = (
  action: string,
  resource: string,
  more: Partial<Pick<AskedPermission, 'tags' | 'conditions'>> = {},
): AskedPermission => ({ role: 'arn:aws:iam::1:role/ci', action, resource, conditions: {}, ...more });

const statementOf = (...questions: AskedPermission[]) => policyFor(questions, names).Statement[0];

it.each([
  ['arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1', 'arn:aws:ec2:REGION:ACCOUNT:vpc/*'],
  ['arn:aws:eks:eu-west-1:123456789012:cluster/shop', 'arn:aws:eks:REGION:ACCOUNT:cluster/CLUSTER'],
  [
    'arn:aws:eks:eu-west-1:123456789012:fargateprofile/shop/web/1-2',
    'arn:aws:eks:REGION:ACCOUNT:fargateprofile/CLUSTER/*',
  ],
  [
    'arn:aws:iam::123456789012:role/eksctl-shop-cluster-ServiceRole-abc',
    'arn:aws:iam::ACCOUNT:role/eksctl-CLUSTER-*',
  ],
  [
    'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC',
    'arn:aws:iam::ACCOUNT:oidc-provider/oidc.eks.REGION.amazonaws.com/id/*',
  ],
  [
    'arn:aws:cloudformation:eu-west-1:123456789012:stack/eksctl-shop-cluster/1-2',
    'arn:aws:cloudformation:REGION:ACCOUNT:stack/eksctl-CLUSTER-*',
  ],
  [
    'arn:aws:logs:eu-west-1:123456789012:log-group:/lbc-setup/shop/lock/2:*',
    'arn:aws:logs:REGION:ACCOUNT:log-group:/lbc-setup/CLUSTER/lock/*',
  ],
  ['arn:aws:iam::aws:policy/AmazonEKSClusterPolicy', 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy'],
])('%s is allowed as %s', (arn, pattern) => {
  expect(statementOf(asked('a:B', arn))?.Resource).toEqual([pattern]);
});

it('actions on the same things share a statement, and what is asked on anything is allowed on anything', () => {
  const vpc = 'arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1';
  expect(
    policyFor([asked('ec2:B', vpc), asked('ec2:A', vpc), asked('ec2:C', vpc), asked('ec2:C', '*')], names)
      .Statement,
  ).toMatchObject([
    { Action: ['ec2:A', 'ec2:B'], Resource: ['arn:aws:ec2:REGION:ACCOUNT:vpc/*'] },
    { Action: ['ec2:C'], Resource: ['*'] },
  ]);
});

it('a condition stays that every request had', () => {
  const role = 'arn:aws:iam::123456789012:role/eksctl-shop-x';
  const passed = (service: string) =>
    asked('iam:PassRole', role, { conditions: { 'iam:PassedToService': service } });
  expect(statementOf(passed('b'), passed('a'))?.Condition).toEqual({
    StringEquals: { 'iam:PassedToService': ['a', 'b'] },
  });
  expect(statementOf(passed('b'), asked('iam:PassRole', role))?.Condition).toBeUndefined();
});

it('what is taken away must be marked where all of it was', () => {
  const vpc = 'arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1';
  const marked = asked('ec2:DeleteVpc', vpc, { tags: ours });
  expect(statementOf(marked)?.Condition).toEqual({
    StringEquals: { 'aws:ResourceTag/lbc-setup/cluster': 'CLUSTER' },
  });
  expect(statementOf(marked, asked('ec2:DeleteVpc', vpc, { tags: {} }))?.Condition).toBeUndefined();
  expect(statementOf(asked('ec2:ModifyVpcAttribute', vpc, { tags: ours }))?.Condition).toBeUndefined();
});

it('a policy can be had without one action', () => {
  const policy = policyFor([asked('a:B', '*'), asked('a:C', 'arn:aws:a:::x')], names);
  expect(without(policy, 'a:B').Statement).toMatchObject([{ Action: ['a:C'] }]);
});

it('what is asked and not allowed differs, and the reverse unless it is asked only when things are slow', () => {
  const policy = policyFor([asked('a:B', '*'), asked('a:C', '*'), asked('eks:UpdateAddon', '*')], names);
  const questions = [asked('a:C', '*'), asked('a:D', '*')];
  expect(differences(policy, 'up', questions, names)).toEqual([
    'asked and not allowed: a:D on *',
    'allowed and not asked: a:B',
  ]);
});

it.each(commandsWithPolicy)('the policy of %s is small enough to be a managed one', async (command) => {
  const policy = fillIn(JSON.stringify(await committedPolicy(command)), {
    ...names,
    region: 'ap-southeast-1',
    cluster: 'c'.repeat(30),
  });
  // IAM user guide, "IAM and AWS STS quotas": white space does not count.
  expect(policy.replace(/\s/g, '').length).toBeLessThanOrEqual(6144);
});
