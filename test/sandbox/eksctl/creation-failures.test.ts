import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { clusterConfig } from './clusters.ts';
import { accessDenied, failure } from './failing.ts';
import { openStage, type Stage } from './rehearsal.ts';

let stage: Stage;
beforeAll(async () => {
  const names = ['f1', 'f2', 'g1', 'm3', 's1', 'u1'];
  stage = await openStage(Object.fromEntries(names.map((name) => [`${name}.yaml`, clusterConfig(name)])));
});
afterAll(() => stage.close());

it('a stack that may not be made is reported as recorded', () =>
  stage.during(
    [
      accessDenied(
        'cloudformation:CreateStack',
        'arn:aws:cloudformation:ap-northeast-1:123456789012:stack/eksctl-f1-cluster/* because no identity-based policy allows the cloudformation:CreateStack action',
      ),
    ],
    () => stage.replay('f1-accessdenied-createstack'),
  ));

it('whoever says nothing of Auto Mode is warned (eksctl v0.230.0, pkg/utils/deprecation/auto_mode.go)', () =>
  stage.during([accessDenied('cloudformation:CreateStack')], async () => {
    const { status, stdout } = await stage.run('eksctl create cluster --name a1 --fargate');
    expect(status).toBe(1);
    expect(stdout.join('')).toContain('[!]  Auto Mode will be enabled by default in an upcoming release');
  }));

it('a stack that rolls back is reported, and neither repaired nor removed, as recorded', async () => {
  const message =
    'Cannot create cluster (f2) because ap-northeast-1a, the targeted availability zone, does not currently have sufficient capacity to support the cluster';
  await stage.during(
    [failure('eks:CreateCluster', 'UnsupportedAvailabilityZoneException', message, 400)],
    () =>
      stage.replay('f2-create-stack-rollback', {
        hidden: [/^"\[.\] {2}(AWS::|unexpected status)/],
        hurried: (text) => text.replaceAll('ROLLBACK_COMPLETE', 'ROLLBACK_IN_PROGRESS'),
      }),
  );
  await stage.replay('f2b-rerun-after-rollback', {
    corrected: (text) => text.replace('Stack eksctl-f2-cluster already', 'Stack [eksctl-f2-cluster] already'),
  });
  await stage.replay('f2c-delete-after-rollback');
  const { status, stdout, stderr } = await stage.run('eksctl delete cluster --name f2 --force --wait');
  expect(status).toBe(2);
  expect(stdout.join('')).toMatch('failed to create provider for cluster; force = true skipping');
  expect(stderr.join('')).toMatch('panic: runtime error: invalid memory address or nil pointer dereference');
});

it('a profile that may not be made is reported as recorded', () =>
  stage.during(
    [accessDenied('eks:CreateFargateProfile', 'arn:aws:eks:ap-northeast-1:123456789012:cluster/g1')],
    () => stage.replay('f11-fargate-accessdenied-g1'),
  ));

it('a stack that is not ready in time is reported as recorded', () =>
  stage.replay('f14-timeout-20s', {
    hurried: (text) => text.replaceAll('\\"CREATE_COMPLETE\\"', '\\"CREATE_IN_PROGRESS\\"'),
  }));

it('an API server that knows nobody is reported as recorded', () =>
  stage.during(
    [
      {
        plane: 'kubernetes',
        call: '^GET /api',
        effect: { kind: 'error', code: 'Unauthorized', message: 'Unauthorized', status: 401 },
      },
    ],
    () =>
      stage.replay('f12-apiserver-401-u1', {
        hurried: (text) => text.replace('--timeout 90s', '--timeout 90m'),
      }),
  ));

it('an API server that is away for as long as eksctl waits is reported as recorded', async () => {
  const { record } = stage.sandbox.world;
  const since = record.position();
  const creation = stage.replay('f17-api-down-during-wait', {
    hurried: (text) => text.replace('--timeout 70s', '--timeout 70m').replace('1m10s', '1h10m0s'),
  });
  const discovered = () => record.calls(since).some(({ call }) => call === 'GET /apis');
  await vi.waitFor(() => expect(discovered()).toBe(true), { timeout: 60_000, interval: 1 });
  await stage.kubernetes('m3').stop();
  await creation;
});
