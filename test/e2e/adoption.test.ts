import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CreateTagsCommand, CreateVpcCommand } from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { markKey, markTags } from '../../src/ownership.ts';
import {
  apply,
  clientsOf,
  createForeignCluster,
  createNamesake,
  deployForeignApps,
  foreignCluster,
  installForeignController,
  kubectl,
  snapshot,
} from './foreign-world.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await startRehearsal();
});
afterEach(() => rehearsal.stop());

const onShop = ['--cluster', foreignCluster];

interface StepResult {
  readonly id: string;
  readonly outcome?: string;
  readonly status?: string;
}

const idsWith = (steps: readonly StepResult[], word: string): string[] =>
  steps.filter(({ outcome, status }) => outcome === word || status === word).map(({ id }) => id);

it('teardown gives an adopted cluster back exactly as it was', { timeout: 180_000 }, async () => {
  await createForeignCluster(rehearsal);
  await createNamesake(rehearsal);
  const before = await snapshot(rehearsal);

  const up = await rehearsal.runJson(['up', '--yes', ...onShop]);
  expect(up, up.stderr).toMatchObject({ exitCode: 0 });
  expect(idsWith(up.data.steps, 'kept')).toEqual(
    expect.arrayContaining(['adoption', 'cluster', 'addons', 'system-profile', 'coredns']),
  );
  const during = await snapshot(rehearsal);
  // Interfaces, rules of groups and rules of listeners go with what they are part of.
  const part = /^kubernetes:|^ec2:(network-interface|security-group-rule)$|:listener-rule$/;
  const unmarked = (await rehearsal.inventory()).filter(
    ({ id, kind, tags }) => !(id in before) && !part.test(kind) && tags[markKey] !== foreignCluster,
  );
  expect(unmarked.map(({ kind }) => kind)).toEqual([]);
  expect(Object.keys(before).filter((name) => !(name in during))).toEqual([]);

  const position = (await rehearsal.record()).length;
  const again = await rehearsal.runJson(['up', '--yes', ...onShop]);
  expect(again, again.stderr).toMatchObject({ exitCode: 0, data: { changed: 0 } });
  expect(await rehearsal.writes(position)).toEqual([]);
  const doctor = await rehearsal.runJson(['doctor', ...onShop]);
  expect(doctor, doctor.stderr).toMatchObject({ exitCode: 0, data: { findings: [], unknown: [] } });

  // Somebody comes to use our controller: without it his load balancer could never go.
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'public', namespace: 'default' },
    spec: {
      type: 'LoadBalancer',
      loadBalancerClass: 'service.k8s.aws/nlb',
      selector: { app: 'none' },
      ports: [{ port: 80 }],
    },
  };
  await apply(rehearsal, service);
  await kubectl(rehearsal, ...['wait', 'service/public', '--for=jsonpath={.metadata.finalizers}']);
  const refused = await rehearsal.run(['teardown', '--yes', ...onShop]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('the controller is kept: others have come to use it');
  expect(refused.stderr).toContain('Service default/public');
  await kubectl(rehearsal, 'delete', 'service', 'public');

  const teardown = await rehearsal.runJson(['teardown', '--yes', ...onShop]);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  expect(await snapshot(rehearsal)).toEqual(before);
  const folder = join(rehearsal.env.XDG_STATE_HOME ?? '', 'lbc-setup', up.data.account, up.data.region);
  await expect(access(join(folder, foreignCluster))).rejects.toThrow('ENOENT');
});

it('another controller is used, and nobody else loses a load balancer', { timeout: 180_000 }, async () => {
  const vpcId = await createForeignCluster(rehearsal, { controllerAccount: true });
  await installForeignController(rehearsal, vpcId);
  await deployForeignApps(rehearsal, vpcId);
  await vi.waitFor(
    async () => {
      const found = await kubectl(rehearsal, 'get', 'ingress,service', '--namespace', 'shop', '-o', 'wide');
      expect(found.match(/amazonaws\.com/g)).toHaveLength(2);
    },
    { timeout: 30_000, interval: 200 },
  );
  const before = await snapshot(rehearsal);

  const up = await rehearsal.runJson(['up', '--yes', ...onShop]);
  expect(up, up.stderr).toMatchObject({ exitCode: 0 });
  expect(idsWith(up.data.steps, 'kept')).toEqual(
    expect.arrayContaining(['policy', 'service-account', 'crds', 'release', 'controller', 'irsa']),
  );
  const doctor = await rehearsal.runJson(['doctor', ...onShop]);
  // Sick is what they made: nothing answers / with 200, and the group made by hand is behind no load balancer.
  const found: { id: string }[] = doctor.data.findings;
  expect(new Set(found.map(({ id }) => id)), doctor.stderr).toEqual(new Set(['targets']));
  const status = await rehearsal.runJson(['status', ...onShop]);
  expect(idsWith(status.data.steps, 'foreign')).toContain('release');

  const teardown = await rehearsal.runJson(['teardown', '--yes', ...onShop]);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  expect(await snapshot(rehearsal)).toEqual(before);
});

