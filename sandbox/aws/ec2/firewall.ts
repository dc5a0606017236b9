import { cidrHolds } from './cidr.ts';
import type { Ec2Region, SecurityGroupRuleRecord } from './state.ts';

/** A TCP connection as security groups see it. */
export interface Connection {
  readonly port: number;
  /** The address at the other end. */
  readonly peerIp: string;
  /** The security groups of the interface at the other end; empty when it is outside the VPC. */
  readonly peerGroupIds: readonly string[];
}

/**
 * Whether the security groups of an interface let a connection in (or, with `egress`, out). An interface without
 * groups lets everything through, as those of NAT gateways and of network load balancers without groups do.
 */
export function admits(
  region: Ec2Region,
  groupIds: readonly string[],
  connection: Connection,
  direction: 'ingress' | 'egress' = 'ingress',
): boolean {
  if (groupIds.length === 0) return true;
  const rules = groupIds.flatMap((id) => [...(region.securityGroups.get(id)?.rules.values() ?? [])]);
  return rules.some((rule) => rule.egress === (direction === 'egress') && covers(rule, connection));
}

function covers(rule: SecurityGroupRuleRecord, connection: Connection): boolean {
  const everything = rule.protocol === '-1';
  const port = connection.port >= rule.fromPort && connection.port <= rule.toPort;
  if (!everything && !(rule.protocol === 'tcp' && port)) return false;
  return 'cidr' in rule.peer
    ? cidrHolds(rule.peer.cidr, connection.peerIp)
    : connection.peerGroupIds.includes(rule.peer.groupId);
}
