import { DeleteSecurityGroupCommand, DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  DeleteLoadBalancerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ModifyLoadBalancerAttributesCommand,
  paginateDescribeLoadBalancers,
  RemoveTagsCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, it } from 'vitest';
import { createListener, createLoadBalancer, startBalancing, waitForActive } from './fixture.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function begin(options: { pageSize?: number } = {}) {
  const balancing = await startBalancing(options);
  close = balancing.cloud.close;
  return balancing;
}

describe('a load balancer', () => {
  it('of each type has its own kind of ARN and name in DNS', async () => {
    const balancing = await begin();
    const alb = await createLoadBalancer(balancing, { Name: 'web' });
    expect(alb.arn).toMatch(/:loadbalancer\/app\/web\/[0-9a-f]{16}$/);
    expect(alb.host).toMatch(/^web-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
    const nlb = await createLoadBalancer(balancing, { Name: 'net', Type: 'network' });
    expect(nlb.arn).toMatch(/:loadbalancer\/net\/net\/[0-9a-f]{16}$/);
    expect(nlb.host).toMatch(/^net-[0-9a-f]{16}\.elb\.eu-west-1\.amazonaws\.com$/);
    const inside = await createLoadBalancer(balancing, { Name: 'inside', Scheme: 'internal' });
    expect(inside.host).toMatch(/^internal-inside-\d+\./);
  });

  it('is provisioned for a while', async () => {
    const balancing = await begin();
    const { arn } = await createLoadBalancer(balancing);
    await waitForActive(balancing, arn);
  });

  it('stands in its subnets with interfaces that wear its security groups', async () => {
    const { client, ...balancing } = await begin();
    const { arn } = await createLoadBalancer({ client, ...balancing });
    const { NetworkInterfaces } = await client.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'description', Values: [`ELB ${arn.split(':loadbalancer/')[1]}`] }],
      }),
    );
    expect(NetworkInterfaces?.map(({ SubnetId }) => SubnetId).sort()).toEqual(
      [...balancing.subnetIds].sort(),
    );
    expect(NetworkInterfaces?.[0]).toMatchObject({
      RequesterManaged: true,
      RequesterId: 'amazon-elb',
      Association: { IpOwnerId: 'amazon-elb' },
      Groups: [{ GroupId: balancing.managed }, { GroupId: balancing.shared }],
    });
  });

  it('is gone at once when deleted, but holds its security groups until its interfaces are gone', async () => {
    const { client, elb, elbv2, ec2, ...balancing } = await begin();
    const { arn } = await createLoadBalancer({ client, elb, elbv2, ec2, ...balancing });
    await createListener({ client, elb, elbv2, ec2, ...balancing }, arn, 'not-found');
    // In process, so that no time passes between the two.
    const principal = { kind: 'user', arn: 'arn:aws:iam::123456789012:user/test', userId: 'AIDA' } as const;
    elbv2.handlers.DeleteLoadBalancer?.(
      { LoadBalancerArn: arn },
      {
        requestId: 'test',
        service: 'elasticloadbalancing',
        operation: 'DeleteLoadBalancer',
        region: balancing.region,
        principal,
      },
    );
    expect(() => ec2.deleteSecurityGroup(balancing.region, balancing.managed)).toThrow(
      `resource ${balancing.managed} has a dependent object`,
    );
    await expect(
      elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })),
    ).rejects.toMatchObject({ name: 'LoadBalancerNotFoundException' });
    const remove = () => client.send(new DeleteSecurityGroupCommand({ GroupId: balancing.managed }));
    await expect
      .poll(() =>
        remove().then(
          () => 'deleted',
          (error: Error) => error.name,
        ),
      )
      .toBe('deleted');
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
  });

  it('that is protected is not deleted', async () => {
    const { elb, ...balancing } = await begin();
    const { arn } = await createLoadBalancer({ elb, ...balancing });
    const protect = (Value: string) =>
      elb.send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: arn,
          Attributes: [{ Key: 'deletion_protection.enabled', Value }],
        }),
      );
    await protect('true');
    const remove = () => elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
    await expect(remove()).rejects.toMatchObject({ name: 'OperationNotPermittedException' });
    await protect('false');
    await remove();
  });

  it('has the attributes of its type and no others', async () => {
    const { elb, ...balancing } = await begin();
    const { arn } = await createLoadBalancer({ elb, ...balancing }, { Type: 'network' });
    const { Attributes } = await elb.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
    );
    expect(Attributes).toContainEqual({ Key: 'load_balancing.cross_zone.enabled', Value: 'false' });
    const unknown = {
      LoadBalancerArn: arn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '5' }],
    };
    await expect(elb.send(new ModifyLoadBalancerAttributesCommand(unknown))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('created twice is the same one, unless the settings differ', async () => {
    const balancing = await begin();
    const first = await createLoadBalancer(balancing);
    expect(await createLoadBalancer(balancing)).toEqual(first);
    await expect(createLoadBalancer(balancing, { Scheme: 'internal' })).rejects.toMatchObject({
      name: 'DuplicateLoadBalancerNameException',
      message: expect.stringContaining('exists, but with different settings'),
    });
  });

  it('of type application needs two zones, a network one is content with one', async () => {
    const { subnetIds, ...balancing } = await begin();
    const one = { ...balancing, subnetIds: subnetIds.slice(0, 1) };
    await expect(createLoadBalancer(one)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'At least two subnets in two different Availability Zones must be specified',
    });
    const { arn } = await createLoadBalancer(one, { Type: 'network' });
    const output = await balancing.elb.send(
      new SetSubnetsCommand({ LoadBalancerArn: arn, Subnets: subnetIds }),
    );
    expect(output.AvailabilityZones).toHaveLength(2);
  });

  it('can change its security groups, on its interfaces too', async () => {
    const { client, elb, ...balancing } = await begin();
    const { arn } = await createLoadBalancer({ client, elb, ...balancing });
    await elb.send(
      new SetSecurityGroupsCommand({ LoadBalancerArn: arn, SecurityGroups: [balancing.shared] }),
    );
    await client.send(new DeleteSecurityGroupCommand({ GroupId: balancing.managed }));
    const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toMatchObject([{ SecurityGroups: [balancing.shared] }]);
  });

  it('cannot be found by a wrong name', async () => {
    const { elb } = await begin();
    await expect(elb.send(new DescribeLoadBalancersCommand({ Names: ['nobody'] }))).rejects.toMatchObject({
      name: 'LoadBalancerNotFoundException',
    });
  });
});

