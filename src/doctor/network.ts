import { DescribeSecurityGroupsCommand, type SecurityGroup } from '@aws-sdk/client-ec2';
import { checkSubnets } from '../adoption/subnets.ts';
import { describeCluster } from '../aws/cluster.ts';
import { findControllerResources } from '../aws/controller-resources.ts';
import { controllerTagKey } from '../ownership.ts';
import { isHeld, nameOf } from '../steps/served-objects.ts';
import { restartController } from './controller.ts';
import type { Diagnosis } from './diagnosis.ts';
import { bindings, loadBalancerObjects, objectsOf } from './objects.ts';

const subnets: Diagnosis = {
  id: 'subnets',
  title: 'the controller finds no subnets for a load balancer',
  async look(context) {
    const cluster = await describeCluster(context);
    if (!cluster?.resourcesVpcConfig?.vpcId) return [];
    const problem = await checkSubnets(context, cluster.resourcesVpcConfig.vpcId);
    return problem ? [problem] : [];
  },
};

/** Swept by somebody while the controller lived: it remembers the group, and every later delete hangs. */
const sharedGroupGone: Diagnosis = {
  id: 'shared-group-gone',
  title: 'the security group that the load balancers share was deleted under the controller',
  inCluster: true,
  async look(context) {
    const named = new Map<string, string>();
    for (const binding of await bindings(context)) {
      const ingress: { from?: { securityGroup?: { groupID?: string } }[] }[] =
        binding.spec?.networking?.ingress ?? [];
      for (const { from = [] } of ingress)
        for (const { securityGroup } of from)
          if (securityGroup?.groupID) named.set(securityGroup.groupID, nameOf(binding));
    }
    if (named.size === 0) return [];
    // By filter: asked for by id, one that does not exist is an error.
    const { SecurityGroups = [] } = await context.aws.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [...named.keys()] }] }),
    );
    return [...named]
      .filter(([id]) => !SecurityGroups.some(({ GroupId }) => GroupId === id))
      .map(([id, binding]) => ({
        evidence: `${binding} names ${id}, which does not exist`,
        ...restartController,
      }));
  },
};

const isShared = ({ Tags = [] }: SecurityGroup): boolean =>
  Tags.some(({ Key, Value }) => Key === 'elbv2.k8s.aws/resource' && Value === 'backend-sg');

/** A defect of the controller: of objects deleted together, it forgets that the last one needed the group. */
const sharedGroupLeft: Diagnosis = {
  id: 'shared-group-left',
  title:
    'the security group that load balancers shared is left, though there are none; it blocks the deletion of the VPC',
  inCluster: true,
  async look(context) {
    const objects = await loadBalancerObjects(context);
    if (objects.some(isHeld) || (await bindings(context)).length > 0) return [];
    const { securityGroups } = await findControllerResources(context);
    return securityGroups.filter(isShared).map(({ GroupId, GroupName }) => ({
      evidence: `${GroupId} (${GroupName})`,
      fix: 'lbc-setup teardown, which sweeps it when the controller is gone; under a live controller leave it, it costs nothing',
    }));
  },
};

/** What the tags of the controller say that a load balancer was made for. */
const stackKeys = ['service.k8s.aws/stack', 'ingress.k8s.aws/stack'];

/** Nobody will ever delete it, and it is billed. */
const orphans: Diagnosis = {
  id: 'orphaned-load-balancers',
  title: 'a load balancer is left whose object is gone; it is billed until somebody deletes it',
  inCluster: true,
  async look(context) {
    const { loadBalancers, tags } = await findControllerResources(context);
    const objects = [...(await objectsOf(context, 'Service')), ...(await objectsOf(context, 'Ingress'))];
    const known = new Set(
      objects.filter(isHeld).flatMap(({ metadata }) => [
        `${metadata.namespace}/${metadata.name}`,
        // A group has the name that its finalizer ends in.
        ...(metadata.finalizers ?? []).map((one) => one.split('/').at(-1) ?? ''),
      ]),
    );
    return loadBalancers.flatMap(({ LoadBalancerArn = '', LoadBalancerName }) => {
      const own = tags.get(LoadBalancerArn) ?? [];
      if (!own.some(({ Key, Value }) => Key === controllerTagKey && Value === context.config.cluster))
        return [];
      const stack = own.find(({ Key = '' }) => stackKeys.includes(Key))?.Value;
      if (stack === undefined || known.has(stack)) return [];
      return [
        {
          evidence: `${LoadBalancerName} was made for ${stack}, which is not there`,
          fix: `aws elbv2 delete-load-balancer --load-balancer-arn ${LoadBalancerArn} --region ${context.config.region}; lbc-setup teardown takes it, too`,
        },
      ];
    });
  },
};

/** What can be wrong in the network before anything else shows it. */
export const networkDiagnoses: readonly Diagnosis[] = [subnets, sharedGroupGone];

/** What was left in AWS. */
export const leftoverDiagnoses: readonly Diagnosis[] = [orphans, sharedGroupLeft];
