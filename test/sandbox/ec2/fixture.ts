import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { createEc2, type Ec2Service } from '../../../sandbox/aws/ec2/ec2.ts';
import { createElbv2, type Elbv2Service } from '../../../sandbox/aws/elbv2/elbv2.ts';
import { keysOnly, startAws } from '../aws-core/fixture.ts';

/** A cloud with the network services, and clients' settings for it. */
export async function startNetwork(options: { pageSize?: number } = {}) {
  const services: { ec2?: Ec2Service; elbv2?: Elbv2Service } = {};
  const started = await startAws((world) => {
    const ec2 = createEc2(world);
    const elbv2 = createElbv2(world, ec2);
    Object.assign(services, { ec2, elbv2 });
    return [keysOnly, ec2, elbv2];
  }, options);
  return {
    ...started,
    region: started.config.region,
    ec2: services.ec2 as Ec2Service,
    elbv2: services.elbv2 as Elbv2Service,
    client: new EC2Client(started.config),
  };
}

/** The id of something that the API has just returned. */
export function known(id: string | undefined): string {
  if (!id) throw new Error('the answer has no id');
  return id;
}

/** A VPC with an internet gateway, a route to it and two subnets in different zones. */
export async function makeVpc(client: EC2Client) {
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: '192.168.0.0/16' }));
  const vpcId = known(Vpc?.VpcId);
  const { InternetGateway } = await client.send(new CreateInternetGatewayCommand({}));
  const gatewayId = known(InternetGateway?.InternetGatewayId);
  await client.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));
  const { RouteTables } = await client.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  const routeTableId = known(RouteTables?.[0]?.RouteTableId);
  const route = { RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId };
  await client.send(new CreateRouteCommand(route));
  const subnetIds = await Promise.all(
    ['a', 'b'].map(async (letter, index) => {
      const { Subnet } = await client.send(
        new CreateSubnetCommand({
          VpcId: vpcId,
          CidrBlock: `192.168.${index * 32}.0/19`,
          AvailabilityZone: `eu-west-1${letter}`,
        }),
      );
      return known(Subnet?.SubnetId);
    }),
  );
  return { vpcId, gatewayId, routeTableId, subnetIds };
}
