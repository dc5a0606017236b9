import type { PricedItem } from './prices.ts';

/** A number of one kind of thing that AWS bills by the hour. */
export interface Billed {
  readonly kind: BilledKind;
  readonly count: number;
}

/** What a kind is called, and what one piece of it consists of on the bill. */
interface Kind {
  readonly one: string;
  readonly many: string;
  readonly items: Partial<Readonly<Record<PricedItem, number>>>;
}

/** Everything billed by the hour that a run can make. Traffic, capacity units and logs are billed by use. */
export const billedKinds = {
  eksCluster: { one: 'EKS control plane', many: 'EKS control planes', items: { eksCluster: 1 } },
  eksClusterExtended: {
    one: 'EKS control plane in extended support',
    many: 'EKS control planes in extended support',
    items: { eksClusterExtended: 1 },
  },
  natGateway: { one: 'NAT gateway', many: 'NAT gateways', items: { natGateway: 1 } },
  publicIpv4: { one: 'public IPv4 address', many: 'public IPv4 addresses', items: { publicIpv4: 1 } },
  applicationLoadBalancer: {
    one: 'Application Load Balancer',
    many: 'Application Load Balancers',
    items: { applicationLoadBalancer: 1 },
  },
  networkLoadBalancer: {
    one: 'Network Load Balancer',
    many: 'Network Load Balancers',
    items: { networkLoadBalancer: 1 },
  },
  // The smallest size, which pods of this tool get: they ask for less (EKS User Guide, "Understand Fargate Pod
  // configuration details").
  fargatePod: {
    one: 'Fargate pod of 0.25 vCPU and 0.5 GB',
    many: 'Fargate pods of 0.25 vCPU and 0.5 GB',
    items: { fargateVcpu: 0.25, fargateGb: 0.5 },
  },
} as const satisfies Record<string, Kind>;

export type BilledKind = keyof typeof billedKinds;

/** Public addresses of a load balancer on the internet: one a zone, and eksctl uses three (in us-east-1 two). */
export const addressesOfLoadBalancer = (region: string): Billed => ({
  kind: 'publicIpv4',
  count: region === 'us-east-1' ? 2 : 3,
});
