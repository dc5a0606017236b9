import {
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
  paginateDescribeTargetGroups,
  type Rule,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { allPages } from '../aws/list.ts';
import { hasTags } from '../tracking.ts';
import type { ResourceTags, Tags } from './resource-tags.ts';

/** A resource on AWS with its tags. */
export interface Tagged<T> {
  readonly resource: T;
  readonly tags: Tags;
}

/** Finds what exists: by tags in the VPC, or by parent. Orphans are adopted because tags are all that is asked. */
export interface Existing {
  /** Those that carry all tags of one of the sets. */
  loadBalancers(...any: readonly Tags[]): Promise<Tagged<LoadBalancer>[]>;
  targetGroups(...any: readonly Tags[]): Promise<Tagged<TargetGroup>[]>;
  listeners(loadBalancerArn: string): Promise<Tagged<Listener>[]>;
  /** All but the default rule. */
  rules(listenerArn: string): Promise<Tagged<Rule>[]>;
}

/** Makes the finder for one VPC. */
export function createExisting(
  elbv2: ElasticLoadBalancingV2Client,
  tags: ResourceTags,
  vpcId: string,
): Existing {
  const tagged = async <T>(resources: readonly T[], arn: (resource: T) => string | undefined) => {
    const byArn = await tags.describe(resources.map((resource) => arn(resource) ?? ''));
    return resources.map((resource) => ({ resource, tags: byArn.get(arn(resource) ?? '') ?? {} }));
  };
  const matching = <T>(resources: Tagged<T>[], any: readonly Tags[]): Tagged<T>[] =>
    resources.filter((each) => any.some((wanted) => hasTags(each.tags, wanted)));
  const client = { client: elbv2 };
  return {
    async loadBalancers(...any) {
      const all = await allPages(paginateDescribeLoadBalancers(client, {}), (page) => page.LoadBalancers);
      const inVpc = all.filter((each) => each.VpcId === vpcId);
      return matching(await tagged(inVpc, (each) => each.LoadBalancerArn), any);
    },
    async targetGroups(...any) {
      const all = await allPages(paginateDescribeTargetGroups(client, {}), (page) => page.TargetGroups);
      const inVpc = all.filter((each) => each.VpcId === vpcId);
      return matching(await tagged(inVpc, (each) => each.TargetGroupArn), any);
    },
    async listeners(loadBalancerArn) {
      const request = { LoadBalancerArn: loadBalancerArn };
      const all = await allPages(paginateDescribeListeners(client, request), (page) => page.Listeners);
      return tagged(all, (each) => each.ListenerArn);
    },
    async rules(listenerArn) {
      const pages = paginateDescribeRules(client, { ListenerArn: listenerArn });
      const all = await tagged(await allPages(pages, (page) => page.Rules), (each) => each.RuleArn);
      return all.filter(({ resource }) => resource.IsDefault !== true);
    },
  };
}
