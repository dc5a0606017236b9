import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
  type LoadBalancerSchemeEnum,
  ModifyLoadBalancerAttributesCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { failureCode } from '../aws/failure.ts';
import { RequeueAfter } from '../kube/work-queue.ts';
import { messageOf } from '../log.ts';
import { resourceIds } from '../model/constants.ts';
import { type LoadBalancerModel, managedGroup } from '../model/types.ts';
import { legacyTagKeys, tagList } from '../tracking.ts';
import { reconcileAttributes } from './attributes.ts';
import type { Deployment, Finish } from './deployment.ts';
import type { Tagged } from './existing.ts';
import { matchById } from './match.ts';

const resourceID = resourceIds.loadBalancer;

/** Deploys the stack's load balancer after taking away those that do not fit. */
export async function deployLoadBalancer(
  deployment: Deployment,
  securityGroup: string | undefined,
): Promise<{ loadBalancer: LoadBalancer | undefined; finish: Finish }> {
  const { tools, stack, tracking } = deployment;
  const { matched, missing, surplus } = matchById({
    desired: new Map(stack.loadBalancer === undefined ? [] : [[resourceID, stack.loadBalancer]]),
    existing: await tools.existing.loadBalancers(tracking.stackTags, tracking.legacyStackTags),
    resourceTag: tracking.resourceTag,
    kind: 'loadBalancer',
    nameOf: ({ resource }) => resource.LoadBalancerArn ?? '',
    replaced: (desired, { resource }) => desired.type !== resource.Type || desired.scheme !== resource.Scheme,
  });
  const resolve = (model: LoadBalancerModel): LoadBalancerModel => ({
    ...model,
    securityGroups: model.securityGroups.map((id) => (id === managedGroup ? (securityGroup ?? '') : id)),
  });
  // A load balancer takes its listeners along, so that its target groups are free for another one.
  for (const { resource } of surplus) await remove(deployment, resource);
  let loadBalancer: LoadBalancer | undefined;
  for (const desired of missing) loadBalancer = await create(deployment, resolve(desired));
  for (const pair of matched) {
    await update(deployment, resolve(pair.desired), pair.existing);
    loadBalancer = pair.existing.resource;
  }
  return {
    loadBalancer,
    finish: async () => {
      for (const { existing } of matched) await checkProvisioned(deployment, existing.resource);
    },
  };
}

const subnetMappings = (desired: LoadBalancerModel) => desired.subnets.map((SubnetId) => ({ SubnetId }));

async function create(deployment: Deployment, desired: LoadBalancerModel): Promise<LoadBalancer> {
  const { tools, tracking, stackId, log } = deployment;
  const about = { stackID: stackId, resourceID };
  log.info('creating loadBalancer', about);
  const { LoadBalancers } = await tools.aws.elbv2.send(
    new CreateLoadBalancerCommand({
      Name: desired.name,
      Type: desired.type,
      Scheme: desired.scheme as LoadBalancerSchemeEnum,
      IpAddressType: 'ipv4',
      SubnetMappings: subnetMappings(desired),
      SecurityGroups: [...desired.securityGroups],
      ...(desired.type === 'network' ? { EnablePrefixForIpv6SourceNat: 'off' } : {}),
      Tags: tagList(tracking.resourceTags(resourceID, desired.tags)),
    }),
  );
  const [created] = LoadBalancers ?? [];
  if (created === undefined) throw new Error('CreateLoadBalancer answered without a load balancer');
  log.info('created loadBalancer', { ...about, arn: created.LoadBalancerArn });
  await attributes(deployment, desired, created);
  return created;
}

async function update(
  deployment: Deployment,
  desired: LoadBalancerModel,
  { resource, tags }: Tagged<LoadBalancer>,
): Promise<void> {
  const { tools, tracking } = deployment;
  const { config } = tools;
  await tools.tags.reconcile(
    resource.LoadBalancerArn ?? '',
    tracking.resourceTags(resourceID, desired.tags),
    tags,
    [...legacyTagKeys(config.clusterName), ...config.externalManagedTags],
  );
  await setSecurityGroups(deployment, desired, resource);
  await setSubnets(deployment, desired, resource);
  await setAddressType(deployment, resource);
  await attributes(deployment, desired, resource);
}

const listed = (ids: readonly (string | undefined)[]): string => `[${[...new Set(ids)].sort().join(' ')}]`;

const aboutOf = ({ stackId }: Deployment, { LoadBalancerArn }: LoadBalancer) => ({
  stackID: stackId,
  resourceID,
  arn: LoadBalancerArn,
});