describe('lists', () => {
  it('come in pages as small as the rehearsal wants', async () => {
    const balancing = await begin({ pageSize: 1 });
    for (const Name of ['one', 'two', 'three']) await createLoadBalancer(balancing, { Name });
    const names: string[] = [];
    for await (const page of paginateDescribeLoadBalancers({ client: balancing.elb }, {})) {
      expect(page.LoadBalancers).toHaveLength(1);
      names.push(page.LoadBalancers?.[0]?.LoadBalancerName ?? '');
    }
    expect(names.sort()).toEqual(['one', 'three', 'two']);
  });
});

describe('listeners', () => {
  it('are one to a port', async () => {
    const balancing = await begin();
    const { arn } = await createLoadBalancer(balancing);
    await createListener(balancing, arn, 'not-found');
    await expect(createListener(balancing, arn, 'not-found')).rejects.toMatchObject({
      name: 'DuplicateListenerException',
    });
    const { Listeners } = await balancing.elb.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
    expect(Listeners).toMatchObject([
      { Port: 80, Protocol: 'HTTP', DefaultActions: [{ FixedResponseConfig: { StatusCode: '404' } }] },
    ]);
  });

  it('of a network load balancer do not speak HTTP', async () => {
    const balancing = await begin();
    const { arn } = await createLoadBalancer(balancing, { Type: 'network' });
    await expect(createListener(balancing, arn, 'not-found')).rejects.toMatchObject({
      name: 'UnsupportedProtocolException',
    });
  });
});

describe('tags', () => {
  it('are changed and shown by ARN', async () => {
    const { elb, ...balancing } = await begin();
    const { arn } = await createLoadBalancer({ elb, ...balancing });
    await elb.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: 'team', Value: 'lab' }] }));
    await elb.send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: ['elbv2.k8s.aws/cluster'] }));
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
    expect(TagDescriptions).toEqual([{ ResourceArn: arn, Tags: [{ Key: 'team', Value: 'lab' }] }]);
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
    await expect(elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }))).rejects.toMatchObject({
      name: 'LoadBalancerNotFoundException',
    });
  });
});
