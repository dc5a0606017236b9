import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  LogGroup,
  PutRetentionPolicyRequest,
  TagResourceRequest,
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
  tags: Readonly<Record<string, string>>;
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
  // `LogGroup.arn` ends in `:*` and is what permissions are about, except for the tag operations, which take and judge
  // `LogGroup.logGroupArn` (CloudWatch Logs API Reference, LogGroup).
  const onGroup = ({ logGroupName }: { logGroupName: string }, { region }: Call): AccessQuestion[] => {
    const tags = groupsOf(region).get(logGroupName)?.tags ?? {};
    return [{ resources: [{ arn: `${arnOf(logGroupName, region)}:*`, tags }] }];
  };
  /** "To assign tags when you create a log group, you must have" permission to tag it (CreateLogGroup, `tags`). */
  const onCreation = (input: Given<CreateLogGroupRequest>, call: Call): AccessQuestion[] => {
    const { logGroupName, tags: requestTags = {} } = input;
    const [self] = onGroup(input, call);
    const creation = { ...self, requestTags };
    if (Object.keys(requestTags).length === 0) return [creation];
    const resources = [{ arn: arnOf(logGroupName, call.region), tags: {} }];
    return [creation, { action: 'logs:TagResource', resources, requestTags }];
  };
  const byArn = (arn: string, region: string): Group | undefined =>
    [...groupsOf(region).values()].find((group) => group.arn === arn);
  const onArn = (
    { resourceArn, tags: requestTags = {} }: Given<ListTagsForResourceRequest> & Partial<TagResourceRequest>,
    { region }: Call,
  ): AccessQuestion[] => [
    { resources: [{ arn: resourceArn, tags: byArn(resourceArn, region)?.tags ?? {} }], requestTags },
  ];

  return {
    name: 'logs',
    access: {
      CreateLogGroup: onCreation,
      DeleteLogGroup: onGroup,
      PutRetentionPolicy: onGroup,
      TagResource: onArn,
      ListTagsForResource: onArn,
    },
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

      TagResource({ resourceArn, tags }: Given<TagResourceRequest>, { region }: Call): object {
        const group = byArn(resourceArn, region);
        if (!group) throw missing();
        group.tags = { ...group.tags, ...tags };
        return {};
      },

      ListTagsForResource(
        { resourceArn }: Given<ListTagsForResourceRequest>,
        { region }: Call,
      ): ListTagsForResourceResponse {
        const group = byArn(resourceArn, region);
        if (!group) throw missing();
        return { tags: { ...group.tags } };
      },

      DeleteLogGroup({ logGroupName }: Given<DeleteLogGroupRequest>, { region }: Call): object {
        if (!groupsOf(region).delete(logGroupName)) throw missing();
        return {};
      },
    },
  };
}