async function setSecurityGroups(
  deployment: Deployment,
  desired: LoadBalancerModel,
  resource: LoadBalancer,
): Promise<void> {
  const before = listed(resource.SecurityGroups ?? []);
  const after = listed(desired.securityGroups);
  if (before === after) return;
  await deployment.tools.aws.elbv2.send(
    new SetSecurityGroupsCommand({
      LoadBalancerArn: resource.LoadBalancerArn,
      SecurityGroups: [...desired.securityGroups],
    }),
  );
  deployment.log.info('modified loadBalancer securityGroups', {
    ...aboutOf(deployment, resource),
    changeSecurityGroups: ['changeSecurityGroups', `${before} => ${after}`],
  });
}

/** A Network Load Balancer that does not tell its IPv6 source NAT is set again (transcripts/lbc/nlb-steady-calls.txt). */
async function setSubnets(
  deployment: Deployment,
  desired: LoadBalancerModel,
  resource: LoadBalancer,
): Promise<void> {
  const isNetwork = desired.type === 'network';
  const before = listed((resource.AvailabilityZones ?? []).map((zone) => zone.SubnetId));
  const after = listed(desired.subnets);
  if (before === after && (!isNetwork || resource.EnablePrefixForIpv6SourceNat === 'off')) return;
  const about = aboutOf(deployment, resource);
  deployment.log.info('modifying loadBalancer subnetMappings', { ...about, change: `${before} => ${after}` });
  await deployment.tools.aws.elbv2.send(
    new SetSubnetsCommand({
      LoadBalancerArn: resource.LoadBalancerArn,
      SubnetMappings: subnetMappings(desired),
      ...(isNetwork ? { EnablePrefixForIpv6SourceNat: 'off' } : {}),
    }),
  );
  deployment.log.info('modified loadBalancer subnetMappings', about);
}

async function setAddressType(deployment: Deployment, resource: LoadBalancer): Promise<void> {
  if (resource.IpAddressType === 'ipv4') return;
  const about = aboutOf(deployment, resource);
  const change = `${resource.IpAddressType} => ipv4`;
  deployment.log.info('modifying loadBalancer ipAddressType', { ...about, change });
  await deployment.tools.aws.elbv2.send(
    new SetIpAddressTypeCommand({ LoadBalancerArn: resource.LoadBalancerArn, IpAddressType: 'ipv4' }),
  );
  deployment.log.info('modified loadBalancer ipAddressType', about);
}

function attributes(
  deployment: Deployment,
  desired: LoadBalancerModel,
  resource: LoadBalancer,
): Promise<void> {
  const { elbv2 } = deployment.tools.aws;
  const target = { LoadBalancerArn: resource.LoadBalancerArn };
  return reconcileAttributes({
    what: 'loadBalancer attributes',
    desired: desired.attributes,
    describe: () => elbv2.send(new DescribeLoadBalancerAttributesCommand(target)),
    modify: (Attributes) => elbv2.send(new ModifyLoadBalancerAttributesCommand({ ...target, Attributes })),
    log: deployment.log,
    about: aboutOf(deployment, resource),
  });
}

/** Deletion protection that was set by hand is taken off; that set by annotation has been refused before. */
async function remove({ tools, log }: Deployment, { LoadBalancerArn }: LoadBalancer): Promise<void> {
  const { elbv2 } = tools.aws;
  const deletion = async (): Promise<void> => {
    log.info('deleting loadBalancer', { arn: LoadBalancerArn });
    await elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    log.info('deleted loadBalancer', { arn: LoadBalancerArn });
  };
  try {
    await deletion();
  } catch (error) {
    const isProtected =
      failureCode(error) === 'OperationNotPermitted' && messageOf(error).includes('deletion protection');
    if (!isProtected) throw error;
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'false' }];
    await elbv2
      .send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }))
      .catch(() => undefined);
    await deletion();
  }
}

/** A load balancer that is still being provisioned is looked at again later; until then nothing is reported. */
async function checkProvisioned({ tools }: Deployment, resource: LoadBalancer): Promise<void> {
  const { LoadBalancers } = await tools.aws.elbv2.send(
    new DescribeLoadBalancersCommand({ LoadBalancerArns: [resource.LoadBalancerArn ?? ''] }),
  );
  if (LoadBalancers?.[0]?.State?.Code !== 'provisioning') return;
  throw new RequeueAfter(
    `monitor provisioning state for load balancer: ${resource.LoadBalancerName}`,
    tools.config.stabilizationInterval,
  );
}
