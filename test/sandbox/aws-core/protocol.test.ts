import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateVpcCommand, DescribeVpcsCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  DescribeClusterCommand,
  EKSClient,
  ListClustersCommand,
  TagResourceCommand,
} from '@aws-sdk/client-eks';
import {
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, describe, expect, it } from 'vitest';
import { AwsError, type Service } from '../../../sandbox/aws/service.ts';
import { keysOnly, startAws } from './fixture.ts';

const date = new Date('2026-01-31T10:20:30Z');
const seen: Record<string, unknown> = {};

/** A handler that keeps its input and gives this answer. */
const answer =
  (name: string, output: object) =>
  (input: object): object => {
    seen[name] = input;
    return output;
  };

const services: readonly Service[] = [
  keysOnly,
  {
    name: 'cloudformation',
    handlers: {
      DescribeStacks: answer('DescribeStacks', {
        Stacks: [
          {
            StackName: 'a & <b>',
            StackStatus: 'CREATE_COMPLETE',
            CreationTime: date,
            Outputs: [{ OutputKey: 'k', OutputValue: 'v' }],
            Tags: [],
          },
        ],
      }),
    },
  },
  {
    name: 'ec2',
    handlers: {
      CreateVpc: answer('CreateVpc', {
        Vpc: { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', Tags: [{ Key: 'a', Value: 'b' }] },
      }),
      DescribeVpcs: answer('DescribeVpcs', { Vpcs: [{ VpcId: 'vpc-1', IsDefault: false }] }),
    },
  },
  {
    name: 'elasticloadbalancing',
    handlers: {
      CreateLoadBalancer: answer('CreateLoadBalancer', {
        LoadBalancers: [
          {
            LoadBalancerName: 'n',
            CreatedTime: date,
            State: { Code: 'provisioning' },
            SecurityGroups: ['sg-1'],
          },
        ],
      }),
    },
  },
  {
    name: 'eks',
    handlers: {
      DescribeCluster: (input: { name: string }) => {
        if (input.name !== 'one')
          throw new AwsError('ResourceNotFoundException', `No cluster found for name: ${input.name}.`);
        return {
          cluster: { name: 'one', createdAt: date, tags: { a: 'b' }, logging: { clusterLogging: [] } },
        };
      },
      ListClusters: answer('ListClusters', { clusters: ['one'] }),
      TagResource: answer('TagResource', {}),
    },
  },
  {
    name: 'tagging',
    handlers: {
      GetResources: answer('GetResources', { ResourceTagMappingList: [{ ResourceARN: 'arn:x' }] }),
    },
  },
  { name: 'logs', handlers: {} },
];

const start = () => startAws(() => services);
let cloud: Awaited<ReturnType<typeof start>>['cloud'] | undefined;
afterEach(() => cloud?.close());

async function begin() {
  const started = await start();
  cloud = started.cloud;
  return started;
}

describe('the query protocol', () => {
  it('carries strings that need escaping, dates, lists and empty lists', async () => {
    const { config } = await begin();
    const { Stacks } = await new CloudFormationClient(config).send(
      new DescribeStacksCommand({ StackName: 's' }),
    );
    expect(Stacks?.[0]).toMatchObject({
      StackName: 'a & <b>',
      CreationTime: date,
      Outputs: [{ OutputKey: 'k', OutputValue: 'v' }],
      Tags: [],
    });
    expect(seen.DescribeStacks).toEqual({ StackName: 's' });
  });

  it('decodes lists of structures', async () => {
    const { config } = await begin();
    const input = {
      Name: 'n',
      Subnets: ['a', 'b'],
      SubnetMappings: [{ SubnetId: 'c' }],
      Tags: [{ Key: 'k', Value: 'a=b&c' }],
    };
    const output = await new ElasticLoadBalancingV2Client(config).send(new CreateLoadBalancerCommand(input));
    expect(seen.CreateLoadBalancer).toEqual(input);
    expect(output.LoadBalancers?.[0]).toMatchObject({
      CreatedTime: date,
      State: { Code: 'provisioning' },
      SecurityGroups: ['sg-1'],
    });
  });

  it('refuses a request without a required member', async () => {
    const { config, world } = await begin();
    const send = new ElasticLoadBalancingV2Client(config).send(
      new CreateLoadBalancerCommand({ Name: undefined }),
    );
    await expect(send).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    });
    expect(world.record.calls()).toMatchObject([
      { call: 'elasticloadbalancing:CreateLoadBalancer', write: true, status: 400 },
    ]);
  });
});

