import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import type { Clock } from '../../clock.ts';
import type { FaultList } from '../../faults.ts';
import { failureCode } from '../aws/failure.ts';
import type { KubeCache } from '../kube/cache.ts';
import { hasFinalizer, type KubeObject, keyOf } from '../kube/types.ts';
import type { Logger } from '../log.ts';
import { finalizers } from '../model/constants.ts';
import { backendSecurityGroupName } from '../naming.ts';
import type { ControllerConfig } from '../process/config.ts';
import { createMutex, retryWhile } from '../time.ts';
import { clusterTag, tagChanges, tagList } from '../tracking.ts';
import type { SecurityGroups } from './security-groups.ts';

/** Kinds of objects that use the shared group. */
export type Owner = 'service' | 'ingress';

/** The security group that the cluster's load balancers share towards their targets. */
export interface BackendSecurityGroup {
  /** Its ID, after it was found or created; these objects need it from now on. */
  get(owner: Owner, keys: readonly string[]): Promise<string>;
  /** These objects need it no longer; the last user's release deletes it. */
  release(owner: Owner, keys: readonly string[]): Promise<void>;
}

const deletion = { interval: 2, timeout: 120 };

/** What the fault list is asked at a release; `{ kind: 'behave', how: 'leak-backend-security-group' }` leaks it. */
export const releaseCall = 'aws-load-balancer-controller release backend-security-group';

/** Makes the provider. It has the defect of v3.5.0 that leaks the group (facts/lbc.md §6, "Backend SG leak"). */
export function createBackendSecurityGroup(parts: {
  readonly config: ControllerConfig;
  readonly vpcId: string;
  readonly ec2: EC2Client;
  readonly securityGroups: SecurityGroups;
  readonly cache: KubeCache;
  readonly clock: Clock;
  readonly faults: FaultList;
  readonly signal: AbortSignal;
  readonly log: Logger;
}): BackendSecurityGroup {
  const { config, vpcId, ec2, cache, clock, signal, log } = parts;
  const name = backendSecurityGroupName(config.clusterName);
  const own = { [clusterTag]: config.clusterName, 'elbv2.k8s.aws/resource': 'backend-sg' };
  const exclusively = createMutex();
  /** Whether each object that was ever worked on needs the group. */
  const needs = new Map<string, boolean>();
  // Empty in a new process: a group whose objects were already being deleted then is never taken away.
  let id: string | undefined;

  const unmapped = (
    owner: Owner,
    objects: readonly KubeObject[],
    marks: (object: KubeObject) => boolean,
  ): boolean => objects.some((object) => marks(object) && !needs.has(`${owner}/${keyOf(object)}`));
  const isRequired = (): boolean =>
    [...needs.values()].includes(true) ||
    unmapped('ingress', cache.ingresses.list(), hasGroupFinalizer) ||
    unmapped('service', cache.services.list(), (object) => hasFinalizer(object, finalizers.service));

  const find = async (): Promise<string | undefined> => {
    const filters = [
      { Name: 'vpc-id', Values: [vpcId] },
      ...Object.entries(own).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
    ];
    const [group] = await parts.securityGroups.byRequest({ Filters: filters });
    if (group === undefined) return undefined;
    const { set, remove } = tagChanges({ ...config.defaultTags, ...own }, group.tags, []);
    if (Object.keys(set).length > 0) {
      await ec2.send(new CreateTagsCommand({ Resources: [group.id], Tags: tagList(set) }));
    }
    if (remove.length > 0) {
      await ec2.send(new DeleteTagsCommand({ Resources: [group.id], Tags: remove.map((Key) => ({ Key })) }));
    }
    log.info('added resource tags', { resourceID: group.id });
    return group.id;
  };
  const create = async (): Promise<string> => {
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({
        VpcId: vpcId,
        GroupName: name,
        Description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
        TagSpecifications: [
          { ResourceType: 'security-group', Tags: [...tagList(config.defaultTags), ...tagList(own)] },
        ],
      }),
    );
    log.info('created SecurityGroup', { name, id: GroupId });
    return GroupId;
  };
  const remove = async (group: string): Promise<void> => {
    const leak = parts.faults.match('tool', releaseCall);
    if (leak?.kind === 'behave' && leak.how === 'leak-backend-security-group') return;
    try {
      await retryWhile(
        clock,
        signal,
        deletion,
        (error) => failureCode(error) === 'DependencyViolation',
        () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: group })),
      );
    } catch (error) {
      throw new Error(`failed to delete securityGroup: ${(error as Error).message}`, { cause: error });
    }
    log.info('deleted securityGroup', { ID: group });
    id = undefined;
  };

  return {
    async get(owner, keys) {
      if (config.backendSecurityGroup !== undefined) return config.backendSecurityGroup;
      return exclusively(async () => {
        for (const key of keys) needs.set(`${owner}/${key}`, true);
        try {
          id ??= (await find()) ?? (await create());
          return id;
        } catch (error) {
          log.error('Failed to auto-create backend SG', error);
          throw error;
        }
      });
    },
    async release(owner, keys) {
      if (config.backendSecurityGroup !== undefined) return;
      const mine = keys.map((key) => `${owner}/${key}`);
      for (const key of mine) needs.set(key, false);
      try {
        if (isRequired()) return;
        await exclusively(async () => {
          if (id !== undefined && !isRequired()) await remove(id);
        });
      } finally {
        for (const key of mine) if (needs.get(key) === false) needs.delete(key);
      }
    },
  };
}

const hasGroupFinalizer = (object: KubeObject): boolean =>
  (object.metadata.finalizers ?? []).some(
    (each) => each === finalizers.ingress || each.startsWith(finalizers.group('')),
  );
