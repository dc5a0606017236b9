import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { known, makeVpc, startNetwork } from './fixture.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function begin() {
  const network = await startNetwork();
  close = network.cloud.close;
  return network;
}

const vpcFilter = (vpcId: string) => [{ Name: 'vpc-id', Values: [vpcId] }];

describe('a VPC', () => {
  it('is beside the default one that every region has', async () => {
    const { client } = await begin();
    const { Vpcs } = await client.send(new DescribeVpcsCommand({}));
    expect(Vpcs).toMatchObject([{ CidrBlock: '172.31.0.0/16', IsDefault: true }]);
    const { Subnets } = await client.send(new DescribeSubnetsCommand({}));
    expect(Subnets).toHaveLength(3);
    expect(Subnets?.[0]).toMatchObject({ DefaultForAz: true, AvailableIpAddressCount: 4091 });
  });

  it('counts against the quota together with the default one', async () => {
    const { client } = await begin();
    const create = () => client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    for (let made = 0; made < 4; made++) await create();
    await expect(create()).rejects.toMatchObject({
      name: 'VpcLimitExceeded',
      message: 'The maximum number of VPCs has been reached.',
    });
  });

  it('keeps its DNS attributes', async () => {
    const { client } = await begin();
    const { vpcId } = await makeVpc(client);
    await client.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
    const output = await client.send(
      new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: 'enableDnsHostnames' }),
    );
    expect(output.EnableDnsHostnames).toEqual({ Value: true });
  });

  it('is deleted last: not before its subnets, its gateway and its tables', async () => {
    const { client } = await begin();
    const { vpcId, gatewayId, subnetIds } = await makeVpc(client);
    const remove = () => client.send(new DeleteVpcCommand({ VpcId: vpcId }));
    const refusal = {
      name: 'DependencyViolation',
      message: `The vpc '${vpcId}' has dependencies and cannot be deleted.`,
    };
    await expect(remove()).rejects.toMatchObject(refusal);
    for (const SubnetId of subnetIds) await client.send(new DeleteSubnetCommand({ SubnetId }));
    await expect(remove()).rejects.toMatchObject(refusal);
    const gateway = { VpcId: vpcId, InternetGatewayId: gatewayId };
    await expect(
      client.send(new DeleteInternetGatewayCommand({ InternetGatewayId: gatewayId })),
    ).rejects.toMatchObject({ name: 'DependencyViolation' });
    await client.send(new DetachInternetGatewayCommand(gateway));
    await client.send(new DeleteInternetGatewayCommand({ InternetGatewayId: gatewayId }));
    await remove();
    await expect(client.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: `The vpc ID '${vpcId}' does not exist`,
    });
  });
});

