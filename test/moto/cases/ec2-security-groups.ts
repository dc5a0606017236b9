import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { type Case, type CaseTable, given, refused } from '../case.ts';
import type { Aws } from '../clients.ts';
import { makeSubnet, makeVpc } from './ec2-network.ts';

const none = '0123456789abcdef0';

export const makeGroup = async ({ ec2 }: Aws, VpcId: string, GroupName: string): Promise<string> => {
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName,
      Description: '[k8s] Managed SecurityGroup for LoadBalancer',
      VpcId,
      TagSpecifications: [
        {
          ResourceType: 'security-group',
          Tags: [
            { Key: 'elbv2.k8s.aws/cluster', Value: 'dev' },
            { Key: 'ingress.k8s.aws/stack', Value: 'sample/hello' },
          ],
        },
      ],
    }),
  );
  return given(GroupId);
};
const port = (FromPort: number, source: Partial<IpPermission>): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort,
  ToPort: FromPort,
  ...source,
});
const everywhere = { IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'everybody' }] };
const everything = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };

const cases: readonly Case[] = [
  {
    name: 'a security group, its names, filters and end',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const GroupId = await makeGroup(aws, VpcId, 'k8s-sample-hello-0123456789');
      const describe = (Filters: { Name: string; Values: string[] }[]) =>
        ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
      await describe([{ Name: 'vpc-id', Values: [VpcId] }]);
      await describe([{ Name: 'tag:elbv2.k8s.aws/cluster', Values: ['dev'] }]);
      await describe([{ Name: 'tag-key', Values: ['elbv2.k8s.aws/cluster'] }]);
      await describe([
        { Name: 'group-name', Values: ['default'] },
        { Name: 'vpc-id', Values: [VpcId] },
      ]);
      await describe([{ Name: 'group-name', Values: ['k8s-*'] }]);
      await describe([{ Name: 'description', Values: ['*Managed SecurityGroup*'] }]);
      await refused(makeGroup(aws, VpcId, 'k8s-sample-hello-0123456789'));
      await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
      await refused(ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] })));
      await refused(ec2.send(new DeleteSecurityGroupCommand({ GroupId })));
      await refused(makeGroup(aws, `vpc-${none}`, 'lost'));
      await refused(makeGroup(aws, VpcId, 'default'));
      await refused(makeGroup(aws, VpcId, 'sg-mine'));
    },
  },
  {
    name: "a VPC's own group stays",
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const { SecurityGroups = [] } = await ec2.send(
        new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
      );
      await refused(ec2.send(new DeleteSecurityGroupCommand({ GroupId: given(SecurityGroups[0]?.GroupId) })));
    },
  },
  {
    name: 'rules from addresses and from groups',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const GroupId = await makeGroup(aws, VpcId, 'front');
      const back = await makeGroup(aws, VpcId, 'back');
      const rules = () =>
        ec2.send(
          new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
        );
      await rules();
      await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [
            port(80, everywhere),
            port(5000, { UserIdGroupPairs: [{ GroupId: back }] }),
            { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
          ],
        }),
      );
      await refused(
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [port(80, everywhere)] }),
        ),
      );
      await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
      await rules();
      await ec2.send(
        new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'ip-permission.group-id', Values: [back] }] }),
      );
      await ec2.send(
        new RevokeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [port(5000, { UserIdGroupPairs: [{ GroupId: back }] })],
        }),
      );
      await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
      await refused(
        ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [port(9999, everywhere)] })),
      );
      await refused(
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: `sg-${none}`,
            IpPermissions: [port(80, everywhere)],
          }),
        ),
      );
      await refused(
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId,
            IpPermissions: [port(81, { UserIdGroupPairs: [{ GroupId: `sg-${none}` }] })],
          }),
        ),
      );
      await refused(
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId,
            IpPermissions: [port(82, { IpRanges: [{ CidrIp: '10.0.0.0/99' }] })],
          }),
        ),
      );
    },
  },
  {
    name: 'a rule with a description is revoked without it',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const GroupId = await makeGroup(aws, VpcId, 'front');
      const back = await makeGroup(aws, VpcId, 'back');
      const from = (Description?: string) => [
        port(5000, { UserIdGroupPairs: [{ GroupId: back, Description }] }),
      ];
      await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: from('load balancers') }),
      );
      await refused(ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: from() })));
    },
  },
  {
    name: 'rules for what goes out',
    async play(aws) {
      const { ec2 } = aws;
      const GroupId = await makeGroup(aws, await makeVpc(aws), 'out');
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [everything] }));
      await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
      await ec2.send(
        new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [port(443, everywhere)] }),
      );
      await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    },
  },
  {
    name: 'a rule is taken away by its id',
    async play(aws) {
      const { ec2 } = aws;
      const GroupId = await makeGroup(aws, await makeVpc(aws), 'one-rule');
      const { SecurityGroupRules = [] } = await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [port(80, everywhere)] }),
      );
      const SecurityGroupRuleIds = [given(SecurityGroupRules[0]?.SecurityGroupRuleId)];
      await ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds }));
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }));
      await refused(ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds })));
      await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    },
  },
  {
    name: 'a group that a rule names stays',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const GroupId = await makeGroup(aws, VpcId, 'named');
      const naming = await makeGroup(aws, VpcId, 'naming');
      await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: naming,
          IpPermissions: [port(80, { UserIdGroupPairs: [{ GroupId }] })],
        }),
      );
      await refused(ec2.send(new DeleteSecurityGroupCommand({ GroupId })));
    },
  },
  {
    name: 'a group that an interface has stays',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const GroupId = await makeGroup(aws, VpcId, 'used');
      const SubnetId = await makeSubnet(aws, VpcId, 0, 'a');
      await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, Groups: [GroupId] }));
      await refused(ec2.send(new DeleteSecurityGroupCommand({ GroupId })));
    },
  },
];

export const ec2SecurityGroupCases: CaseTable = { service: 'ec2', cases };
