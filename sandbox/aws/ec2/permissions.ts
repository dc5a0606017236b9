import type { IpPermission } from '@aws-sdk/client-ec2';
import { AwsError, NotEmulated } from '../service.ts';
import { formatCidr, parseCidr } from './cidr.ts';
import { find, invalidValue, missingParameter } from './errors.ts';
import { peerText, type RuleIdentity } from './security-group-record.ts';
import type { Ec2Region, SecurityGroupRecord } from './state.ts';

/** A rule as a request describes it. */
export type RequestedRule = RuleIdentity & { readonly description?: string };

const protocolNames: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', all: '-1' };

/** The rules that a request's permissions stand for, one for each peer. */
export function requestedRules(
  region: Ec2Region,
  group: SecurityGroupRecord,
  egress: boolean,
  permissions: readonly IpPermission[],
): RequestedRule[] {
  return permissions.flatMap((permission) => {
    if (permission.Ipv6Ranges?.length) throw new NotEmulated('IPv6 ranges in security groups');
    if (permission.PrefixListIds?.length) throw new NotEmulated('prefix lists in security groups');
    const common = { egress, ...portsOf(permission) };
    const ranges = (permission.IpRanges ?? []).map(
      ({ CidrIp, Description }): RequestedRule => ({
        ...common,
        peer: { cidr: rangeOf(CidrIp) },
        description: Description || undefined,
      }),
    );
    const groups = (permission.UserIdGroupPairs ?? []).map(
      ({ GroupId, Description, ...others }): RequestedRule => {
        if (!GroupId && others.GroupName) throw new NotEmulated('security group rules by group name');
        const peer = find(region.securityGroups, GroupId, 'securityGroup');
        if (peer.vpcId !== group.vpcId) {
          throw new AwsError(
            'InvalidGroup.NotFound',
            `You have specified two resources that belong to different networks.`,
          );
        }
        return { ...common, peer: { groupId: peer.id }, description: Description || undefined };
      },
    );
    return [...ranges, ...groups];
  });
}

function portsOf(permission: IpPermission): { protocol: string; fromPort: number; toPort: number } {
  const given = permission.IpProtocol?.toLowerCase();
  if (!given) throw missingParameter('ipProtocol');
  const protocol = protocolNames[given] ?? given;
  if (protocol === '-1') return { protocol, fromPort: -1, toPort: -1 };
  const { FromPort: fromPort, ToPort: toPort } = permission;
  if (fromPort === undefined || toPort === undefined) throw missingParameter('fromPort and toPort');
  const isPort = (port: number) => port >= 0 && port <= 65535;
  if ((protocol === 'tcp' || protocol === 'udp') && !(isPort(fromPort) && isPort(toPort))) {
    throw invalidValue(
      `Invalid value '${fromPort}' for portRange. Must specify both from and to ports with TCP/UDP.`,
    );
  }
  return { protocol, fromPort, toPort };
}

function rangeOf(text: string | undefined): string {
  const cidr = parseCidr(text ?? '');
  if (!cidr) throw invalidValue(`CIDR block ${text} is malformed`);
  return formatCidr(cidr);
}

/** The permissions of a request in its current or its older, one-range form. */
export function permissionsOf(input: {
  readonly IpPermissions?: IpPermission[];
  readonly CidrIp?: string;
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
}): IpPermission[] {
  if (input.IpPermissions?.length) return input.IpPermissions;
  if (!input.IpProtocol) return [];
  return [
    {
      IpProtocol: input.IpProtocol,
      FromPort: input.FromPort,
      ToPort: input.ToPort,
      IpRanges: [{ CidrIp: input.CidrIp }],
    },
  ];
}

/** A rule in the words of EC2's errors: `peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW`. */
export function ruleText(rule: RuleIdentity): string {
  const peer = `peer: ${peerText(rule.peer)}`;
  if (rule.protocol === '-1') return `${peer}, ALL, ALLOW`;
  return `${peer}, ${rule.protocol.toUpperCase()}, from port: ${rule.fromPort}, to port: ${rule.toPort}, ALLOW`;
}
