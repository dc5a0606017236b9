import type * as Ec2 from '@aws-sdk/client-ec2';
import { NotEmulated } from '../../service.ts';
import { define, tagSpecifications } from './define.ts';

/** One rule as templates write it, inline or as a resource of its own. */
interface RuleProperties {
  GroupId?: string;
  IpProtocol: string;
  FromPort?: number | string;
  ToPort?: number | string;
  CidrIp?: string;
  SourceSecurityGroupId?: string;
  DestinationSecurityGroupId?: string;
  Description?: string;
}

interface GroupProperties {
  GroupDescription: string;
  GroupName?: string;
  VpcId: string;
  SecurityGroupIngress?: RuleProperties[];
  SecurityGroupEgress?: RuleProperties[];
}

const ruleMembers = ['GroupId', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'Description'].concat([
  'SourceSecurityGroupId',
  'DestinationSecurityGroupId',
]);

function permission(rule: RuleProperties): Ec2.IpPermission {
  const unknown = Object.keys(rule).find((name) => !ruleMembers.includes(name));
  if (unknown) throw new NotEmulated(`${unknown} of a security group rule in a CloudFormation template`);
  const { IpProtocol, FromPort, ToPort, CidrIp, Description } = rule;
  const peer = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  return {
    IpProtocol: String(IpProtocol),
    FromPort: FromPort === undefined ? undefined : Number(FromPort),
    ToPort: ToPort === undefined ? undefined : Number(ToPort),
    IpRanges: CidrIp ? [{ CidrIp, Description }] : undefined,
    UserIdGroupPairs: peer ? [{ GroupId: peer, Description }] : undefined,
  };
}

/** AWS::EC2::SecurityGroup, in a VPC: Ref is the group's id. */
export const securityGroup = define<GroupProperties>({
  properties: {
    GroupDescription: 'string',
    GroupName: 'string',
    VpcId: 'string',
    SecurityGroupIngress: 'list',
    SecurityGroupEgress: 'list',
  },
  required: ['GroupDescription', 'VpcId'],
  tags: 'all',
  attributeNames: ['GroupId', 'VpcId'],
  seconds: 5,
  service: 'Ec2',
  async create({ GroupDescription, GroupName, VpcId }, context) {
    const input = {
      Description: GroupDescription,
      GroupName: GroupName ?? context.name(255),
      VpcId,
      ...tagSpecifications('security-group', context),
    };
    const { GroupId } = await context.invoke<Ec2.CreateSecurityGroupResult>(
      'ec2',
      'CreateSecurityGroup',
      input,
    );
    return GroupId ?? '';
  },
  async configure(GroupId, { SecurityGroupIngress, SecurityGroupEgress }, { invoke }) {
    if (SecurityGroupEgress) {
      // Egress rules of the template stand in the place of the one that allows everything.
      const everything = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
      await invoke('ec2', 'RevokeSecurityGroupEgress', { GroupId, IpPermissions: everything });
      const IpPermissions = SecurityGroupEgress.map(permission);
      await invoke('ec2', 'AuthorizeSecurityGroupEgress', { GroupId, IpPermissions });
    }
    if (!SecurityGroupIngress) return;
    const IpPermissions = SecurityGroupIngress.map(permission);
    await invoke('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
  },
  attributes: async (GroupId, { VpcId }) => ({ GroupId, VpcId }),
  async delete(GroupId, _, { invoke }) {
    await invoke('ec2', 'DeleteSecurityGroup', { GroupId });
  },
});

/** AWS::EC2::SecurityGroupIngress. Its physical id is the rule's. */
export const securityGroupIngress = define<RuleProperties & { GroupId: string }>({
  properties: {
    GroupId: 'string',
    IpProtocol: 'string',
    FromPort: 'number',
    ToPort: 'number',
    CidrIp: 'string',
    SourceSecurityGroupId: 'string',
    Description: 'string',
  },
  required: ['GroupId', 'IpProtocol'],
  tags: 'none',
  attributeNames: ['Id'],
  seconds: 1,
  service: 'Ec2',
  async create(rule, { invoke }) {
    const { SecurityGroupRules } = await invoke<Ec2.AuthorizeSecurityGroupIngressResult>(
      'ec2',
      'AuthorizeSecurityGroupIngress',
      { GroupId: rule.GroupId, IpPermissions: [permission(rule)] },
    );
    return SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? '';
  },
  attributes: async (Id) => ({ Id }),
  async delete(_, rule, { invoke }) {
    const input = { GroupId: rule.GroupId, IpPermissions: [permission(rule)] };
    await invoke('ec2', 'RevokeSecurityGroupIngress', input);
  },
});