it('what keeps a cluster from being adopted is said before anything is changed', {
  timeout: 60_000,
}, async () => {
  await createForeignCluster(rehearsal);
  await apply(rehearsal, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'aws-load-balancer-webhook' },
    webhooks: [
      {
        name: 'vservice.elbv2.k8s.aws',
        clientConfig: { service: { name: 'gone', namespace: 'kube-system' } },
        rules: [],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  });
  const position = (await rehearsal.record()).length;
  for (const command of ['up', 'cluster']) {
    const { exitCode, stderr } = await rehearsal.run([command, '--yes', ...onShop]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('of a load balancer controller that is not there');
    expect(stderr).toContain('next: kubectl delete validatingwebhookconfiguration aws-load-balancer-webhook');
  }
  expect(await rehearsal.writes(position)).toEqual([]);
});

it('what our controller left is found without cluster and stack, and what another left stays', async () => {
  const { ec2, elb } = clientsOf(rehearsal);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.8.0.0/16' }));
  const controllerTag = { Key: 'elbv2.k8s.aws/cluster', Value: foreignCluster };
  const ours = markTags({ cluster: foreignCluster, region: rehearsal.env.AWS_REGION ?? '' });
  for (const [name, Tags] of [
    ['ours', [controllerTag, ...ours]],
    ['others', [controllerTag]],
  ] as const) {
    const target = { Protocol: 'TCP', Port: 80, TargetType: 'ip' } as const;
    await elb.send(
      new CreateTargetGroupCommand({ Name: name, VpcId: Vpc?.VpcId, Tags: [...Tags], ...target }),
    );
  }
  const teardown = await rehearsal.runJson(['teardown', '--yes', ...onShop]);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({}));
  expect(TargetGroups?.map(({ TargetGroupName }) => TargetGroupName)).toEqual(['others']);

  await ec2.send(new CreateTagsCommand({ Resources: [Vpc?.VpcId ?? ''], Tags: ours }));
  const found = await rehearsal.runJson(['teardown', '--yes', ...onShop]);
  const remove = `aws ec2 delete-vpc --vpc-id ${Vpc?.VpcId} --region ${rehearsal.env.AWS_REGION}`;
  expect(found, found.stderr).toMatchObject({ exitCode: 3, data: { leftovers: [{ kind: 'VPC', remove }] } });
});

it('the kubeconfig of the user gets the cluster when asked to, and loses it again', {
  timeout: 60_000,
}, async () => {
  await createForeignCluster(rehearsal);
  const path = join(rehearsal.env.HOME ?? '', '.kube/config');
  await mkdir(dirname(path), { recursive: true });
  const before = `# mine\n${await readFile(path, 'utf8')}`;
  await writeFile(path, before, { mode: 0o640 });

  const first = await rehearsal.runJson(['cluster', '--yes', '--update-kubeconfig', ...onShop]);
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  const merged = await readFile(path, 'utf8');
  expect(merged.startsWith('# mine\n')).toBe(true);
  expect(merged).toContain('arn:aws:eks:');
  expect(await readFile(`${path}.lbc-setup-backup`, 'utf8')).toBe(before);
  const current = await kubectl(rehearsal, 'config', 'current-context');
  const [name = ''] = (await kubectl(rehearsal, 'config', 'get-contexts', '--output=name'))
    .split('\n')
    .filter((context) => context.startsWith('arn:'));
  expect(current).not.toContain('arn:');
  expect(await kubectl(rehearsal, '--context', name, 'get', 'namespaces')).toContain('kube-system');

  const second = await rehearsal.runJson(['cluster', '--update-kubeconfig=switch', ...onShop]);
  expect(second.data.changed).toBe(1);
  expect(await kubectl(rehearsal, 'config', 'current-context')).toContain(name);

  const teardown = await rehearsal.runJson(['teardown', '--yes', ...onShop]);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0 });
  expect(await readFile(path, 'utf8')).toBe(before);
  await expect(access(`${path}.lbc-setup-backup`)).rejects.toThrow('ENOENT');
});
