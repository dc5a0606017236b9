import {
  CreateNetworkInterfaceCommand,
  CreateTagsCommand,
  DeleteNetworkInterfaceCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  EC2Client,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { makeVpc, startNetwork } from './fixture.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function begin(options: { pageSize?: number } = {}) {
  const network = await startNetwork(options);
  close = network.cloud.close;
  return { ...network, ...(await makeVpc(network.client)) };
}

describe('filters', () => {
  it('take wildcards and any of several values, and all must match', async () => {
    const { client, vpcId, subnetIds } = await begin();
    await client.send(
      new CreateTagsCommand({
        Resources: [subnetIds[0] ?? ''],
        Tags: [{ Key: 'kubernetes.io/role/elb', Value: '1' }],
      }),
    );
    const find = async (...filters: [string, ...string[]][]) => {
      const Filters = filters.map(([Name, ...Values]) => ({ Name, Values }));
      const { Subnets } = await client.send(new DescribeSubnetsCommand({ Filters }));
      return Subnets?.map(({ SubnetId }) => SubnetId);
    };
    expect(await find(['vpc-id', vpcId], ['tag:kubernetes.io/role/elb', '', '1'])).toEqual([subnetIds[0]]);
    expect(await find(['tag-key', 'kubernetes.io/role/*'])).toEqual([subnetIds[0]]);
    expect(await find(['vpc-id', vpcId], ['availability-zone', 'eu-west-1?'])).toHaveLength(2);
    expect(await find(['vpc-id', vpcId], ['state', 'pending'])).toEqual([]);
  });

  it('without values match nothing, as eksctl delete relies on', async () => {
    const { client } = await begin();
    const { SecurityGroups } = await client.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [] }] }),
    );
    expect(SecurityGroups ?? []).toEqual([]);
  });

  it('that an operation lacks are refused', async () => {
    const { client } = await begin();
    await expect(
      client.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    });
  });
});

describe('a list', () => {
  it('comes whole when no page size is asked for, and in small pages when one is', async () => {
    const { client, vpcId } = await begin({ pageSize: 1 });
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const whole = await client.send(new DescribeSubnetsCommand({ Filters }));
    expect(whole.Subnets).toHaveLength(2);
    const pages: number[] = [];
    for await (const page of paginateDescribeSubnets({ client, pageSize: 100 }, { Filters })) {
      pages.push(page.Subnets?.length ?? 0);
    }
    expect(pages).toEqual([1, 1]);
  });
});

describe('tags', () => {
  it('are added to, listed for and taken from resources of any kind', async () => {
    const { client, vpcId, gatewayId } = await begin();
    const Resources = [vpcId, gatewayId];
    await client.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'team', Value: 'lab' }] }));
    const list = async () =>
      (await client.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['team'] }] }))).Tags;
    expect((await list())?.map(({ ResourceType }) => ResourceType).sort()).toEqual([
      'internet-gateway',
      'vpc',
    ]);
    await client.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'team' }] }));
    expect((await list()) ?? []).toEqual([]);
  });

  it('that begin with aws: are refused', async () => {
    const { client, vpcId } = await begin();
    const tag = { Resources: [vpcId], Tags: [{ Key: 'aws:mine', Value: 'x' }] };
    await expect(client.send(new CreateTagsCommand(tag))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});

describe('regions and zones', () => {
  it('of Tokyo are a, c and d, with the ids of the recordings', async () => {
    const { config } = await begin();
    const client = new EC2Client({ ...config, region: 'ap-northeast-1' });
    const { AvailabilityZones } = await client.send(
      new DescribeAvailabilityZonesCommand({
        Filters: [
          { Name: 'region-name', Values: ['ap-northeast-1'] },
          { Name: 'state', Values: ['available'] },
          { Name: 'zone-type', Values: ['availability-zone'] },
        ],
      }),
    );
    expect(AvailabilityZones?.map(({ ZoneName, ZoneId }) => `${ZoneName} ${ZoneId}`)).toEqual([
      'ap-northeast-1a apne1-az4',
      'ap-northeast-1c apne1-az1',
      'ap-northeast-1d apne1-az2',
    ]);
    await expect(
      client.send(new DescribeAvailabilityZonesCommand({ ZoneIds: ['apne1-az9'] })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('are listed', async () => {
    const { client } = await begin();
    const { Regions } = await client.send(new DescribeRegionsCommand({}));
    expect(Regions?.map(({ RegionName }) => RegionName)).toContain('ap-northeast-1');
  });
});

describe('network interfaces', () => {
  it('of the account can be deleted, those of a service cannot', async () => {
    const { client, ec2, region, vpcId, subnetIds } = await begin();
    const [SubnetId = ''] = subnetIds;
    await client.send(new CreateNetworkInterfaceCommand({ SubnetId, Description: 'left over' }));
    const pod = ec2.createManagedInterface(region, {
      requester: 'fargate',
      subnetId: SubnetId,
      groupIds: [],
      description: 'a pod',
    });
    const { NetworkInterfaces } = await client.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
    );
    const own = NetworkInterfaces?.find(({ RequesterManaged }) => !RequesterManaged);
    expect(own).toMatchObject({ Status: 'available', Groups: [{ GroupName: 'default' }] });
    await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: own?.NetworkInterfaceId }));
    await expect(
      client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: pod.id })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: `Network interface '${pod.id}' is currently in use.`,
    });
  });

  it('are found by the address of their pod, as the controller looks for them', async () => {
    const { client, ec2, region, vpcId, subnetIds } = await begin();
    const pod = ec2.createManagedInterface(region, {
      requester: 'fargate',
      subnetId: subnetIds[1] ?? '',
      groupIds: [],
      description: 'a pod',
    });
    expect(pod.privateIp).toMatch(/^192\.168\.(3[2-9]|[45]\d|6[0-3])\./);
    const { NetworkInterfaces } = await client.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'addresses.private-ip-address', Values: [pod.privateIp] },
        ],
      }),
    );
    expect(NetworkInterfaces).toMatchObject([{ NetworkInterfaceId: pod.id, AvailabilityZone: 'eu-west-1b' }]);
  });
});

describe('requests', () => {
  it('that ask for permission only change nothing', async () => {
    const { client } = await begin();
    await expect(client.send(new DescribeSubnetsCommand({ DryRun: true }))).rejects.toMatchObject({
      name: 'DryRunOperation',
    });
  });

  it('for what never exists here are answered with nothing', async () => {
    const { client } = await begin();
    expect((await client.send(new DescribeKeyPairsCommand({}))).KeyPairs ?? []).toEqual([]);
  });
});
