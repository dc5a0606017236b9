import type { PodListener } from '../../kubernetes/network.ts';
import { admits } from '../ec2/firewall.ts';
import type { ElbContext, LoadBalancerRecord, TargetGroupRecord, TargetRecord } from './state.ts';

/**
 * What a load balancer meets when it connects to a target: the program that listens there, a closed port, or nothing
 * at all (no such address, or a security group in the way).
 */
export function reach(
  elb: ElbContext,
  regionName: string,
  loadBalancer: LoadBalancerRecord,
  group: TargetGroupRecord,
  target: Pick<TargetRecord, 'id' | 'zone'>,
  port: number,
): PodListener | 'refused' | 'dropped' {
  const region = elb.ec2.region(regionName);
  const eni = [...region.networkInterfaces.values()].find(
    (candidate) => candidate.vpcId === group.vpcId && candidate.privateIp === target.id,
  );
  const node = loadBalancer.nodes.find(({ zone }) => zone === target.zone) ?? loadBalancer.nodes[0];
  if (!eni || !node) return 'dropped';
  const leaves = admits(
    region,
    loadBalancer.groupIds,
    { port, peerIp: eni.privateIp, peerGroupIds: eni.groupIds },
    'egress',
  );
  const enters = admits(region, eni.groupIds, {
    port,
    peerIp: node.privateIp,
    peerGroupIds: loadBalancer.groupIds,
  });
  if (!leaves || !enters) return 'dropped';
  return elb.world.network.connect(group.vpcId, target.id, port) ?? 'refused';
}
