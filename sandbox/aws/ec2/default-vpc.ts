import type { Ec2Context, Ec2Region } from './state.ts';
import { addVpc } from './vpcs.ts';
import { zonesOf } from './zones.ts';

/** Gives a region the VPC that every account finds there (VPC user guide, "Default VPC components"). It counts against the quota. */
export function addDefaultVpc(ec2: Ec2Context, region: Ec2Region): void {
  const vpc = addVpc(ec2, region, { cidr: '172.31.0.0/16', isDefault: true, tags: {} });
  for (const [position, zone] of zonesOf(region.name).entries()) {
    const id = ec2.id('subnet');
    region.subnets.set(id, {
      id,
      vpcId: vpc.id,
      cidr: `172.31.${position * 16}.0/20`,
      zone: zone.name,
      isDefault: true,
      tags: {},
      mapPublicIpOnLaunch: true,
    });
  }
  const gatewayId = ec2.id('igw');
  region.internetGateways.set(gatewayId, { id: gatewayId, tags: {}, vpcId: vpc.id });
  for (const table of region.routeTables.values()) {
    if (table.vpcId === vpc.id) table.routes.set('0.0.0.0/0', { gatewayId });
  }
}
