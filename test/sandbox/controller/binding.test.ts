import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../sandbox/kubernetes/api.ts';
import { type Lab, soon, startLab } from './lab.ts';
import { clusterService, deployment, networkService } from './sample.ts';

const resource = 'targetgroupbindings.elbv2.k8s.aws';

let lab: Lab;
let arn: string;
beforeAll(async () => {
  lab = await startLab({ speed: 1000 });
  await lab.install();
  await lab.deploySample();
  await lab.client.create('services', clusterService());
  const { TargetGroups } = await lab.elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'manual-tg',
      Protocol: 'TCP',
      Port: 5000,
      VpcId: lab.vpcId,
      TargetType: 'ip',
    }),
  );
  arn = TargetGroups?.[0]?.TargetGroupArn ?? '';
}, 60_000);
afterAll(() => lab.stop());

const binding = (name: string, targetGroupARN: string, spec: object = {}): KubeObject => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  metadata: { name, namespace: 'sample' },
  spec: { serviceRef: { name: 'helloworld', port: 80 }, targetGroupARN, ...spec },
});
const targets = async (TargetGroupArn: string): Promise<string[]> => {
  const { TargetHealthDescriptions = [] } = await lab.elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn }),
  );
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining').map(
    ({ Target }) => `${Target?.Id}:${Target?.Port}`,
  );
};
const podRules = async (): Promise<(string | undefined)[]> => {
  const { SecurityGroups } = await lab.ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [{ Name: 'tag:kubernetes.io/cluster/lab', Values: ['owned'] }],
    }),
  );
  const permissions = SecurityGroups?.flatMap(({ IpPermissions }) => IpPermissions ?? []) ?? [];
  return permissions
    .filter(({ FromPort }) => FromPort === 5000)
    .flatMap(({ UserIdGroupPairs }) => UserIdGroupPairs?.map(({ Description }) => Description));
};

describe('a TargetGroupBinding', () => {
  it('made by hand is filled in from its target group and registers the pods', async () => {
    const created = await lab.client.create(resource, binding('manual', arn));
    expect(created.spec).toEqual({
      ipAddressType: 'ipv4',
      serviceRef: { name: 'helloworld', port: 80 },
      targetGroupARN: arn,
      targetGroupProtocol: 'TCP',
      targetType: 'ip',
      vpcID: lab.vpcId,
    });
    await soon(async () => {
      expect(await targets(arn)).toHaveLength(2);
      expect(await lab.get(resource, 'manual')).toMatchObject({
        metadata: {
          finalizers: ['elbv2.k8s.aws/resources'],
          annotations: { 'elbv2.k8s.aws/checkpoint': expect.stringMatching(/^[\w-]{43}\/[\w-]{43}$/) },
        },
        status: { observedGeneration: 1 },
      });
    });
    // Without `networking` nobody opens the way.
    expect(await podRules()).toEqual([]);
  });

  it('is refused when its target group is unknown, bound already, or changed', async () => {
    const unknown = arn.replace('manual-tg', 'nosuch-tg');
    await expect(lab.client.create(resource, binding('bad', unknown))).rejects.toThrow(
      /"mtargetgroupbinding.elbv2.k8s.aws" denied the request: couldn't determine TargetType: operation error Elastic Load Balancing v2: DescribeTargetGroups, https response error StatusCode: 400, RequestID: \S+, TargetGroupNotFound: /,
    );
    await expect(lab.client.create(resource, binding('second', arn))).rejects.toThrow(
      `"vtargetgroupbinding.elbv2.k8s.aws" denied the request: TargetGroup ${arn} is already bound to following TargetGroupBindings [sample/manual]. Please enable MultiCluster mode`,
    );
    const change = { spec: { targetGroupARN: unknown } };
    await expect(lab.client.patch(resource, 'manual', 'sample', change)).rejects.toThrow(
      'TargetGroupBinding update may not change these immutable fields: spec.targetGroupARN',
    );
  });

  it('follows the pods', async () => {
    const scale = (replicas: number) =>
      lab.client.patch('deployments.apps', 'helloworld', 'sample', { spec: { replicas } });
    await scale(3);
    await soon(async () => expect(await targets(arn)).toHaveLength(3));
    await scale(1);
    await soon(async () => expect(await targets(arn)).toHaveLength(1));
    await scale(2);
    await soon(async () => expect(await targets(arn)).toHaveLength(2));
  });

  it('deregisters its pods when it goes, and leaves the target group', async () => {
    await lab.client.delete(resource, 'manual', 'sample');
    await lab.gone(resource, 'manual');
    expect(await targets(arn)).toEqual([]);
  });

  it('of a load balancer opens the pods to it once, deletes with its rule, and does not come back by itself', async () => {
    await lab.client.create('services', networkService('nlb'));
    await lab.hostname('services', 'nlb');
    await soon(async () => {
      expect(await podRules()).toEqual(['elbv2.k8s.aws/targetGroupBinding=shared']);
    });
    const [made] = await lab.client.list(resource, { namespace: 'sample' });
    const name = made?.metadata.name ?? '';
    await soon(async () =>
      expect(await lab.events(name)).toContain('SuccessfullyReconciled: Successfully reconciled'),
    );
    await lab.client.delete(resource, name, 'sample');
    await lab.gone(resource, name);
    expect(await podRules()).toEqual([]);
    const { TargetGroups } = await lab.elbv2.send(new DescribeTargetGroupsCommand({ Names: [name] }));
    expect(await targets(TargetGroups?.[0]?.TargetGroupArn ?? '')).toEqual([]);
    expect(await lab.client.list(resource, { namespace: 'sample' })).toEqual([]);
    await lab.client.patch('services', 'nlb', 'sample', { metadata: { annotations: { touched: 'yes' } } });
    await soon(async () => expect(await lab.get(resource, name)).toBeDefined());
    await lab.client.delete('services', 'nlb', 'sample');
    await lab.gone('services', 'nlb');
  });
});

describe('a pod of a namespace with readiness gates', () => {
  it('is ready only when it is a healthy target', async () => {
    await lab.client.patch('namespaces', 'sample', undefined, {
      metadata: { labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } },
    });
    await lab.client.create('services', networkService('gated'));
    await lab.hostname('services', 'gated');
    const [made] = await lab.client.list(resource, { namespace: 'sample' });
    const gate = `target-health.elbv2.k8s.aws/${made?.metadata.name}`;
    await lab.client.delete('deployments.apps', 'helloworld', 'sample');
    await lab.gone('deployments.apps', 'helloworld');
    await lab.client.create('deployments.apps', deployment(1));
    await soon(async () => {
      const pods = (await lab.client.list('pods', { namespace: 'sample' })) as PodObject[];
      const gated = pods.filter(({ spec }) => spec.readinessGates?.[0]?.conditionType === gate);
      expect(gated).toHaveLength(1);
      expect(gated[0]?.status?.conditions).toContainEqual(
        expect.objectContaining({ type: gate, status: 'True' }),
      );
    });
    await lab.client.delete('services', 'gated', 'sample');
    await lab.gone('services', 'gated');
  });
});

interface PodObject extends KubeObject {
  spec: { readonly readinessGates?: readonly { readonly conditionType: string }[] };
  readonly status?: { readonly conditions?: readonly object[] };
}
