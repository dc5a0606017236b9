import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
} from '@aws-sdk/client-ec2';
import { failureCode } from '../aws/failure.ts';
import { messageOf } from '../log.ts';
import { resourceIds } from '../model/constants.ts';
import type { SecurityGroupModel } from '../model/types.ts';
import type { SecurityGroupInfo } from '../networking/security-groups.ts';
import { retryWhile } from '../time.ts';
import { legacyTagKeys, tagChanges, tagList } from '../tracking.ts';
import type { Deployment, Finish } from './deployment.ts';
import { matchById } from './match.ts';
import type { Tags } from './resource-tags.ts';

const deletion = { interval: 2, timeout: 10 };

/** Deploys the stack's own security group; gives its ID. */
export async function deploySecurityGroup(
  deployment: Deployment,
): Promise<{ id: string | undefined; finish: Finish }> {
  const { stack, tracking } = deployment;
  const { matched, missing, surplus } = matchById({
    desired: new Map(
      stack.securityGroup === undefined ? [] : [[resourceIds.securityGroup, stack.securityGroup]],
    ),
    existing: await existingGroups(deployment),
    resourceTag: tracking.resourceTag,
    kind: 'securityGroup',
    nameOf: (group) => group.id,
    replaced: (_desired, _existing, at) => at > 0,
  });
  let id: string | undefined;
  for (const desired of missing) id = await create(deployment, desired);
  for (const pair of matched) id = await update(deployment, pair.desired, pair.existing);
  return {
    id,
    finish: async () => {
      for (const group of surplus) await remove(deployment, group.id);
    },
  };
}

async function existingGroups({ tools, tracking }: Deployment): Promise<SecurityGroupInfo[]> {
  const found = new Map<string, SecurityGroupInfo>();
  for (const tags of [tracking.stackTags, tracking.legacyStackTags]) {
    const filters = [
      { Name: 'vpc-id', Values: [tools.vpcId] },
      ...tagList(tags).map(({ Key, Value }) => ({ Name: `tag:${Key}`, Values: [Value] })),
    ];
    for (const group of await tools.securityGroups.byRequest({ Filters: filters })) {
      found.set(group.id, group);
    }
  }
  return [...found.values()];
}

const allTags = ({ tracking }: Deployment, desired: SecurityGroupModel): Tags =>
  tracking.resourceTags(resourceIds.securityGroup, desired.tags);

async function create(deployment: Deployment, desired: SecurityGroupModel): Promise<string> {
  const { tools, log } = deployment;
  const resourceID = resourceIds.securityGroup;
  log.info('creating securityGroup', { resourceID });
  const { GroupId = '' } = await tools.aws.ec2.send(
    new CreateSecurityGroupCommand({
      VpcId: tools.vpcId,
      GroupName: desired.name,
      Description: desired.description,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(allTags(deployment, desired)) }],
    }),
  );
  log.info('created securityGroup', { resourceID, securityGroupID: GroupId });
  await tools.securityGroups.reconcileIngress(GroupId, desired.ingress);
  return GroupId;
}

async function update(
  deployment: Deployment,
  desired: SecurityGroupModel,
  existing: SecurityGroupInfo,
): Promise<string> {
  const { tools, log } = deployment;
  const { config } = tools;
  const untouched = [...legacyTagKeys(config.clusterName), ...config.externalManagedTags];
  const { set, remove } = tagChanges(allTags(deployment, desired), existing.tags, untouched);
  const resourceID = existing.id;
  if (Object.keys(set).length > 0) {
    log.info('adding resource tags', { resourceID, change: set });
    await tools.aws.ec2.send(new CreateTagsCommand({ Resources: [resourceID], Tags: tagList(set) }));
    log.info('added resource tags', { resourceID });
  }
  if (remove.length > 0) {
    log.info('removing resource tags', { resourceID, change: remove });
    const gone = remove.map((Key) => ({ Key, Value: existing.tags[Key] }));
    await tools.aws.ec2.send(new DeleteTagsCommand({ Resources: [resourceID], Tags: gone }));
    log.info('removed resource tags', { resourceID });
  }
  await tools.securityGroups.reconcileIngress(existing.id, desired.ingress);
  return existing.id;
}

/** Interfaces and rules of others hold a group up for a while; rules that nobody needs are swept meanwhile. */
async function remove({ tools, log }: Deployment, id: string): Promise<void> {
  log.info('deleting securityGroup', { securityGroupID: id });
  let swept = false;
  try {
    await retryWhile(tools.clock, tools.signal, deletion, isHeldUp, async () => {
      try {
        await tools.aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }));
      } catch (error) {
        if (isHeldUp(error) && !swept) {
          swept = true;
          await tools.endpointRules.collectGarbage();
        }
        throw error;
      }
    });
  } catch (error) {
    throw new Error(`failed to delete securityGroup: ${messageOf(error)}`, { cause: error });
  }
  log.info('deleted securityGroup', { securityGroupID: id });
}

const isHeldUp = (error: unknown): boolean => failureCode(error) === 'DependencyViolation';
