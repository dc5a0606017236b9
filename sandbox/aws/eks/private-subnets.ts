import type { Ec2Region, RouteTableRecord } from '../ec2/state.ts';

function tableOf(region: Ec2Region, subnetId: string): RouteTableRecord | undefined {
  const vpcId = region.subnets.get(subnetId)?.vpcId;
  const tables = [...region.routeTables.values()].filter((table) => table.vpcId === vpcId);
  const holds = (table: RouteTableRecord, wanted: (association: { subnetId: string } | 'main') => boolean) =>
    [...table.associations.values()].some(wanted);
  return (
    tables.find((table) => holds(table, (one) => one !== 'main' && one.subnetId === subnetId)) ??
    tables.find((table) => holds(table, (one) => one === 'main'))
  );
}

/** Whether a subnet has no direct route to an internet gateway: what Fargate calls private (EKS user guide). */
export function isPrivate(region: Ec2Region, subnetId: string): boolean {
  const routes = [...(tableOf(region, subnetId)?.routes.values() ?? [])];
  return !routes.some((target) => 'gatewayId' in target && target.gatewayId.startsWith('igw-'));
}
