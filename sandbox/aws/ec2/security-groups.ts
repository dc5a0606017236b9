import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  SecurityGroup,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { select } from './describe.ts';
import { find, invalidValue, missing, missingParameter } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { newSecurityGroup } from './security-group-record.ts';
import { permissions } from './security-group-rules.ts';
import type { Ec2Context, Ec2Region, SecurityGroupRecord, SecurityGroupRuleRecord } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

/** Refuses, as EC2 does, to delete a group that something still uses. */
export function deleteSecurityGroup(region: Ec2Region, group: SecurityGroupRecord): void {
  const worn = [...region.networkInterfaces.values()].some((eni) => eni.groupIds.includes(group.id));
  const named = [...region.securityGroups.values()].some(
    (other) =>
      other.id !== group.id &&
      [...other.rules.values()].some((rule) => 'groupId' in rule.peer && rule.peer.groupId === group.id),
  );
  if (worn || named) {
    throw new AwsError('DependencyViolation', `resource ${group.id} has a dependent object`);
  }
  region.securityGroups.delete(group.id);
}

/** Adds a group, unless its VPC has one of that name. */
export function createSecurityGroup(
  ec2: Ec2Context,
  region: Ec2Region,
  group: Parameters<typeof newSecurityGroup>[1],
): SecurityGroupRecord {
  const vpc = find(region.vpcs, group.vpcId, 'vpc');
  for (const other of region.securityGroups.values()) {
    if (other.vpcId === vpc.id && other.name === group.name) {
      throw new AwsError(
        'InvalidGroup.Duplicate',
        `The security group '${group.name}' already exists for VPC '${vpc.id}'`,
      );
    }
  }
  const record = newSecurityGroup(ec2, group);
  region.securityGroups.set(record.id, record);
  return record;
}

/** The filters of one direction: `ip-permission.…` or `egress.ip-permission.…`. */
function ruleFilters(egress: boolean, account: string): FilterTable<SecurityGroupRecord> {
  const prefix = egress ? 'egress.ip-permission' : 'ip-permission';
  const each =
    (read: (rule: SecurityGroupRuleRecord) => string | number | undefined) => (group: SecurityGroupRecord) =>
      [...group.rules.values()].filter((rule) => rule.egress === egress).map(read);
  return {
    [`${prefix}.cidr`]: each((rule) => ('cidr' in rule.peer ? rule.peer.cidr : undefined)),
    [`${prefix}.from-port`]: each((rule) => rule.fromPort),
    [`${prefix}.group-id`]: each((rule) => ('groupId' in rule.peer ? rule.peer.groupId : undefined)),
    [`${prefix}.protocol`]: each((rule) => rule.protocol),
    [`${prefix}.to-port`]: each((rule) => rule.toPort),
    [`${prefix}.user-id`]: each((rule) => ('groupId' in rule.peer ? account : undefined)),
  };
}

/** CreateSecurityGroup, DeleteSecurityGroup and DescribeSecurityGroups. */
export function securityGroupHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { account, partition } = ec2.world;
  const arn = (region: string, id: string) =>
    `arn:${partition}:ec2:${region}:${account}:security-group/${id}`;
  const filters: FilterTable<SecurityGroupRecord> = {
    description: (group) => group.description,
    'group-id': (group) => group.id,
    'group-name': (group) => group.name,
    'owner-id': () => account,
    'vpc-id': (group) => group.vpcId,
    ...ruleFilters(false, account),
    ...ruleFilters(true, account),
  };
  const render = (region: Ec2Region, group: SecurityGroupRecord): SecurityGroup => ({
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    OwnerId: account,
    VpcId: group.vpcId,
    SecurityGroupArn: arn(region.name, group.id),
    IpPermissions: permissions(group, false, account),
    IpPermissionsEgress: permissions(group, true, account),
    Tags: tagList(group.tags),
  });

  return {
    CreateSecurityGroup: operation(
      ['GroupName', 'Description', 'VpcId', 'TagSpecifications'],
      (input: CreateSecurityGroupRequest, call): CreateSecurityGroupResult => {
        const region = ec2.region(call.region);
        const { GroupName: name, Description: description } = input;
        if (!name) throw missingParameter('GroupName');
        if (!description) throw missingParameter('GroupDescription');
        if (/^sg-/i.test(name)) {
          throw invalidValue(
            `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
          );
        }
        const reserved = name.toLowerCase() === 'default';
        if (reserved) throw new AwsError('InvalidGroup.Reserved', `The security group '${name}' is reserved`);
        const vpcId = input.VpcId ?? [...region.vpcs.values()].find((vpc) => vpc.isDefault)?.id;
        if (!vpcId) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
        const tags = tagsOf(input.TagSpecifications, 'security-group', call);
        const group = createSecurityGroup(ec2, region, { name, description, vpcId, tags });
        return { GroupId: group.id, SecurityGroupArn: arn(region.name, group.id), Tags: tagList(group.tags) };
      },
    ),

    DeleteSecurityGroup: operation(
      ['GroupId'],
      (input: DeleteSecurityGroupRequest, call): DeleteSecurityGroupResult => {
        const region = ec2.region(call.region);
        const group = find(region.securityGroups, input.GroupId, 'securityGroup');
        if (group.name === 'default') {
          throw new AwsError(
            'CannotDelete',
            `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
          );
        }
        deleteSecurityGroup(region, group);
        return { Return: true, GroupId: group.id };
      },
    ),

    DescribeSecurityGroups: operation(
      ['GroupIds', 'GroupNames', 'Filters', 'MaxResults', 'NextToken'],
      (input: DescribeSecurityGroupsRequest, call): DescribeSecurityGroupsResult => {
        const region = ec2.region(call.region);
        const named = (input.GroupNames ?? []).map((name) => groupInDefaultVpc(region, name).id);
        const { items, nextToken } = select(ec2, region.securityGroups, {
          ids: [...(input.GroupIds ?? []), ...named],
          filters: input.Filters,
          token: input.NextToken,
          limit: input.MaxResults,
          table: filters,
          missing: missing.securityGroup,
        });
        return { SecurityGroups: items.map((group) => render(region, group)), NextToken: nextToken };
      },
    ),
  };
}

/** Names identify groups of the default VPC only. */
function groupInDefaultVpc(region: Ec2Region, name: string): SecurityGroupRecord {
  for (const group of region.securityGroups.values()) {
    if (group.name === name && region.vpcs.get(group.vpcId)?.isDefault) return group;
  }
  throw new AwsError('InvalidGroup.NotFound', `The security group '${name}' does not exist in default VPC`);
}
