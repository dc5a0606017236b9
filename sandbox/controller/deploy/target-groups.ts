import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  type ProtocolEnum,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { failureCode } from '../aws/failure.ts';
import { messageOf } from '../log.ts';
import type { HealthCheckModel, TargetGroupModel } from '../model/types.ts';
import { retryWhile } from '../time.ts';
import { legacyTagKeys, tagList } from '../tracking.ts';
import { reconcileAttributes } from './attributes.ts';
import type { Deployment, Finish } from './deployment.ts';
import type { Tagged } from './existing.ts';
import { matchById } from './match.ts';

const deletion = { interval: 2, timeout: 20 };

/** Deploys the stack's target groups; gives their ARNs by identity. */
export async function deployTargetGroups(
  deployment: Deployment,
): Promise<{ arns: ReadonlyMap<string, string>; finish: Finish }> {
  const { tools, stack, tracking } = deployment;
  const { matched, missing, surplus } = matchById({
    desired: new Map(stack.targetGroups.map((group) => [group.id, group])),
    existing: await tools.existing.targetGroups(tracking.stackTags, tracking.legacyStackTags),
    resourceTag: tracking.resourceTag,
    kind: 'targetGroup',
    nameOf: ({ resource }) => resource.TargetGroupArn ?? '',
    replaced: (desired, { resource }) => needsReplacement(desired, resource),
  });
  const arns = new Map<string, string>();
  for (const desired of missing) arns.set(desired.id, await create(deployment, desired));
  for (const pair of matched) {
    await update(deployment, pair.desired, pair.existing);
    arns.set(pair.desired.id, pair.existing.resource.TargetGroupArn ?? '');
  }
  return {
    arns,
    finish: async () => {
      for (const { resource } of surplus) await remove(deployment, resource.TargetGroupArn ?? '');
    },
  };
}

/** What AWS does not let change in place. */
const needsReplacement = (desired: TargetGroupModel, existing: TargetGroup): boolean =>
  desired.targetType !== existing.TargetType ||
  desired.protocol !== existing.Protocol ||
  (desired.protocolVersion !== undefined && desired.protocolVersion !== existing.ProtocolVersion);

const healthCheckRequest = (check: HealthCheckModel) => ({
  HealthCheckEnabled: true,
  HealthCheckPort: String(check.port),
  HealthCheckProtocol: check.protocol as ProtocolEnum,
  HealthCheckPath: check.path,
  Matcher: check.matcher,
  HealthCheckIntervalSeconds: check.interval,
  HealthCheckTimeoutSeconds: check.timeout,
  HealthyThresholdCount: check.healthyThreshold,
  UnhealthyThresholdCount: check.unhealthyThreshold,
});

async function create(deployment: Deployment, desired: TargetGroupModel): Promise<string> {
  const { tools, tracking, stackId, log } = deployment;
  const about = { stackID: stackId, resourceID: desired.id };
  log.info('creating targetGroup', about);
  const { TargetGroups } = await tools.aws.elbv2.send(
    new CreateTargetGroupCommand({
      Name: desired.name,
      VpcId: tools.vpcId,
      TargetType: desired.targetType,
      Port: desired.port,
      Protocol: desired.protocol as ProtocolEnum,
      ProtocolVersion: desired.protocolVersion,
      ...healthCheckRequest(desired.healthCheck),
      Tags: tagList(tracking.resourceTags(desired.id, desired.tags)),
    }),
  );
  const arn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  log.info('created targetGroup', { ...about, arn });
  await attributes(deployment, desired, arn);
  return arn;
}

async function update(
  deployment: Deployment,
  desired: TargetGroupModel,
  { resource, tags }: Tagged<TargetGroup>,
): Promise<void> {
  const { tools, tracking, stackId, log } = deployment;
  const { config } = tools;
  const arn = resource.TargetGroupArn ?? '';
  await tools.tags.reconcile(arn, tracking.resourceTags(desired.id, desired.tags), tags, [
    ...legacyTagKeys(config.clusterName),
    ...config.externalManagedTags,
  ]);
  if (isDrifted(desired.healthCheck, resource)) {
    const about = { stackID: stackId, resourceID: desired.id, arn };
    log.info('modifying targetGroup healthCheck', about);
    await tools.aws.elbv2.send(
      new ModifyTargetGroupCommand({ TargetGroupArn: arn, ...healthCheckRequest(desired.healthCheck) }),
    );
    log.info('modified targetGroup healthCheck', about);
  }
  await attributes(deployment, desired, arn);
}

const isDrifted = (desired: HealthCheckModel, existing: TargetGroup): boolean =>
  String(desired.port) !== existing.HealthCheckPort ||
  desired.protocol !== existing.HealthCheckProtocol ||
  (desired.path !== undefined && desired.path !== existing.HealthCheckPath) ||
  (desired.matcher !== undefined &&
    (desired.matcher.HttpCode !== existing.Matcher?.HttpCode ||
      desired.matcher.GrpcCode !== existing.Matcher?.GrpcCode)) ||
  desired.interval !== existing.HealthCheckIntervalSeconds ||
  desired.timeout !== existing.HealthCheckTimeoutSeconds ||
  desired.healthyThreshold !== existing.HealthyThresholdCount ||
  desired.unhealthyThreshold !== existing.UnhealthyThresholdCount;

const attributes = (
  { tools, stackId, log }: Deployment,
  desired: TargetGroupModel,
  arn: string,
): Promise<void> =>
  reconcileAttributes({
    what: 'targetGroup attributes',
    desired: desired.attributes,
    describe: () => tools.aws.elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn })),
    modify: (Attributes) =>
      tools.aws.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes })),
    log,
    about: { stackID: stackId, resourceID: desired.id, arn },
  });

async function remove({ tools, log }: Deployment, arn: string): Promise<void> {
  log.info('deleting targetGroup', { arn });
  try {
    await retryWhile(
      tools.clock,
      tools.signal,
      deletion,
      (error) => failureCode(error) === 'ResourceInUse',
      () => tools.aws.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn })),
    );
  } catch (error) {
    throw new Error(`failed to delete targetGroup: ${messageOf(error)}`, { cause: error });
  }
  log.info('deleted targetGroup', { arn });
}
