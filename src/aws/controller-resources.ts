import { paginateDescribeSecurityGroups, type SecurityGroup } from '@aws-sdk/client-ec2';
import {
  DescribeTagsCommand,
  type LoadBalancer,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../context.ts';
import { controllerTagKey } from '../ownership.ts';
import { describeCluster } from './cluster.ts';
import { describeStack, stackNames } from './stacks.ts';

/** What the controller made in AWS for this cluster. */
export interface ControllerResources {
  readonly loadBalancers: readonly LoadBalancer[];
  readonly targetGroups: readonly TargetGroup[];
  readonly securityGroups: readonly SecurityGroup[];
}

/** The most ARNs that one DescribeTags call takes (ELB API reference). */
const tagBatch = 20;

/**
 * Finds what the controller made for this cluster: by its tag *and* by the cluster's VPC, for another cluster of the
 * same name may live in another one. Asks the services themselves, since the tagging API lags behind. Undefined when the
 * VPC of the cluster is not known any more; then nothing of it can be there.
 */
export async function findControllerResources(context: Context): Promise<ControllerResources | undefined> {
  const vpcId = await findVpc(context);
  if (!vpcId) return undefined;
  const { aws, config } = context;
  const loadBalancers: LoadBalancer[] = [];
  for await (const page of paginateDescribeLoadBalancers({ client: aws.elb }, {})) {
    loadBalancers.push(...(page.LoadBalancers ?? []).filter((one) => one.VpcId === vpcId));
  }
  const targetGroups: TargetGroup[] = [];
  for await (const page of paginateDescribeTargetGroups({ client: aws.elb }, {})) {
    targetGroups.push(...(page.TargetGroups ?? []).filter((one) => one.VpcId === vpcId));
  }
  const securityGroups: SecurityGroup[] = [];
  const Filters = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: `tag:${controllerTagKey}`, Values: [config.cluster] },
  ];
  for await (const page of paginateDescribeSecurityGroups({ client: aws.ec2 }, { Filters })) {
    securityGroups.push(...(page.SecurityGroups ?? []));
  }
  const tagged = await taggedArns(context, [
    ...loadBalancers.map(({ LoadBalancerArn }) => LoadBalancerArn ?? ''),
    ...targetGroups.map(({ TargetGroupArn }) => TargetGroupArn ?? ''),
  ]);
  return {
    loadBalancers: loadBalancers.filter(({ LoadBalancerArn = '' }) => tagged.has(LoadBalancerArn)),
    targetGroups: targetGroups.filter(({ TargetGroupArn = '' }) => tagged.has(TargetGroupArn)),
    securityGroups,
  };
}

/** The VPC of the cluster: EKS knows it, and its stack still does when EKS has forgotten the cluster. */
export async function findVpc(context: Context): Promise<string | undefined> {
  const cluster = await describeCluster(context);
  if (cluster?.resourcesVpcConfig?.vpcId) return cluster.resourcesVpcConfig.vpcId;
  const stack = await describeStack(context, stackNames.cluster(context.config.cluster));
  return stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'VPC')?.OutputValue;
}

async function taggedArns({ aws, config }: Context, arns: readonly string[]): Promise<Set<string>> {
  const tagged = new Set<string>();
  for (let start = 0; start < arns.length; start += tagBatch) {
    const ResourceArns = arns.slice(start, start + tagBatch);
    const { TagDescriptions = [] } = await aws.elb.send(new DescribeTagsCommand({ ResourceArns }));
    for (const { ResourceArn = '', Tags = [] } of TagDescriptions) {
      const ours = Tags.some(({ Key, Value }) => Key === controllerTagKey && Value === config.cluster);
      if (ours) tagged.add(ResourceArn);
    }
  }
  return tagged;
}
