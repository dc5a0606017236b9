import type { Ec2Service } from './aws/ec2/ec2.ts';
import type { EksService } from './aws/eks/eks.ts';
import type { PodCloud } from './kubernetes/controllers/cloud.ts';

/** What the workloads of the emulated clusters need of the emulated AWS. */
export function createPodCloud(eks: EksService, ec2: Ec2Service): PodCloud {
  return {
    profiles: (cluster, region) =>
      eks.fargateProfiles(cluster, region).filter(({ status }) => status === 'ACTIVE'),
    attach(name, region, subnetId) {
      const cluster = eks.cluster(name, region);
      if (!cluster) throw new Error(`cluster ${name} is gone`);
      const { id, privateIp, zone } = ec2.createManagedInterface(region, {
        requester: 'fargate',
        subnetId,
        groupIds: [cluster.clusterSecurityGroupId],
        description: '',
      });
      return { id, address: privateIp, zone, release: () => ec2.deleteManagedInterface(region, id) };
    },
  };
}
