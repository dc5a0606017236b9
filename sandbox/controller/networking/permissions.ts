import type { IpPermission } from '@aws-sdk/client-ec2';

/** Description of the rules that TargetGroupBindings put on endpoint security groups (facts/lbc.md §4, "Tags"). */
export const bindingRuleDescription = 'elbv2.k8s.aws/targetGroupBinding=shared';

/** Who a rule lets in. */
export type Source = { readonly cidr: string } | { readonly securityGroup: string };

/** A rule of one protocol, port range and source. */
export function permission(
  protocol: string,
  fromPort: number,
  toPort: number,
  source: Source,
  description: string,
): IpPermission {
  const range = { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort };
  if ('securityGroup' in source) {
    return { ...range, UserIdGroupPairs: [{ Description: description, GroupId: source.securityGroup }] };
  }
  return source.cidr.includes(':')
    ? { ...range, Ipv6Ranges: [{ CidrIpv6: source.cidr, Description: description }] }
    : { ...range, IpRanges: [{ CidrIp: source.cidr, Description: description }] };
}

/** EC2 groups rules by port: takes them apart again, one source each. */
export function expand({
  IpRanges,
  Ipv6Ranges,
  PrefixListIds,
  UserIdGroupPairs,
  ...range
}: IpPermission): IpPermission[] {
  return [
    ...(IpRanges ?? []).map((each) => ({ ...range, IpRanges: [each] })),
    ...(Ipv6Ranges ?? []).map((each) => ({ ...range, Ipv6Ranges: [each] })),
    ...(PrefixListIds ?? []).map((each) => ({ ...range, PrefixListIds: [each] })),
    ...(UserIdGroupPairs ?? []).map((each) => ({ ...range, UserIdGroupPairs: [each] })),
  ];
}

/** What makes two single-source rules the same: everything but the description. */
export const permissionKey = (rule: IpPermission): string =>
  [
    rule.IpProtocol,
    rule.FromPort,
    rule.ToPort,
    rule.IpRanges?.[0]?.CidrIp,
    rule.Ipv6Ranges?.[0]?.CidrIpv6,
    rule.PrefixListIds?.[0]?.PrefixListId,
    rule.UserIdGroupPairs?.[0]?.GroupId,
  ].join('|');

/** The description of a single-source rule. */
export const descriptionOf = (rule: IpPermission): string | undefined =>
  (rule.IpRanges ?? rule.Ipv6Ranges ?? rule.PrefixListIds ?? rule.UserIdGroupPairs)?.[0]?.Description;

/** The rules of `left` that `right` does not have, in a stable order. */
export function without(left: readonly IpPermission[], right: readonly IpPermission[]): IpPermission[] {
  const there = new Set(right.map(permissionKey));
  const missing = new Map(
    left.map((rule) => [permissionKey(rule), rule] as const).filter(([key]) => !there.has(key)),
  );
  return [...missing.keys()].sort().map((key) => missing.get(key) as IpPermission);
}