describe('the EC2 protocol', () => {
  it('carries filters, tag specifications and booleans', async () => {
    const { config, world } = await begin();
    const ec2 = new EC2Client(config);
    const input = {
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'a', Value: 'b' }] }],
    };
    const { Vpc } = await ec2.send(new CreateVpcCommand(input));
    expect(seen.CreateVpc).toEqual(input);
    expect(Vpc).toMatchObject({ VpcId: 'vpc-1', Tags: [{ Key: 'a', Value: 'b' }] });
    const filter = { VpcIds: ['vpc-1'], Filters: [{ Name: 'tag:a', Values: ['b', 'c'] }], MaxResults: 5 };
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand(filter));
    expect(seen.DescribeVpcs).toEqual(filter);
    expect(Vpcs?.[0]).toMatchObject({ VpcId: 'vpc-1', IsDefault: false });
    expect(world.record.calls().map(({ call, write }) => [call, write])).toEqual([
      ['ec2:CreateVpc', true],
      ['ec2:DescribeVpcs', false],
    ]);
  });

  it('answers 501 to an operation without a handler, and records it', async () => {
    const { config, world } = await begin();
    const send = new EC2Client(config).send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 }));
    await expect(send).rejects.toMatchObject({ name: 'NotEmulated', $metadata: { httpStatusCode: 501 } });
    expect(world.record.calls()).toMatchObject([{ call: 'ec2:RunInstances', status: 501, write: true }]);
  });

  it('answers 501 to a parameter that the model does not know', async () => {
    const { world, cloud: aws } = await begin();
    const principal = { kind: 'user', arn: 'arn:x', userId: 'x' } as const;
    const call = aws.invoke('ec2', 'CreateVpc', { CidrBlocks: 'x' }, principal, world.region);
    await expect(call).rejects.toMatchObject({
      code: 'NotEmulated',
      message: expect.stringContaining('CidrBlocks'),
    });
  });
});

describe('the REST protocol', () => {
  it('finds the operation by method and path, also when a label holds an ARN', async () => {
    const { config } = await begin();
    const eks = new EKSClient(config);
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: 'one' }));
    expect(cluster).toMatchObject({ name: 'one', createdAt: date, tags: { a: 'b' } });
    await eks.send(new ListClustersCommand({ maxResults: 3 }));
    expect(seen.ListClusters).toEqual({ maxResults: 3 });
    const resourceArn = 'arn:aws:eks:eu-west-1:123456789012:cluster/one';
    await eks.send(new TagResourceCommand({ resourceArn, tags: { a: 'b' } }));
    expect(seen.TagResource).toEqual({ resourceArn, tags: { a: 'b' } });
  });

  it('answers errors that become the typed exceptions of the SDK', async () => {
    const { config } = await begin();
    const send = new EKSClient(config).send(new DescribeClusterCommand({ name: 'two' }));
    await expect(send).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'No cluster found for name: two.',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('the JSON protocol', () => {
  it('takes the operation from its target header', async () => {
    const { config } = await begin();
    const input = { TagFilters: [{ Key: 'a', Values: ['b'] }], ResourceTypeFilters: ['ec2'] };
    const output = await new ResourceGroupsTaggingAPIClient(config).send(new GetResourcesCommand(input));
    expect(seen.GetResources).toEqual(input);
    expect(output.ResourceTagMappingList).toEqual([{ ResourceARN: 'arn:x' }]);
  });

  it('answers 501 to an operation without a handler', async () => {
    const { config } = await begin();
    const send = new CloudWatchLogsClient(config).send(new CreateLogGroupCommand({ logGroupName: 'x' }));
    await expect(send).rejects.toMatchObject({ name: 'NotEmulated', $metadata: { httpStatusCode: 501 } });
  });
});
