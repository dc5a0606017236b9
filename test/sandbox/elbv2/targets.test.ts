import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, it } from 'vitest';
import type { PodListener } from '../../../sandbox/kubernetes/network.ts';
import {
  createListener,
  createLoadBalancer,
  createTargetGroup,
  healthOf,
  openPods,
  register,
  sample,
  startBalancing,
  startPod,
} from './fixture.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function begin(type: 'application' | 'network' = 'application') {
  const balancing = await startBalancing();
  close = balancing.cloud.close;
  const protocol = type === 'application' ? 'HTTP' : 'TCP';
  const targetGroup = await createTargetGroup(balancing, protocol);
  const balance = async () => {
    const { arn } = await createLoadBalancer(balancing, { Type: type });
    return createListener(balancing, arn, targetGroup, protocol);
  };
  return { ...balancing, targetGroup, balance };
}

const states = (balancing: Awaited<ReturnType<typeof begin>>) =>
  expect.poll(() => healthOf(balancing, balancing.targetGroup));

describe('a target', () => {
  it('is unused until a listener forwards to its group', async () => {
    const balancing = await begin();
    await register(balancing, balancing.targetGroup, startPod(balancing, 0, sample('v1')));
    expect(await healthOf(balancing, balancing.targetGroup)).toEqual(['unused Target.NotInUse']);
  });

  it.each(['application', 'network'] as const)(
    'of an %s load balancer turns healthy when its pod answers',
    async (type) => {
      const balancing = await begin(type);
      await openPods(balancing);
      const addresses = [startPod(balancing, 0, sample('v1')), startPod(balancing, 1, sample('v1'))];
      await balancing.balance();
      await register(balancing, balancing.targetGroup, ...addresses);
      expect((await healthOf(balancing, balancing.targetGroup))[0]).toMatch(/^(initial Elb\.|healthy$)/);
      await states(balancing).toEqual(['healthy', 'healthy']);
    },
  );

  it('times out when the cluster security group does not let the load balancer in', async () => {
    const balancing = await begin();
    await balancing.balance();
    await register(balancing, balancing.targetGroup, startPod(balancing, 0, sample('v1')));
    await states(balancing).toEqual(['unhealthy Target.Timeout']);
    await openPods(balancing);
    await states(balancing).toEqual(['healthy']);
  });

  const answering = (status: number): PodListener => ({ handle: () => ({ status, body: '' }) });
  const silent: PodListener = { handle: () => new Promise(() => {}) };
  it.each([
    ['answers with a wrong code', answering(500), 'Target.ResponseCodeMismatch'],
    ['does not listen', undefined, 'Target.FailedHealthChecks'],
    ['never answers', silent, 'Target.Timeout'],
  ])('is unhealthy when its pod %s', async (_, listener, reason) => {
    const balancing = await begin();
    await openPods(balancing);
    await balancing.balance();
    await register(balancing, balancing.targetGroup, startPod(balancing, 0, listener));
    await states(balancing).toEqual([`unhealthy ${reason}`]);
  });

  it('drains when it is deregistered, and then is gone', async () => {
    const balancing = await begin();
    await openPods(balancing);
    await balancing.balance();
    const address = startPod(balancing, 0, sample('v1'));
    await register(balancing, balancing.targetGroup, address);
    const { elb, targetGroup: TargetGroupArn } = balancing;
    await elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '1500' }],
      }),
    );
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: address, Port: 5000 }] }));
    expect(await healthOf(balancing, TargetGroupArn)).toEqual(['draining Target.DeregistrationInProgress']);
    await states(balancing).toEqual([]);
    const { TargetHealthDescriptions } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn, Targets: [{ Id: address, Port: 5000 }] }),
    );
    expect(TargetHealthDescriptions).toMatchObject([{ TargetHealth: { Reason: 'Target.NotRegistered' } }]);
  });

  it('in a zone without the load balancer is unused', async () => {
    const { subnetIds, ...balancing } = await begin('network');
    const everywhere = { subnetIds, ...balancing };
    const { arn } = await createLoadBalancer(
      { ...balancing, subnetIds: subnetIds.slice(0, 1) },
      { Type: 'network' },
    );
    await createListener(everywhere, arn, balancing.targetGroup, 'TCP');
    await register(everywhere, balancing.targetGroup, startPod(everywhere, 1, sample('v1')));
    expect(await healthOf(everywhere, balancing.targetGroup)).toEqual(['unused Target.NotInUse']);
  });

  it('must be an address in a subnet of the VPC', async () => {
    const balancing = await begin();
    await expect(register(balancing, balancing.targetGroup, '8.8.8.8')).rejects.toMatchObject({
      name: 'InvalidTargetException',
    });
  });
});
