import { paginateDescribeSecurityGroups, type SecurityGroup, type Tag } from '@aws-sdk/client-ec2';
import {
  DescribeTagsCommand,
  type LoadBalancer,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../context.ts';
import { controllerTagKey, isOurs } from '../ownership.ts';
import { describeCluster, ownsCluster } from './cluster.ts';
import { describeStack, stackNames } from './stacks.ts';

/** What the controller made in AWS for this tool or, on a cluster of ours, for anybody. */
export interface ControllerResources {
  readonly loadBalancers: readonly LoadBalancer[];
  readonly targetGroups: readonly TargetGroup[];
  readonly securityGroups: readonly SecurityGroup[];
  /** The tags of load balancers and target groups, by ARN. */
  readonly tags: ReadonlyMap<string, readonly Tag[]>;
}

/** The most ARNs that one DescribeTags call takes (ELB API reference). */
const tagBatch = 20;

/**
 * Finds what the controller made, by asking the services themselves, since the tagging API lags behind.
 *
 * What carries our mark is ours, wherever it is: the controller that we install puts it on everything, and the samples
 * ask any other to do so. What was made for a cluster of ours goes with it too; that tag alone is not enough, for another
 * cluster of the same name may have lived in another VPC.
 */
export async function findControllerResources(context: Context): Promise<ControllerResources> {
  const { aws } = context;
  const vpcId = (await ownsCluster(context)) ? await findVpc(context) : undefined;
  const isSwept = (tags: readonly Tag[], VpcId: string | undefined): boolean =>
    isOurs(context.config, tags) ||
    (vpcId !== undefined &&
      VpcId === vpcId &&
      tags.some(({ Key, Value }) => Key === controllerTagKey && Value === context.config.cluster));
  const loadBalancers: LoadBalancer[] = [];
  for await (const page of paginateDescribeLoadBalancers({ client: aws.elb }, {}))
    loadBalancers.push(...(page.LoadBalancers ?? []));
  const targetGroups: TargetGroup[] = [];
  for await (const page of paginateDescribeTargetGroups({ client: aws.elb }, {}))
    targetGroups.push(...(page.TargetGroups ?? []));
  const securityGroups: SecurityGroup[] = [];
  const Filters = [{ Name: 'tag-key', Values: [controllerTagKey] }];
  for await (const page of paginateDescribeSecurityGroups({ client: aws.ec2 }, { Filters }))
    securityGroups.push(...(page.SecurityGroups ?? []));
  const tags = await tagsOf(context, [
    ...loadBalancers.map(({ LoadBalancerArn }) => LoadBalancerArn ?? ''),
    ...targetGroups.map(({ TargetGroupArn }) => TargetGroupArn ?? ''),
  ]);
  return {
    loadBalancers: loadBalancers.filter(({ LoadBalancerArn = '', VpcId }) =>
      isSwept(tags.get(LoadBalancerArn) ?? [], VpcId),
    ),
    targetGroups: targetGroups.filter(({ TargetGroupArn = '', VpcId }) =>
      isSwept(tags.get(TargetGroupArn) ?? [], VpcId),
    ),
    securityGroups: securityGroups.filter(({ Tags = [], VpcId }) => isSwept(Tags, VpcId)),
    tags,
  };
}

/** The VPC of the cluster: EKS knows it, and its stack still does when EKS has forgotten the cluster. */
export async function findVpc(context: Context): Promise<string | undefined> {
  const cluster = await describeCluster(context);
  if (cluster?.resourcesVpcConfig?.vpcId) return cluster.resourcesVpcConfig.vpcId;
  const stack = await describeStack(context, stackNames.cluster(context.config.cluster));
  return stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'VPC')?.OutputValue;
}

async function tagsOf({ aws }: Context, arns: readonly string[]): Promise<Map<string, Tag[]>> {
  const tags = new Map<string, Tag[]>();
  for (let start = 0; start < arns.length; start += tagBatch) {
    const ResourceArns = arns.slice(start, start + tagBatch);
    const { TagDescriptions = [] } = await aws.elb.send(new DescribeTagsCommand({ ResourceArns }));
    for (const { ResourceArn = '', Tags = [] } of TagDescriptions) tags.set(ResourceArn, Tags);
  }
  return tags;
}
