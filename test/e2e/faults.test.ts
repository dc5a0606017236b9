import { join } from 'node:path';
import {
  AllocateAddressCommand,
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeSubnetsCommand,
  EC2Client,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { markTags } from '../../src/ownership.ts';
import { clientsOf } from './foreign-world.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await startRehearsal();
});
afterEach(() => rehearsal.stop());

it('a stack that rolls back is told with its cause, and the next run removes it and makes it again', {
  timeout: 180_000,
}, async () => {
  await rehearsal.fail({
    plane: 'aws',
    call: '^ec2:AllocateAddress$',
    times: 1,
    effect: {
      kind: 'error',
      code: 'AddressLimitExceeded',
      message: 'The maximum number of addresses has been reached.',
    },
  });
  const first = await rehearsal.run(['cluster', '--yes']);
  expect(first.exitCode).toBe(1);
  expect(first.stderr).toContain('The maximum number of addresses has been reached.');

  const doctor = await rehearsal.runJson(['doctor']);
  expect(doctor.data.findings[0]).toMatchObject({
    id: 'cluster',
    what: 'the account has no Elastic IP address left for the NAT gateway',
  });
  expect(doctor.exitCode, doctor.stderr).toBe(3);

  const second = await rehearsal.runJson(['cluster', '--yes']);
  expect(second, second.stderr).toMatchObject({ exitCode: 0 });
  expect((await rehearsal.record()).some(({ call }) => call === 'cloudformation:DeleteStack')).toBe(true);
});

it('an up that fails takes away again what it made, and nothing that was there before', async () => {
  const effect = { kind: 'error', code: 'AddressLimitExceeded', message: 'No more addresses.' } as const;
  await rehearsal.fail({ plane: 'aws', call: '^ec2:AllocateAddress$', effect });
  const options = ['up', '--yes', '--teardown-on-failure'];
  const first = await rehearsal.run(options);
  expect(first.exitCode, first.stderr).toBe(1);
  expect(first.stderr).toContain('No more addresses.');
  expect(first.stderr).toMatch(/taken away again:\n( {2}.+\n)*nothing that this run made is left/);
  expect(first.stderr).not.toContain('still billed');
  expect(await rehearsal.inventory()).toEqual([]);

  // The policy of a run that was not to be undone; what it left of the cluster is mended, which fails once more.
  expect((await rehearsal.run(['up', '--yes'])).exitCode).toBe(1);
  const policies = (await rehearsal.inventory()).filter(({ kind }) => kind === 'iam:policy');
  expect(policies).toHaveLength(1);
  const second = await rehearsal.runJson(options);
  expect(second).toMatchObject({ exitCode: 1, data: { leftovers: [] } });
  const outcomes = second.data.takenBack.map(({ id, outcome }: Record<string, string>) => [id, outcome]);
  expect(outcomes).toContainEqual(['cluster', 'removed']);
  expect(outcomes.map(([id]: string[]) => id)).not.toContain('policy');
  expect(await rehearsal.inventory()).toEqual(policies);
});

