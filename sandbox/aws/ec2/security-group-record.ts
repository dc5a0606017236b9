import type { Ec2Context, Peer, SecurityGroupRecord, SecurityGroupRuleRecord, Tags } from './state.ts';

/** What distinguishes a rule from the others of its group. */
export type RuleIdentity = Pick<
  SecurityGroupRuleRecord,
  'egress' | 'protocol' | 'fromPort' | 'toPort' | 'peer'
>;

/** The text of a rule's peer: its range or the id of its group. */
export function peerText(peer: Peer): string {
  return 'cidr' in peer ? peer.cidr : peer.groupId;
}

/** Whether two rules are the same to EC2, which leaves their descriptions out of account. */
export function sameRule(a: RuleIdentity, b: RuleIdentity): boolean {
  return (
    a.egress === b.egress &&
    a.protocol === b.protocol &&
    a.fromPort === b.fromPort &&
    a.toPort === b.toPort &&
    peerText(a.peer) === peerText(b.peer)
  );
}

/** Adds a rule to a group. */
export function addRule(
  ec2: Ec2Context,
  group: SecurityGroupRecord,
  rule: RuleIdentity & { readonly description?: string },
  tags: Tags = {},
): SecurityGroupRuleRecord {
  const record: SecurityGroupRuleRecord = { id: ec2.id('sgr'), ...rule, tags };
  group.rules.set(record.id, record);
  return record;
}

/** A group as EC2 makes it: everything may leave, nothing may enter (or only its own members). */
export function newSecurityGroup(
  ec2: Ec2Context,
  group: {
    readonly name: string;
    readonly description: string;
    readonly vpcId: string;
    readonly tags: Tags;
    readonly openToItself?: boolean;
  },
): SecurityGroupRecord {
  const { openToItself, ...fields } = group;
  const record: SecurityGroupRecord = { id: ec2.id('sg'), ...fields, rules: new Map() };
  const everything = { protocol: '-1', fromPort: -1, toPort: -1 };
  addRule(ec2, record, { ...everything, egress: true, peer: { cidr: '0.0.0.0/0' } });
  if (openToItself) addRule(ec2, record, { ...everything, egress: false, peer: { groupId: record.id } });
  return record;
}
