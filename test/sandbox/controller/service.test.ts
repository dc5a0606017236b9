import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service, TargetGroupBinding } from '../../../sandbox/controller/kube/types.ts';
import { type Lab, soon, startLab } from './lab.ts';
import { networkAnnotations, networkService } from './sample.ts';

const prefix = 'service.beta.kubernetes.io/aws-load-balancer';
const bindings = 'targetgroupbindings.elbv2.k8s.aws';
const traffic = 'k8s-traffic-lab-a51146d380';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ speed: 1000 });
  await lab.install();
  await lab.deploySample();
}, 60_000);
afterAll(() => lab.stop());

const create = async (name: string, annotations?: Record<string, string>): Promise<string> => {
  await lab.client.create('services', networkService(name, { ...networkAnnotations, ...annotations }));
  return lab.hostname('services', name);
};
const remove = (name: string): Promise<void> => lab.client.delete('services', name, 'sample');
const eventually = (name: string, text: string): Promise<void> =>
  soon(async () => expect(await lab.events(name)).toContainEqual(expect.stringContaining(text)));
const loadBalancer = async (host: string) => {
  const { LoadBalancers } = await lab.elbv2.send(new DescribeLoadBalancersCommand({}));
  return LoadBalancers?.find(({ DNSName }) => DNSName?.toLowerCase() === host);
};
const scale = async (replicas: number): Promise<void> => {
  const deployment = 'aws-load-balancer-controller';
  await lab.client.patch('deployments.apps', deployment, 'kube-system', { spec: { replicas } });
  await soon(async () => {
    const slices = await lab.client.list('endpointslices.discovery.k8s.io', {
      namespace: 'kube-system',
      labels: { 'kubernetes.io/service-name': 'aws-load-balancer-webhook-service' },
    });
    const ready = slices.flatMap(({ endpoints }) => (endpoints as object[] | undefined) ?? []);
    expect(ready).toHaveLength(replicas);
    for (const endpoint of ready) expect(endpoint).toMatchObject({ conditions: { ready: true } });
  });
};

