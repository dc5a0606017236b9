import { keyOf, type Service } from '../kube/types.ts';
import type { ControllerConfig } from '../process/config.ts';
import { type GroupMember, ingressAnnotations } from './ingress-group.ts';
import { additionalTags } from './sources.ts';

type Tags = Record<string, string>;

/** Tags of a class win over annotations; the controller's default tags win over both. */
const classTags = (member: GroupMember): Tags =>
  Object.fromEntries((member.params?.spec?.tags ?? []).map(({ key, value }) => [key, value]));

const refusal =
  (subject: string) =>
  (key: string): string =>
    `failed build tags for ${subject}: external managed tag key ${key} cannot be specified`;

/** Tags of what belongs to one Ingress: its rules. */
export const memberTags = (config: ControllerConfig, member: GroupMember): Tags =>
  additionalTags(
    config,
    { ...member.annotations.map('tags'), ...classTags(member) },
    refusal(`Ingress ${keyOf(member.ingress)}`),
  );

/** Tags of what belongs to several Ingresses: the load balancer, its security group, a listener. */
export function groupTags(config: ControllerConfig, members: readonly GroupMember[]): Tags {
  const merged: Tags = {};
  for (const member of members) {
    for (const [key, value] of Object.entries(memberTags(config, member))) {
      const known = merged[key];
      if (known !== undefined && known !== value)
        throw new Error(`conflicting tag ${key}: ${known} | ${value}`);
      merged[key] = value;
    }
  }
  return merged;
}

/** Tags of a target group: those of the Ingress and of the Service behind it, which wins. */
export const targetGroupTags = (config: ControllerConfig, member: GroupMember, service: Service): Tags =>
  additionalTags(
    config,
    {
      ...member.annotations.map('tags'),
      ...ingressAnnotations(service.metadata.annotations).map('tags'),
      ...classTags(member),
    },
    refusal(`Ingress ${keyOf(member.ingress)} and Service ${keyOf(service)}`),
  );
