import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  LogGroup,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { World } from '../world.ts';
import { paginate } from './paginate.ts';
import {
  type AccessQuestion,
  AwsError,
  type Call,
  type Given,
  NotEmulated,
  type Service,
} from './service.ts';

interface Group {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  retentionInDays?: number;
  readonly tags: Readonly<Record<string, string>>;
}

const maxPage = 50;
const missing = () => new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');

/** Makes CloudWatch Logs: log groups only, without streams or events. */
export function createLogs(world: World): Service {
  const regions = new Map<string, Map<string, Group>>();

  const groupsOf = (region: string): Map<string, Group> => {
    const groups = regions.get(region) ?? new Map<string, Group>();
    regions.set(region, groups);
    return groups;
  };
  const arnOf = (name: string, region: string): string =>
    `arn:${world.partition}:logs:${region}:${world.account}:log-group:${name}`;
  const create = (name: string, region: string, tags: Readonly<Record<string, string>>): void => {
    groupsOf(region).set(name, { name, arn: arnOf(name, region), created: world.clock.now(), tags });
  };
  const find = (name: string, region: string): Group => {
    const group = groupsOf(region).get(name);
    if (!group) throw missing();
    return group;
  };
  const describe = (group: Group): LogGroup => ({
    logGroupName: group.name,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    creationTime: group.created.getTime(),
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
  });
  const onGroup = ({ logGroupName }: { logGroupName: string }, { region }: Call): AccessQuestion[] => {
    const tags = groupsOf(region).get(logGroupName)?.tags ?? {};
    return [{ resources: [{ arn: `${arnOf(logGroupName, region)}:*`, tags }] }];
  };

  return {
    name: 'logs',
    access: { CreateLogGroup: onGroup, DeleteLogGroup: onGroup, PutRetentionPolicy: onGroup },
    tagged: (region) => [...groupsOf(region).values()].map(({ arn, tags }) => ({ arn, tags })),
    handlers: {
      CreateLogGroup(input: Given<CreateLogGroupRequest>, { region }: Call): object {
        const { logGroupName, tags = {}, kmsKeyId, logGroupClass = 'STANDARD' } = input;
        if (kmsKeyId || logGroupClass !== 'STANDARD')
          throw new NotEmulated('encrypted or infrequent-access log groups');
        if (groupsOf(region).has(logGroupName))
          throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
        create(logGroupName, region, tags);
        return {};
      },

      DescribeLogGroups(input: DescribeLogGroupsRequest, { region }: Call): DescribeLogGroupsResponse {
        const {
          logGroupNamePrefix: prefix = '',
          logGroupNamePattern: pattern = '',
          nextToken: token,
          limit = maxPage,
        } = input;
        const unsupported = (
          ['accountIdentifiers', 'includeLinkedAccounts', 'logGroupClass', 'logGroupIdentifiers'] as const
        ).find((name) => input[name] !== undefined);
        if (unsupported) throw new NotEmulated(`the parameter ${unsupported} of logs:DescribeLogGroups`);
        const groups = [...groupsOf(region).values()]
          .filter(({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(pattern.toLowerCase()))
          .sort((a, b) => a.name.localeCompare(b.name));
        const { items, nextToken } = paginate(world, groups, { token, limit, ordered: true });
        return { logGroups: items.map(describe), nextToken };
      },

      PutRetentionPolicy(
        { logGroupName, retentionInDays }: Given<PutRetentionPolicyRequest>,
        { region }: Call,
      ): object {
        find(logGroupName, region).retentionInDays = retentionInDays;
        return {};
      },

      DeleteLogGroup({ logGroupName }: Given<DeleteLogGroupRequest>, { region }: Call): object {
        if (!groupsOf(region).delete(logGroupName)) throw missing();
        return {};
      },
    },
  };
}
