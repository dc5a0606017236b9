import { type CommandTable, row } from './row.ts';

export const ec2: CommandTable = {
  command: 'ec2',
  service: 'ec2',
  rows: [
    row('DescribeRegions', '--region-names us-east-1', { shows: 'ec2.us-east-1.amazonaws.com' }),
    row('DescribeAvailabilityZones', '', { shows: '"ZoneName": "ap-northeast-1a"' }),
    row('DescribeAccountAttributes', '--attribute-names supported-platforms', { shows: '"VPC"' }),
    row('DescribeInstances', '', { shows: '"Reservations": []' }),
    row('DescribeKeyPairs', '', { shows: '"KeyPairs": []' }),
    row('DescribeVpcEndpoints', '', { shows: '"VpcEndpoints": []' }),
    row('DescribeVpcPeeringConnections', '', { shows: '"VpcPeeringConnections": []' }),
    row('CreateVpc', '--cidr-block 192.168.0.0/16', { shows: '"pending"', save: { vpc: 'Vpc.VpcId' } }),
    row('DescribeVpcs', '--vpc-ids {vpc}', { shows: '"192.168.0.0/16"' }),
    row('ModifyVpcAttribute', '--vpc-id {vpc} --enable-dns-hostnames'),
    row('DescribeVpcAttribute', '--vpc-id {vpc} --attribute enableDnsHostnames', { shows: '"Value": true' }),
    row('CreateSubnet', '--vpc-id {vpc} --cidr-block 192.168.0.0/19 --availability-zone ap-northeast-1a', {
      shows: '"AvailableIpAddressCount": 8187',
      save: { subnetA: 'Subnet.SubnetId' },
    }),
    row('CreateSubnet', '--vpc-id {vpc} --cidr-block 192.168.32.0/19 --availability-zone ap-northeast-1c', {
      shows: '"ap-northeast-1c"',
      save: { subnetC: 'Subnet.SubnetId' },
    }),
    row('CreateSubnet', '--vpc-id {vpc} --cidr-block 192.168.64.0/19 --availability-zone ap-northeast-1d', {
      shows: '"ap-northeast-1d"',
      save: { spare: 'Subnet.SubnetId' },
    }),
    row('ModifySubnetAttribute', '--subnet-id {subnetA} --map-public-ip-on-launch'),
    row('DescribeSubnets', '--filters Name=vpc-id,Values={vpc}', { shows: '"MapPublicIpOnLaunch": true' }),
    row('CreateTags', '--resources {vpc} {subnetA} --tags Key=Name,Value=walk Key=b,Value='),
    row('DescribeTags', '--filters Name=resource-id,Values={vpc}', { shows: '"Value": "walk"' }),
    row('DeleteTags', '--resources {vpc} --tags Key=b'),
    row('CreateInternetGateway', '', {
      shows: '"Attachments": []',
      save: { gateway: 'InternetGateway.InternetGatewayId' },
    }),
    row('AttachInternetGateway', '--internet-gateway-id {gateway} --vpc-id {vpc}'),
    row('DescribeInternetGateways', '--internet-gateway-ids {gateway}', { shows: '"State": "available"' }),
    row('CreateRouteTable', '--vpc-id {vpc}', {
      shows: '"GatewayId": "local"',
      save: { table: 'RouteTable.RouteTableId' },
    }),
    row('CreateRoute', '--route-table-id {table} --destination-cidr-block 0.0.0.0/0 --gateway-id {gateway}', {
      shows: '"Return": true',
    }),
    row('ReplaceRoute', '--route-table-id {table} --destination-cidr-block 0.0.0.0/0 --gateway-id {gateway}'),
    row('DescribeRouteTables', '--route-table-ids {table}', { shows: '"0.0.0.0/0"' }),
    row('AssociateRouteTable', '--route-table-id {table} --subnet-id {subnetA}', {
      shows: '"associated"',
      save: { association: 'AssociationId' },
    }),
    row('ReplaceRouteTableAssociation', '--association-id {association} --route-table-id {table}', {
      shows: '"associated"',
      save: { association: 'NewAssociationId' },
    }),
    row('AllocateAddress', '--domain vpc', {
      shows: '"Domain": "vpc"',
      save: { allocation: 'AllocationId' },
    }),
    row('DescribeAddresses', '--allocation-ids {allocation}', { shows: '"PublicIp": "203.0.113.' }),
    row('CreateNatGateway', '--subnet-id {spare} --allocation-id {allocation}', {
      shows: '"State": "pending"',
      save: { nat: 'NatGateway.NatGatewayId' },
    }),
    row('DescribeNatGateways', '--nat-gateway-ids {nat}', { shows: '"State": "available"', waits: true }),
    row('CreateSecurityGroup', '--group-name front --description front --vpc-id {vpc}', {
      shows: ':security-group/sg-',
      save: { group: 'GroupId' },
    }),
    row('AuthorizeSecurityGroupIngress', '--group-id {group} --protocol tcp --port 80 --cidr 0.0.0.0/0', {
      shows: '"CidrIpv4": "0.0.0.0/0"',
    }),
    row('AuthorizeSecurityGroupEgress', '--group-id {group} --ip-permissions {egress}', {
      shows: '"IsEgress": true',
    }),
    row('DescribeSecurityGroups', '--group-ids {group}', { shows: '"FromPort": 80' }),
    row('DescribeSecurityGroupRules', '--filters Name=group-id,Values={group}', {
      shows: '"CidrIpv4": "10.0.0.0/8"',
    }),
    row('RevokeSecurityGroupIngress', '--group-id {group} --protocol tcp --port 80 --cidr 0.0.0.0/0', {
      shows: '"Return": true',
    }),
    row('RevokeSecurityGroupEgress', '--group-id {group} --ip-permissions {egress}', {
      shows: '"Return": true',
    }),
    row('CreateNetworkInterface', '--subnet-id {spare} --groups {group} --description by-hand', {
      shows: '"Description": "by-hand"',
      save: { interface: 'NetworkInterface.NetworkInterfaceId' },
    }),
    row('DescribeNetworkInterfaces', '--network-interface-ids {interface}', {
      shows: '"Status": "available"',
      waits: true,
    }),
    row('DetachNetworkInterface', '--attachment-id eni-attach-0123456789abcdef0', {
      refused: 'InvalidAttachmentID.NotFound',
    }),
    row('DeleteNetworkInterface', '--network-interface-id {interface}'),
  ],
};

