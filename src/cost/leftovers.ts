import type { Leftover } from '../audit.ts';
import type { BilledKind } from './billed.ts';
import { describeRate, estimate } from './estimate.ts';

/** What kinds of leftovers are on the bill. The others cost nothing by the hour. */
const kinds: readonly (readonly [kind: string, id: RegExp, billed: BilledKind])[] = [
  ['EKS cluster', /./, 'eksCluster'],
  ['NAT gateway', /./, 'natGateway'],
  ['Elastic IP address', /./, 'publicIpv4'],
  ['Load balancer', /:loadbalancer\/app\//, 'applicationLoadBalancer'],
  ['Load balancer', /:loadbalancer\/net\//, 'networkLoadBalancer'],
];

/** What a leftover costs, in a few words; undefined when it is not billed by the hour itself. */
export function costOfLeftover({ kind, id }: Leftover, region: string): string | undefined {
  const row = kinds.find(([name, pattern]) => name === kind && pattern.test(id));
  return row && describeRate(estimate([{ kind: row[2], count: 1 }], region));
}