describe('a Service of type LoadBalancer', () => {
  it('gets its class, its finalizer, its host name and a binding, and gives all of them back', async () => {
    const host = await create('one');
    const service = await lab.get<Service>('services', 'one');
    expect(host).toMatch(/^k8s-sample-one-[0-9a-f]{10}-/);
    expect(service?.spec.loadBalancerClass).toBe('service.k8s.aws/nlb');
    expect(service?.metadata.finalizers).toEqual(['service.k8s.aws/resources']);
    expect(service?.status?.loadBalancer?.ingress).toEqual([
      { hostname: host, ports: [{ port: 80, protocol: 'TCP' }] },
    ]);
    const [binding] = (await lab.client.list(bindings)) as TargetGroupBinding[];
    expect(binding).toMatchObject({
      metadata: {
        labels: { 'service.k8s.aws/stack-name': 'one', 'service.k8s.aws/stack-namespace': 'sample' },
      },
      spec: {
        serviceRef: { name: 'one', port: 80 },
        targetType: 'ip',
        targetGroupProtocol: 'TCP',
        ipAddressType: 'ipv4',
        vpcID: lab.vpcId,
        networking: { ingress: [{ ports: [{ port: 5000, protocol: 'TCP' }] }] },
      },
    });
    expect(binding?.metadata.ownerReferences).toBeUndefined();
    await eventually('one', 'SuccessfullyReconciled: Successfully reconciled');
    await remove('one');
    await lab.gone('services', 'one');
    expect(await lab.client.list(bindings)).toEqual([]);
    expect(await loadBalancer(host)).toBeUndefined();
    expect(await lab.securityGroups()).not.toContain(traffic);
  });

  it.each([
    ['scheme', 'public', 'Failed build model due to unknown scheme: public'],
    ['healthcheck-protocol', 'grpc', 'Failed build model due to unsupported health check protocol grpc'],
    [
      'healthcheck-port',
      'abc',
      'failed to resolve healthCheckPort: unable to find port abc on service sample/bad',
    ],
    [
      'subnets',
      'subnet-0000',
      'failed to list subnets by names or IDs: operation error EC2: DescribeSubnets',
    ],
    ['eip-allocations', 'eipalloc-1', 'not emulate'],
  ])('with the wrong %s is told so in an event, and is deleted at once', async (suffix, value, text) => {
    const annotations = { ...networkAnnotations, [`${prefix}-${suffix}`]: value };
    await lab.client.create('services', networkService('bad', annotations));
    await eventually('bad', text);
    expect((await lab.get('services', 'bad'))?.metadata.finalizers ?? []).toEqual([]);
    await remove('bad');
    expect(await lab.get('services', 'bad')).toBeUndefined();
  });

  it('asking for instances has no targets on Fargate, and nothing says so', async () => {
    await create('instances', { [`${prefix}-nlb-target-type`]: 'instance' });
    await eventually('instances', 'SuccessfullyReconciled: Successfully reconciled');
    expect(await lab.events('instances')).toHaveLength(1);
    await remove('instances');
    await lab.gone('services', 'instances');
  });

  it('is not deleted while its annotation protects the load balancer', async () => {
    await create('kept', { [`${prefix}-attributes`]: 'deletion_protection.enabled=true' });
    await remove('kept');
    await eventually(
      'kept',
      'FailedBuildModel: Failed build model due to deletion_protection is enabled, cannot delete the service: kept',
    );
    await lab.client.patch('services', 'kept', 'sample', {
      metadata: { annotations: { [`${prefix}-attributes`]: 'deletion_protection.enabled=false' } },
    });
    await lab.gone('services', 'kept');
  });

  it('left without a controller is orphaned, and adopted when it comes back under the same name', async () => {
    const host = await create('orphan');
    const { LoadBalancerArn } = (await loadBalancer(host)) ?? {};
    await scale(0);
    await lab.client.patch('services', 'orphan', 'sample', { metadata: { finalizers: null } });
    await remove('orphan');
    await lab.gone('services', 'orphan');
    await expect(lab.client.create('services', networkService('orphan'))).rejects.toThrow(
      'no endpoints available for service "aws-load-balancer-webhook-service"',
    );
    await scale(2);
    expect(await create('orphan')).toBe(host);
    expect((await loadBalancer(host))?.LoadBalancerArn).toBe(LoadBalancerArn);
    await remove('orphan');
    await lab.gone('services', 'orphan');
    expect(await lab.securityGroups()).not.toContain(traffic);
  });
});

describe('a Service that is no longer of type LoadBalancer', () => {
  it('loses its load balancer and keeps its name', async () => {
    const host = await create('switched');
    await lab.client.patch('services', 'switched', 'sample', {
      metadata: { annotations: null },
      spec: { type: 'ClusterIP' },
    });
    await soon(async () => {
      const service = await lab.get<Service>('services', 'switched');
      expect(service?.metadata.finalizers ?? []).toEqual([]);
      expect(service?.status?.loadBalancer).toEqual({});
    });
    expect(await loadBalancer(host)).toBeUndefined();
    await remove('switched');
  });
});

describe('the security group that load balancers share', () => {
  it('stays behind when a fault says so', async () => {
    const call = 'release backend-security-group$';
    const effect = { kind: 'behave', how: 'leak-backend-security-group' } as const;
    lab.sandbox.world.faults.set([{ plane: 'tool', call, times: 1, effect }]);
    await create('faulty');
    await remove('faulty');
    await lab.gone('services', 'faulty');
    expect(await lab.securityGroups()).toContain(traffic);
  });

  it('goes with the last of them when they are deleted one after the other', async () => {
    await create('first');
    await create('second');
    await remove('first');
    await lab.gone('services', 'first');
    expect(await lab.securityGroups()).toContain(traffic);
    await remove('second');
    await lab.gone('services', 'second');
    expect(await lab.securityGroups()).not.toContain(traffic);
  });

  it('stays behind when the object was already being deleted as the controller started', async () => {
    await create('late');
    await scale(0);
    await remove('late');
    await scale(2);
    await lab.gone('services', 'late');
    expect(await lab.securityGroups()).toContain(traffic);
  });
});
