import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  IpPermission,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Call, type Handler } from '../service.ts';
import { select } from './describe.ts';
import { find, missing, missingParameter } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { networkQuotas } from './limits.ts';
import { permissionsOf, requestedRules, ruleText } from './permissions.ts';
import { addRule, sameRule } from './security-group-record.ts';
import type { Ec2Context, SecurityGroupRecord, SecurityGroupRuleRecord } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

/** A rule and the group that it belongs to. */
type OwnedRule = SecurityGroupRuleRecord & { readonly groupId: string };

/** One direction's rules as DescribeSecurityGroups prints them: grouped by protocol and ports. */
export function permissions(group: SecurityGroupRecord, egress: boolean, account: string): IpPermission[] {
  const grouped = new Map<string, IpPermission>();
  for (const rule of group.rules.values()) {
    if (rule.egress !== egress) continue;
    const key = `${rule.protocol}/${rule.fromPort}/${rule.toPort}`;
    const ports = rule.protocol === '-1' ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort };
    const permission = grouped.get(key) ?? {
      IpProtocol: rule.protocol,
      ...ports,
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    };
    grouped.set(key, permission);
    const description = rule.description === undefined ? {} : { Description: rule.description };
    if ('cidr' in rule.peer) permission.IpRanges?.push({ CidrIp: rule.peer.cidr, ...description });
    else permission.UserIdGroupPairs?.push({ GroupId: rule.peer.groupId, UserId: account, ...description });
  }
  return [...grouped.values()];
}

/** The Authorize, Revoke and DescribeSecurityGroupRules operations. */
export function securityGroupRuleHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { account, partition } = ec2.world;

  const render = (rule: OwnedRule, call: Call): SecurityGroupRule => ({
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: `arn:${partition}:ec2:${call.region}:${account}:security-group-rule/${rule.id}`,
    GroupId: rule.groupId,
    GroupOwnerId: account,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...('cidr' in rule.peer
      ? { CidrIpv4: rule.peer.cidr }
      : { ReferencedGroupInfo: { GroupId: rule.peer.groupId, UserId: account } }),
    Description: rule.description,
    Tags: tagList(rule.tags),
  });

  const authorize = (egress: boolean) =>
    operation(
      ['GroupId', 'IpPermissions', 'CidrIp', 'IpProtocol', 'FromPort', 'ToPort', 'TagSpecifications'],
      (input: AuthorizeSecurityGroupIngressRequest, call): AuthorizeSecurityGroupIngressResult => {
        const region = ec2.region(call.region);
        const group = find(region.securityGroups, input.GroupId, 'securityGroup');
        const wanted = requestedRules(region, group, egress, permissionsOf(input));
        if (wanted.length === 0) throw missingParameter('ipPermissions');
        for (const [position, rule] of wanted.entries()) {
          const others = [...group.rules.values(), ...wanted.slice(0, position)];
          if (others.some((other) => sameRule(other, rule))) {
            throw new AwsError(
              'InvalidPermission.Duplicate',
              `the specified rule "${ruleText(rule)}" already exists`,
            );
          }
        }
        const present = [...group.rules.values()].filter((rule) => rule.egress === egress).length;
        const limit = networkQuotas.securityGroupRules;
        if (present + wanted.length > limit.value) throw limit.error;
        const tags = tagsOf(input.TagSpecifications, 'security-group-rule', call);
        const added = wanted.map((rule) => addRule(ec2, group, rule, { ...tags }));
        return {
          Return: true,
          SecurityGroupRules: added.map((rule) => render({ ...rule, groupId: group.id }, call)),
        };
      },
    );

  const revoke = (egress: boolean) =>
    operation(
      ['GroupId', 'IpPermissions', 'CidrIp', 'IpProtocol', 'FromPort', 'ToPort', 'SecurityGroupRuleIds'],
      (input: RevokeSecurityGroupIngressRequest, call): RevokeSecurityGroupIngressResult => {
        const region = ec2.region(call.region);
        const group = find(region.securityGroups, input.GroupId, 'securityGroup');
        const byId = (input.SecurityGroupRuleIds ?? []).map((id) => {
          const rule = group.rules.get(id);
          if (!rule || rule.egress !== egress) throw missing.securityGroupRule(id);
          return rule;
        });
        const byContent = requestedRules(region, group, egress, permissionsOf(input)).map((wanted) => {
          const rule = [...group.rules.values()].find((candidate) => sameRule(candidate, wanted));
          if (rule) return rule;
          throw new AwsError(
            'InvalidPermission.NotFound',
            'The specified rule does not exist in this security group.',
          );
        });
        for (const { id } of [...byId, ...byContent]) group.rules.delete(id);
        return { Return: true };
      },
    );

  const filters: FilterTable<OwnedRule> = {
    'group-id': (rule) => rule.groupId,
    'security-group-rule-id': (rule) => rule.id,
  };

  return {
    AuthorizeSecurityGroupIngress: authorize(false),
    AuthorizeSecurityGroupEgress: authorize(true),
    RevokeSecurityGroupIngress: revoke(false),
    RevokeSecurityGroupEgress: revoke(true),

    DescribeSecurityGroupRules: operation(
      ['SecurityGroupRuleIds', 'Filters', 'MaxResults', 'NextToken'],
      (input: DescribeSecurityGroupRulesRequest, call): DescribeSecurityGroupRulesResult => {
        const rules = [...ec2.region(call.region).securityGroups.values()].flatMap((group) =>
          [...group.rules].map(([id, rule]): [string, OwnedRule] => [id, { ...rule, groupId: group.id }]),
        );
        const { items, nextToken } = select(ec2, new Map(rules), {
          ids: input.SecurityGroupRuleIds,
          filters: input.Filters,
          token: input.NextToken,
          limit: input.MaxResults,
          table: filters,
          missing: missing.securityGroupRule,
        });
        return { SecurityGroupRules: items.map((rule) => render(rule, call)), NextToken: nextToken };
      },
    ),
  };
}
