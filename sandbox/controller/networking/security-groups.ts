import {
  AuthorizeSecurityGroupIngressCommand,
  type DescribeSecurityGroupsCommandInput,
  type EC2Client,
  type IpPermission,
  paginateDescribeSecurityGroups,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Clock } from '../../clock.ts';
import { failureCode } from '../aws/failure.ts';
import { allPages } from '../aws/list.ts';
import type { Logger } from '../log.ts';
import { createExpiringCache } from '../time.ts';
import { tagMap } from '../tracking.ts';
import { bindingRuleDescription, descriptionOf, expand, without } from './permissions.ts';

/** What the controller knows of a security group. */
export interface SecurityGroupInfo {
  readonly id: string;
  /** Rules with one source each. */
  readonly ingress: readonly IpPermission[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Which present rules may be taken away. */
export interface ReconcileRules {
  /** Only rules with the description of TargetGroupBindings; default: all. */
  readonly onlyBindingRules?: boolean;
  /** Nothing is taken away. */
  readonly authorizeOnly?: boolean;
}

/** Security groups as the controller reads and changes them. What it read is remembered for 10 minutes. */
export interface SecurityGroups {
  byRequest(request: DescribeSecurityGroupsCommandInput): Promise<SecurityGroupInfo[]>;
  byIds(ids: readonly string[]): Promise<SecurityGroupInfo[]>;
  /** Makes the group's inbound rules what is desired, within `rules`. */
  reconcileIngress(id: string, desired: readonly IpPermission[], rules?: ReconcileRules): Promise<void>;
}

const cacheSeconds = 600;

/** Codes after which the rules are read anew and tried once more: the cache was out of date. */
const staleCodes = [
  'InvalidPermission.Duplicate',
  'InvalidPermission.NotFound',
  'RulesPerSecurityGroupLimitExceeded',
];

const info = (group: SecurityGroup): SecurityGroupInfo => ({
  id: group.GroupId ?? '',
  ingress: (group.IpPermissions ?? []).flatMap(expand),
  tags: tagMap(group.Tags),
});

/** Makes the reader and changer of security groups. */
export function createSecurityGroups(ec2: EC2Client, clock: Clock, log: Logger): SecurityGroups {
  const cache = createExpiringCache<SecurityGroupInfo>(clock, cacheSeconds);

  const byRequest = async (request: DescribeSecurityGroupsCommandInput): Promise<SecurityGroupInfo[]> => {
    const pages = paginateDescribeSecurityGroups({ client: ec2 }, request);
    const groups = (await allPages(pages, (page) => page.SecurityGroups)).map(info);
    for (const group of groups) cache.set(group.id, group);
    return groups;
  };
  const byIds = async (ids: readonly string[]): Promise<SecurityGroupInfo[]> => {
    const unknown = [...new Set(ids)].filter((id) => cache.get(id) === undefined).sort();
    const fetched = unknown.length === 0 ? [] : await byRequest({ GroupIds: unknown });
    const missing = unknown.filter((id) => !fetched.some((group) => group.id === id));
    if (missing.length > 0) throw new Error(`couldn't fetch SecurityGroupInfos: [${missing.join(' ')}]`);
    return ids.flatMap((id) => cache.get(id) ?? fetched.find((group) => group.id === id) ?? []);
  };
  const authorize = async (id: string, rules: IpPermission[]): Promise<void> => {
    if (rules.length === 0) return;
    log.info('authorizing securityGroup ingress', { securityGroupID: id, permission: rules });
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: rules }));
    log.info('authorized securityGroup ingress', { securityGroupID: id });
    cache.delete(id);
  };
  const revoke = async (id: string, rules: IpPermission[]): Promise<void> => {
    if (rules.length === 0) return;
    log.info('revoking securityGroup ingress', { securityGroupID: id, permission: rules });
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: rules }));
    log.info('revoked securityGroup ingress', { securityGroupID: id });
    cache.delete(id);
  };
  const change = async (
    id: string,
    desired: readonly IpPermission[],
    rules: ReconcileRules,
    revokeFirst: boolean,
  ) => {
    const [group] = await byIds([id]);
    const present = group?.ingress ?? [];
    const surplus = rules.authorizeOnly
      ? []
      : without(present, desired).filter(
          (rule) => !rules.onlyBindingRules || descriptionOf(rule) === bindingRuleDescription,
        );
    if (revokeFirst) await revoke(id, surplus);
    await authorize(id, without(desired, present));
    if (!revokeFirst) await revoke(id, surplus);
  };

  return {
    byRequest,
    byIds,
    async reconcileIngress(id, desired, rules = {}) {
      try {
        await change(id, desired, rules, false);
      } catch (error) {
        const code = failureCode(error) ?? '';
        if (!staleCodes.includes(code)) throw error;
        cache.delete(id);
        await change(id, desired, rules, code === 'RulesPerSecurityGroupLimitExceeded');
      }
    },
  };
}

/** Resolves what users write: IDs (`sg-…`), or values of the tag Name within the VPC. */
export async function resolveSecurityGroups(
  ec2: EC2Client,
  vpcId: string,
  namesOrIds: readonly string[],
): Promise<string[]> {
  const ids = namesOrIds.filter((each) => each.startsWith('sg-'));
  const names = [...new Set(namesOrIds.filter((each) => !each.startsWith('sg-')))];
  const describe = async (request: DescribeSecurityGroupsCommandInput): Promise<SecurityGroup[]> =>
    allPages(paginateDescribeSecurityGroups({ client: ec2 }, request), (page) => page.SecurityGroups);
  const problems: string[] = [];
  const found: SecurityGroup[] = [];
  const attempt = async (
    what: string,
    wanted: string[],
    look: () => Promise<SecurityGroup[]>,
    told: (group: SecurityGroup) => string,
  ) => {
    if (wanted.length === 0) return;
    try {
      const groups = await look();
      const got = [...new Set(groups.map(told))];
      if (got.length === wanted.length) found.push(...groups);
      else problems.push(`requested ${what} [${wanted.join(', ')}] but found [${got.join(', ')}]`);
    } catch (error) {
      problems.push((error as Error).message);
    }
  };
  await attempt(
    'ids',
    ids,
    () => describe({ GroupIds: ids }),
    (group) => group.GroupId ?? '',
  );
  await attempt(
    'names',
    names,
    () =>
      describe({
        Filters: [
          { Name: 'tag:Name', Values: names },
          { Name: 'vpc-id', Values: [vpcId] },
        ],
      }),
    (group) => tagMap(group.Tags).Name ?? '',
  );
  if (problems.length > 0) throw new Error(`couldn't find all security groups: ${problems.join(', ')}`);
  return found.map((group) => group.GroupId ?? '');
}