describe('a subnet', () => {
  it('lies within its VPC and clear of the others', async () => {
    const { client } = await begin();
    const { vpcId } = await makeVpc(client);
    const create = (CidrBlock: string) => client.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock }));
    await expect(create('192.168.16.0/24')).rejects.toMatchObject({ name: 'InvalidSubnet.Conflict' });
    await expect(create('10.0.0.0/24')).rejects.toMatchObject({ name: 'InvalidSubnet.Range' });
    const { Subnet } = await create('192.168.64.0/24');
    expect(Subnet).toMatchObject({ AvailableIpAddressCount: 251, MapPublicIpOnLaunch: false });
    const SubnetId = known(Subnet?.SubnetId);
    await client.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    const { Subnets } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    expect(Subnets).toMatchObject([{ MapPublicIpOnLaunch: true }]);
  });

  it('cannot be deleted while an interface is in it', async () => {
    const { client, ec2, region } = await begin();
    const { subnetIds } = await makeVpc(client);
    const [SubnetId = ''] = subnetIds;
    const eni = ec2.createManagedInterface(region, {
      requester: 'eks',
      subnetId: SubnetId,
      groupIds: [],
      description: 'Amazon EKS lab',
    });
    await expect(client.send(new DeleteSubnetCommand({ SubnetId }))).rejects.toMatchObject({
      name: 'DependencyViolation',
      message: `The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
    });
    ec2.deleteManagedInterface(region, eni.id);
    await client.send(new DeleteSubnetCommand({ SubnetId }));
  });
});

describe('a route table', () => {
  it('shows a route to a gateway that is gone as a black hole', async () => {
    const { client } = await begin();
    const { vpcId, gatewayId, routeTableId } = await makeVpc(client);
    const states = async () => {
      const { RouteTables } = await client.send(
        new DescribeRouteTablesCommand({ RouteTableIds: [routeTableId] }),
      );
      return RouteTables?.[0]?.Routes?.map(({ DestinationCidrBlock, State }) => [
        DestinationCidrBlock,
        State,
      ]);
    };
    expect(await states()).toEqual([
      ['192.168.0.0/16', 'active'],
      ['0.0.0.0/0', 'active'],
    ]);
    await client.send(new DetachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));
    expect(await states()).toContainEqual(['0.0.0.0/0', 'blackhole']);
  });

  it('cannot be deleted while a subnet is associated, nor when it is the main one', async () => {
    const { client } = await begin();
    const { vpcId, routeTableId, subnetIds } = await makeVpc(client);
    const { RouteTable } = await client.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    const RouteTableId = known(RouteTable?.RouteTableId);
    const association = { RouteTableId, SubnetId: subnetIds[0] };
    await client.send(new AssociateRouteTableCommand(association));
    await expect(client.send(new AssociateRouteTableCommand(association))).rejects.toMatchObject({
      name: 'Resource.AlreadyAssociated',
    });
    for (const id of [RouteTableId, routeTableId]) {
      await expect(client.send(new DeleteRouteTableCommand({ RouteTableId: id }))).rejects.toMatchObject({
        name: 'DependencyViolation',
      });
    }
    await client.send(new DeleteSubnetCommand({ SubnetId: subnetIds[0] }));
    await client.send(new DeleteRouteTableCommand({ RouteTableId }));
  });

  it('has one route for a destination', async () => {
    const { client } = await begin();
    const { gatewayId, routeTableId } = await makeVpc(client);
    const route = { RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId };
    await expect(client.send(new CreateRouteCommand(route))).rejects.toMatchObject({
      name: 'RouteAlreadyExists',
      message: 'The route identified by 0.0.0.0/0 already exists.',
    });
  });
});

describe('a NAT gateway', () => {
  async function withGateway() {
    const network = await begin();
    const vpc = await makeVpc(network.client);
    const { AllocationId } = await network.client.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const { NatGateway } = await network.client.send(
      new CreateNatGatewayCommand({ SubnetId: vpc.subnetIds[0], AllocationId }),
    );
    const state = async () => {
      const { NatGateways } = await network.client.send(
        new DescribeNatGatewaysCommand({ NatGatewayIds: [known(NatGateway?.NatGatewayId)] }),
      );
      return NatGateways?.[0]?.State;
    };
    return { ...network, ...vpc, AllocationId, NatGateway, state };
  }

  it('becomes available and holds its subnet, its address and the internet gateway', async () => {
    const { client, state, NatGateway, subnetIds, AllocationId, vpcId, gatewayId } = await withGateway();
    expect(NatGateway?.State).toBe('pending');
    await expect.poll(state).toBe('available');
    const { NetworkInterfaces } = await client.send(
      new DescribeNetworkInterfacesCommand({ Filters: vpcFilter(vpcId) }),
    );
    expect(NetworkInterfaces).toMatchObject([
      {
        Description: `Interface for NAT Gateway ${NatGateway?.NatGatewayId}`,
        InterfaceType: 'nat_gateway',
        Status: 'in-use',
        Association: { AllocationId },
      },
    ]);
    await expect(client.send(new DeleteSubnetCommand({ SubnetId: subnetIds[0] }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
    await expect(client.send(new ReleaseAddressCommand({ AllocationId }))).rejects.toMatchObject({
      name: 'InvalidIPAddress.InUse',
    });
    await expect(
      client.send(new DetachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId })),
    ).rejects.toMatchObject({
      name: 'DependencyViolation',
      message: `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    });
  });

  it('takes its time to be deleted and frees everything then', async () => {
    const { client, state, NatGateway, subnetIds, AllocationId } = await withGateway();
    await client.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGateway?.NatGatewayId }));
    expect(['deleting', 'deleted']).toContain(await state());
    await expect.poll(state).toBe('deleted');
    const { Addresses } = await client.send(new DescribeAddressesCommand({}));
    expect(Addresses?.[0]?.AssociationId).toBeUndefined();
    await client.send(new ReleaseAddressCommand({ AllocationId }));
    await client.send(new DeleteSubnetCommand({ SubnetId: subnetIds[0] }));
  });

  it('fails in a VPC without an internet gateway', async () => {
    const { client } = await begin();
    const { vpcId, gatewayId, subnetIds } = await makeVpc(client);
    await client.send(new DetachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));
    const { AllocationId } = await client.send(new AllocateAddressCommand({}));
    await client.send(new CreateNatGatewayCommand({ SubnetId: subnetIds[0], AllocationId }));
    const gateways = async () =>
      (await client.send(new DescribeNatGatewaysCommand({ Filter: vpcFilter(vpcId) }))).NatGateways;
    await expect.poll(gateways).toMatchObject([{ State: 'failed', FailureCode: 'Gateway.NotAttached' }]);
  });
});

describe('addresses', () => {
  it('are limited to five', async () => {
    const { client } = await begin();
    for (let made = 0; made < 5; made++) await client.send(new AllocateAddressCommand({}));
    await expect(client.send(new AllocateAddressCommand({}))).rejects.toMatchObject({
      name: 'AddressLimitExceeded',
      message: 'The maximum number of addresses has been reached.',
    });
  });
});