/** After everything that needs the network. */
export const ec2End: CommandTable = {
  command: 'ec2',
  service: 'ec2',
  rows: [
    row('DeleteNatGateway', '--nat-gateway-id {nat}', { shows: '{nat}' }),
    row('DescribeNatGateways', '--nat-gateway-ids {nat}', { shows: '"State": "deleted"', waits: true }),
    row('ReleaseAddress', '--allocation-id {allocation}'),
    row('DeleteRoute', '--route-table-id {table} --destination-cidr-block 0.0.0.0/0'),
    row('DisassociateRouteTable', '--association-id {association}'),
    row('DeleteRouteTable', '--route-table-id {table}'),
    row('DetachInternetGateway', '--internet-gateway-id {gateway} --vpc-id {vpc}'),
    row('DeleteInternetGateway', '--internet-gateway-id {gateway}'),
    row('DescribeNetworkInterfaces', '--filters Name=vpc-id,Values={vpc}', {
      shows: '"NetworkInterfaces": []',
      waits: true,
    }),
    row('DeleteSecurityGroup', '--group-id {group}', { shows: '"Return": true' }),
    row('DeleteSubnet', '--subnet-id {subnetA}'),
    row('DeleteSubnet', '--subnet-id {subnetC}'),
    row('DeleteSubnet', '--subnet-id {spare}'),
    row('DeleteVpc', '--vpc-id {vpc}'),
  ],
};
