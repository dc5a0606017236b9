import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import {
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogs } from '../../../sandbox/aws/logs.ts';
import { createQuotas } from '../../../sandbox/aws/quotas.ts';
import type { Service, TaggedResource } from '../../../sandbox/aws/service.ts';
import { createTagging } from '../../../sandbox/aws/tagging.ts';
import { keysOnly, startAws } from './fixture.ts';

let cloud: Awaited<ReturnType<typeof startAws>>['cloud'] | undefined;
afterEach(() => cloud?.close());

describe('the tagging API', () => {
  const arn = (resource: string, service = 'ec2') => `arn:aws:${service}:us-east-1:123456789012:${resource}`;

  async function begin(...resources: TaggedResource[]) {
    const source: Service = {
      name: 'ec2',
      handlers: {},
      tagged: (region) => (region === 'us-east-1' ? resources : []),
    };
    const started = await startAws((world) => [keysOnly, createTagging(world, [source])], { speed: 40_000 });
    cloud = started.cloud;
    const client = new ResourceGroupsTaggingAPIClient({ ...started.config, region: 'us-east-1' });
    const list = async (input: GetResourcesCommandInput = {}) => {
      const { ResourceTagMappingList = [] } = await client.send(new GetResourcesCommand(input));
      return ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN).sort();
    };
    return { ...started, resources, list };
  }

  it('shows new resources late and deleted ones long after', async () => {
    const vpc = { arn: arn('vpc/vpc-1'), tags: { a: 'b' } };
    const { list, resources } = await begin();
    resources.push(vpc);
    await expect.poll(() => list(), { timeout: 3000 }).toEqual([vpc.arn]);
    resources.pop();
    expect(await list()).toEqual([vpc.arn]);
    await expect.poll(() => list(), { timeout: 10_000 }).toEqual([]);
  }, 15_000);

  it('filters by tags and types, and misses network interfaces', async () => {
    const { list } = await begin(
      { arn: arn('vpc/vpc-1'), tags: { a: '1', c: '1' } },
      { arn: arn('security-group/sg-1'), tags: { a: '2' } },
      { arn: arn('network-interface/eni-1'), tags: { a: '1' } },
      { arn: arn('loadbalancer/net/n/1', 'elasticloadbalancing'), tags: { a: '1' } },
      { arn: arn('vpc/vpc-2'), tags: {} },
    );
    await expect.poll(() => list(), { timeout: 3000 }).toHaveLength(3);
    expect(await list({ TagFilters: [{ Key: 'a', Values: ['1', '3'] }, { Key: 'c' }] })).toEqual([
      arn('vpc/vpc-1'),
    ]);
    expect(await list({ ResourceTypeFilters: ['ec2:security-group'] })).toEqual([arn('security-group/sg-1')]);
    expect(await list({ ResourceTypeFilters: ['elasticloadbalancing:loadbalancer'] })).toHaveLength(1);
    expect(await list({ ResourceTypeFilters: ['ec2'] })).toHaveLength(2);
  });
});

describe('log groups', () => {
  it('are listed by prefix, exist once, and are deleted once', async () => {
    const { config, ...started } = await startAws((world) => [keysOnly, createLogs(world)]);
    cloud = started.cloud;
    const client = new CloudWatchLogsClient(config);
    await client.send(new CreateLogGroupCommand({ logGroupName: '/aws/eks/one/cluster' }));
    await client.send(new CreateLogGroupCommand({ logGroupName: 'other' }));
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: 'other' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    const { logGroups } = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/eks/' }),
    );
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/aws/eks/one/cluster']);
    const remove = () => client.send(new DeleteLogGroupCommand({ logGroupName: 'other' }));
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('carry tags, which are changed and read by ARN', async () => {
    const { config, ...started } = await startAws((world) => [keysOnly, createLogs(world)]);
    cloud = started.cloud;
    const client = new CloudWatchLogsClient(config);
    const tagsOf = async (resourceArn = '') =>
      (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
    await client.send(new CreateLogGroupCommand({ logGroupName: 'mine', tags: { a: '1', b: '2' } }));
    const { logGroups: [group] = [] } = await client.send(new DescribeLogGroupsCommand({}));
    expect(await tagsOf(group?.logGroupArn)).toEqual({ a: '1', b: '2' });
    const tags = { b: '3', c: '4' };
    await client.send(new TagResourceCommand({ resourceArn: group?.logGroupArn, tags }));
    expect(await tagsOf(group?.logGroupArn)).toEqual({ a: '1', ...tags });
    await expect(tagsOf(`${group?.logGroupArn}-not`)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('service quotas', () => {
  it('have their default values, and others do not exist', async () => {
    const started = await startAws((world) => [keysOnly, createQuotas(world)]);
    cloud = started.cloud;
    const client = new ServiceQuotasClient(started.config);
    const get = (ServiceCode: string, QuotaCode: string) =>
      client.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
    expect((await get('vpc', 'L-F678F1CE')).Quota).toMatchObject({ QuotaName: 'VPCs per Region', Value: 5 });
    expect((await get('iam', 'L-858F3967')).Quota?.Value).toBe(100);
    await expect(get('vpc', 'L-00000000')).rejects.toMatchObject({ name: 'NoSuchResourceException' });
    const { Quotas } = await client.send(
      new ListServiceQuotasCommand({ ServiceCode: 'elasticloadbalancing' }),
    );
    expect(Quotas?.length).toBeGreaterThan(1);
  });
});
