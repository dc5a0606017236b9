import { afterAll, beforeAll, it } from 'vitest';
import { clusterConfig } from './clusters.ts';
import { openStage, type Stage } from './rehearsal.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ 'q1.yaml': clusterConfig('q1'), 'q3.yaml': clusterConfig('q3') });
  await Promise.all([stage.stackOnly('q1'), stage.stackOnly('q3')]);
});
afterAll(() => stage.close());

it('roles for service accounts are made, left alone, deleted and made again as recorded', async () => {
  for (const name of [
    'c0-associate-noapprove',
    'c0b-irsa-without-oidc',
    'c1-associate',
    'c2-associate-again',
    'd0-irsa-plan',
    'd1-irsa-create',
    'd2-irsa-again',
  ])
    await stage.replay(name);
  await stage
    .kubernetes('q1')
    .client('system:admin')
    .delete('serviceaccounts', 'aws-load-balancer-controller', 'kube-system');
  for (const name of [
    'd3-irsa-stack-but-no-sa',
    'd3b-irsa-other-policy',
    'd3c-get-irsa',
    'd3d-get-irsa-missing',
    'd5-delete-irsa-wait',
    'd5b-delete-irsa-again',
    'd6-irsa-recreate',
    'd7-role-only',
    'd8-role-name',
  ])
    await stage.replay(name);
});

it('a role that cannot be made, and service accounts that are there already, are met as recorded', async () => {
  await stage.run('eksctl utils associate-iam-oidc-provider --cluster q3 --approve');
  for (const name of [
    'd10-irsa-stack-fails',
    'd10b-irsa-after-fail',
    'd11-get-irsa-with-failed',
    'd12-delete-failed-irsa',
    'd13-irsa-after-cleanup',
  ])
    await stage.replay(name);
  const client = stage.kubernetes('q3').client('system:admin');
  await client.delete('serviceaccounts', 'bad', 'kube-system');
  await stage.run(
    'eksctl create iamserviceaccount --cluster q3 --name aws-load-balancer-controller --namespace kube-system --attach-policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy --approve',
  );
  await stage.replay('d16-delete-irsa-nowait');
  await client.create('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'plain', namespace: 'kube-system' },
  });
  for (const name of ['d9-existing-sa-no-override', 'd17-existing-sa-override', 'd18-missing-ns'])
    await stage.replay(name);
});

it('an API server that is away leaves a role without a service account, as recorded', async () => {
  const own = await openStage({ 'q3.yaml': clusterConfig('q3') });
  try {
    await own.stackOnly('q3');
    await own.run('eksctl utils associate-iam-oidc-provider --cluster q3 --approve');
    await own.replay('d13-irsa-after-cleanup');
    await own.kubernetes('q3').stop();
    await own.replay('d14-irsa-kube-down');
    await own.replay('d15-irsa-rerun-after-kube-down');
  } finally {
    await own.close();
  }
});