it('eksctl and helm are not believed when they succeed and nothing works', {
  timeout: 240_000,
}, async () => {
  expect((await rehearsal.run(['cluster', '--yes'])).exitCode).toBe(0);
  await rehearsal.fail({
    plane: 'tool',
    call: 'create iamserviceaccount',
    effect: { kind: 'exit', code: 0, stdout: '2026-11-23 08:37:31 [ℹ]  no tasks\n' },
  });
  const { exitCode, stderr } = await rehearsal.run(['iam']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('nothing came of it');
  expect(stderr).toContain('no ServiceAccount kube-system/aws-load-balancer-controller');

  await rehearsal.fail();
  const again = await rehearsal.run(['iam']);
  expect(again.exitCode, again.stderr).toBe(0);

  const state = join(rehearsal.env.XDG_STATE_HOME ?? '', 'lbc-setup/123456789012/ap-northeast-1/lbc-setup');
  const createService = () =>
    rehearsal.tool('kubectl', ['create', 'service', 'clusterip', 'any', '--tcp=80', '--dry-run=server'], {
      KUBECONFIG: join(state, 'kubeconfig'),
    });
  await rehearsal.fail({
    plane: 'kubernetes',
    call: '^fargate-scheduler kube-system/aws-load-balancer-controller',
    effect: { kind: 'error', code: 'Refused', message: 'Pod provisioning timed out' },
  });
  const waiting = await rehearsal.run(['install-controller', '--timeout', '5s']);
  expect(waiting.exitCode, waiting.stderr).toBe(1);
  expect(waiting.stderr, waiting.stderr).toContain(
    'Wait for the controller and its webhook: not done after 5 s',
  );
  const refused = await createService();
  expect(refused.stderr).toContain('no endpoints available for service "aws-load-balancer-webhook-service"');

  await rehearsal.fail({
    plane: 'aws',
    call: '^sts:AssumeRoleWithWebIdentity$',
    effect: {
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    },
  });
  const powerless = await rehearsal.run(['install-controller', '--timeout', '20s']);
  expect(powerless.exitCode, powerless.stderr).toBe(1);
  expect(powerless.stderr).toContain("Prove that the controller's role works: not done after 20 s");

  await rehearsal.fail();
  const installed = await rehearsal.run(['install-controller']);
  expect(installed.exitCode, installed.stderr).toBe(0);
  const accepted = await createService();
  expect(accepted.exitCode, accepted.stderr).toBe(0);
});

it('a permission that is missing is named, and nothing is said to be gone that could not be looked at', {
  timeout: 120_000,
}, async () => {
  for (const call of ['cloudformation:DescribeStacks', 'eks:DescribeCluster']) {
    await rehearsal.fail({
      plane: 'aws',
      call: `^${call}$`,
      effect: {
        kind: 'error',
        code: call.startsWith('eks:') ? 'AccessDeniedException' : 'AccessDenied',
        status: 403,
        message: `User: x is not authorized to perform: ${call}`,
      },
    });
    const teardown = await rehearsal.run(['teardown', '--yes']);
    expect(teardown.stderr, teardown.stdout).toContain(call);
    expect(teardown.stdout).not.toContain('Nothing is left');
    expect(teardown.exitCode).toBe(1);

    const status = await rehearsal.runJson(['status']);
    expect(status.exitCode).toBe(1);
    expect(status.data.steps.find(({ id }: { id: string }) => id === 'cluster').status).toBe('unknown');
    const report = await rehearsal.run(['status']);
    expect(report.exitCode).toBe(1);
    expect(report.stdout).toMatch(/^unknown +Cluster: the credentials lack the permission/m);
    expect(report.stderr).not.toContain('unknown');
  }
});

it('what cannot be looked for is told beside what is left, with the permission', async () => {
  const Tags = markTags({ cluster: 'lbc-setup', region: rehearsal.env.AWS_REGION ?? '' });
  const TagSpecifications = [{ ResourceType: 'elastic-ip' as const, Tags }];
  const address = await clientsOf(rehearsal).ec2.send(
    new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications }),
  );
  const denied = ['ec2:DescribeNatGateways', 'ec2:DescribeVpcs'];
  await rehearsal.fail(
    ...denied.map((call) => ({
      plane: 'aws' as const,
      call: `^${call}$`,
      effect: {
        kind: 'error' as const,
        code: 'UnauthorizedOperation',
        status: 403,
        message: `You are not authorized to perform this operation. User: x is not authorized to perform: ${call}`,
      },
    })),
  );
  const teardown = await rehearsal.runJson(['teardown', '--yes']);
  expect(teardown.exitCode, teardown.stderr).toBe(1);
  expect(teardown.data.leftovers).toMatchObject([{ kind: 'Elastic IP address', id: address.AllocationId }]);
  const unknown: { kind: string; why: string }[] = teardown.data.unknown;
  expect(unknown.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['NAT gateways', 'VPCs']));
  for (const call of denied) expect(unknown.map(({ why }) => why).join()).toContain(call);

  const { exitCode, stderr } = await rehearsal.run(['teardown', '--yes']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`Elastic IP address ${address.AllocationId}`);
  expect(stderr).toMatch(/Not known, since it cannot be read: NAT gateways\n.*ec2:DescribeNatGateways/);
  const doctor = await rehearsal.runJson(['doctor']);
  expect(doctor.exitCode, doctor.stderr).toBe(3);
  const left = doctor.data.findings.filter(({ id }: { id: string }) => id === 'leftovers');
  expect(left).toHaveLength(3);
  expect(JSON.stringify(left)).toContain('ec2:DescribeVpcs');

  await rehearsal.fail();
  await clientsOf(rehearsal).ec2.send(new ReleaseAddressCommand({ AllocationId: address.AllocationId }));
});

it('what keeps the network from being deleted is listed, and gone after the next teardown', {
  timeout: 180_000,
}, async () => {
  const cluster = await rehearsal.runJson(['cluster', '--yes']);
  expect(cluster.exitCode, cluster.stderr).toBe(0);
  const ec2 = new EC2Client({
    endpoint: rehearsal.env.AWS_ENDPOINT_URL,
    region: rehearsal.env.AWS_REGION,
    credentials: {
      accessKeyId: rehearsal.env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: rehearsal.env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const ours = [{ Name: 'tag:lbc-setup/cluster', Values: ['lbc-setup'] }];
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters: ours }));
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({ SubnetId: Subnets?.[0]?.SubnetId }),
  );

  const held = await rehearsal.runJson(['teardown', '--yes']);
  expect(held.exitCode).toBe(1);
  const stack = held.data.leftovers.find(({ kind }: { kind: string }) => kind === 'CloudFormation stack');
  expect(stack).toMatchObject({ id: 'eksctl-lbc-setup-cluster' });
  expect(stack.remove).toContain('aws cloudformation delete-stack');

  await ec2.send(
    new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId }),
  );
  const free = await rehearsal.runJson(['teardown', '--yes']);
  expect(free, free.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  expect(await rehearsal.inventory()).toEqual([]);
});
