import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { known, makeVpc, startNetwork } from './fixture.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** The groups of transcripts/lbc/create-call-parameters.txt: the shared one, and the cluster's own. */
async function begin() {
  const network = await startNetwork();
  close = network.cloud.close;
  const vpc = await makeVpc(network.client);
  const { GroupId } = await network.client.send(
    new CreateSecurityGroupCommand({
      GroupName: 'k8s-traffic-lab-a51146d380',
      Description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
      VpcId: vpc.vpcId,
      TagSpecifications: [
        { ResourceType: 'security-group', Tags: [{ Key: 'elbv2.k8s.aws/cluster', Value: 'lab' }] },
      ],
    }),
  );
  const cluster = network.ec2.createClusterSecurityGroup(network.region, { name: 'lab', vpcId: vpc.vpcId });
  return { ...network, ...vpc, shared: known(GroupId), cluster };
}

const fromShared = (shared: string): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: 5000,
  ToPort: 5000,
  UserIdGroupPairs: [{ GroupId: shared, Description: 'elbv2.k8s.aws/targetGroupBinding=shared' }],
});

describe('a security group', () => {
  it('is found by tag and VPC, as the controller looks for it', async () => {
    const { client, vpcId, shared } = await begin();
    const { SecurityGroups } = await client.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'tag:elbv2.k8s.aws/cluster', Values: ['lab'] },
        ],
      }),
    );
    expect(SecurityGroups).toMatchObject([
      {
        GroupId: shared,
        IpPermissions: [],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      },
    ]);
  });

  it('has a name that is unique in its VPC', async () => {
    const { client, vpcId } = await begin();
    const group = { GroupName: 'k8s-traffic-lab-a51146d380', Description: 'another', VpcId: vpcId };
    await expect(client.send(new CreateSecurityGroupCommand(group))).rejects.toMatchObject({
      name: 'InvalidGroup.Duplicate',
      message: `The security group 'k8s-traffic-lab-a51146d380' already exists for VPC '${vpcId}'`,
    });
  });

  it('cannot be deleted while a rule of another names it', async () => {
    const { client, shared, cluster } = await begin();
    const rule = { GroupId: cluster.id, IpPermissions: [fromShared(shared)] };
    await client.send(new AuthorizeSecurityGroupIngressCommand(rule));
    const remove = () => client.send(new DeleteSecurityGroupCommand({ GroupId: shared }));
    await expect(remove()).rejects.toMatchObject({
      name: 'DependencyViolation',
      message: `resource ${shared} has a dependent object`,
    });
    await client.send(new RevokeSecurityGroupIngressCommand(rule));
    await remove();
    await expect(remove()).rejects.toMatchObject({
      name: 'InvalidGroup.NotFound',
      message: `The security group '${shared}' does not exist`,
    });
  });

  it('cannot be deleted while an interface wears it', async () => {
    const { client, ec2, region, shared, subnetIds } = await begin();
    const eni = ec2.createManagedInterface(region, {
      requester: 'network-load-balancer',
      subnetId: subnetIds[0] ?? '',
      groupIds: [shared],
      description: 'ELB net/x/1',
    });
    const remove = () => client.send(new DeleteSecurityGroupCommand({ GroupId: shared }));
    await expect(remove()).rejects.toMatchObject({ name: 'DependencyViolation' });
    ec2.deleteManagedInterface(region, eni.id);
    await remove();
  });

  it('named default is there for good', async () => {
    const { client, vpcId } = await begin();
    const { SecurityGroups } = await client.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'group-name', Values: ['default'] },
        ],
      }),
    );
    const GroupId = SecurityGroups?.[0]?.GroupId;
    await expect(client.send(new DeleteSecurityGroupCommand({ GroupId }))).rejects.toMatchObject({
      name: 'CannotDelete',
    });
  });
});

describe('the rules of a security group', () => {
  it('keep their descriptions and are the same without them', async () => {
    const { client, shared, cluster } = await begin();
    const authorize = (permission: IpPermission) =>
      client.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId: cluster.id, IpPermissions: [permission] }),
      );
    const { SecurityGroupRules } = await authorize(fromShared(shared));
    expect(SecurityGroupRules).toMatchObject([
      {
        GroupId: cluster.id,
        IsEgress: false,
        FromPort: 5000,
        ReferencedGroupInfo: { GroupId: shared },
        Description: 'elbv2.k8s.aws/targetGroupBinding=shared',
      },
    ]);
    await expect(
      authorize({ ...fromShared(shared), UserIdGroupPairs: [{ GroupId: shared }] }),
    ).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
      message: `the specified rule "peer: ${shared}, TCP, from port: 5000, to port: 5000, ALLOW" already exists`,
    });
  });

  it('are listed one by one and revoked by id', async () => {
    const { client, shared } = await begin();
    const range = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: shared, IpPermissions: [range] }));
    const rules = async () =>
      (
        await client.send(
          new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [shared] }] }),
        )
      ).SecurityGroupRules ?? [];
    const ingress = (await rules()).find((rule) => !rule.IsEgress);
    expect(ingress).toMatchObject({ CidrIpv4: '0.0.0.0/0', IpProtocol: 'tcp' });
    await client.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: shared,
        SecurityGroupRuleIds: [known(ingress?.SecurityGroupRuleId)],
      }),
    );
    expect(await rules()).toMatchObject([{ IsEgress: true }]);
  });

  it('cannot be revoked when they are not there', async () => {
    const { client, shared, cluster } = await begin();
    const rule = { GroupId: cluster.id, IpPermissions: [fromShared(shared)] };
    await expect(client.send(new RevokeSecurityGroupIngressCommand(rule))).rejects.toMatchObject({
      name: 'InvalidPermission.NotFound',
    });
  });

  it('cannot name a group that does not exist', async () => {
    const { client, shared } = await begin();
    const rule = { GroupId: shared, IpPermissions: [fromShared('sg-0123456789abcdef0')] };
    await expect(client.send(new AuthorizeSecurityGroupIngressCommand(rule))).rejects.toMatchObject({
      name: 'InvalidGroup.NotFound',
    });
  });
});
