import type {
  DescribeUpdateRequest,
  DescribeUpdateResponse,
  ListUpdatesRequest,
  ListUpdatesResponse,
  Update,
  UpdateClusterConfigRequest,
  UpdateClusterConfigResponse,
  UpdateParam,
  UpdateType,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import { type Handler, NotEmulated } from '../service.ts';
import { applyLogging } from './cluster-request.ts';
import { ensureLogGroup } from './control-plane.ts';
import { inUse, invalidParameter, invalidRequest, notFound } from './errors.ts';
import type { ClusterRecord, EksContext } from './state.ts';

/** A change that a request asks for. */
interface Change {
  readonly type: UpdateType;
  readonly params: UpdateParam[];
  /** Simulated seconds. */
  readonly seconds: number;
  /** False when the cluster is like that already. */
  readonly needed: boolean;
  readonly same: string;
  apply(): void | Promise<void>;
}

const param = (type: UpdateParam['type'], value: unknown): UpdateParam => ({
  type,
  value: typeof value === 'string' ? value : JSON.stringify(value),
});

function loggingChange(eks: EksContext, cluster: ClusterRecord, input: UpdateClusterConfigRequest): Change {
  const logTypes = applyLogging(cluster.logTypes, input.logging);
  return {
    type: 'LoggingUpdate',
    params: [param('ClusterLogging', { clusterLogging: input.logging?.clusterLogging })],
    seconds: 60,
    needed: logTypes.join() !== cluster.logTypes.join(),
    same: 'No changes needed for the logging config provided',
    async apply() {
      cluster.logTypes = logTypes;
      await ensureLogGroup(eks, cluster);
    },
  };
}

function endpointChange(cluster: ClusterRecord, input: UpdateClusterConfigRequest): Change {
  const given = input.resourcesVpcConfig;
  if (given?.subnetIds?.length || given?.securityGroupIds?.length) {
    throw new NotEmulated('changing the subnets or security groups of an EKS cluster');
  }
  const isPublic = given?.endpointPublicAccess ?? cluster.endpointPublicAccess;
  const isPrivate = given?.endpointPrivateAccess ?? cluster.endpointPrivateAccess;
  const cidrs = given?.publicAccessCidrs ?? cluster.publicAccessCidrs;
  if (!isPublic && !isPrivate) throw invalidParameter('Private and public endpoint access cannot be false');
  return {
    type: 'EndpointAccessUpdate',
    params: [
      param('EndpointPublicAccess', isPublic),
      param('EndpointPrivateAccess', isPrivate),
      param('PublicAccessCidrs', cidrs),
    ],
    seconds: 240,
    needed:
      isPublic !== cluster.endpointPublicAccess ||
      isPrivate !== cluster.endpointPrivateAccess ||
      cidrs.join() !== cluster.publicAccessCidrs.join(),
    same: `Cluster is already at the desired configuration with endpointPrivateAccess: ${isPrivate} , endpointPublicAccess: ${isPublic}, and Public Endpoint Restrictions: [${cidrs.join(', ')}]`,
    apply() {
      cluster.endpointPublicAccess = isPublic;
      cluster.endpointPrivateAccess = isPrivate;
      cluster.publicAccessCidrs = cidrs;
    },
  };
}

function changes(eks: EksContext, cluster: ClusterRecord, input: UpdateClusterConfigRequest): Change[] {
  const found: Change[] = [];
  if (input.logging) found.push(loggingChange(eks, cluster, input));
  if (input.resourcesVpcConfig) found.push(endpointChange(cluster, input));
  const { deletionProtection, upgradePolicy } = input;
  if (deletionProtection !== undefined) {
    found.push({
      type: 'DeletionProtectionUpdate',
      params: [param('DeletionProtection', deletionProtection)],
      seconds: 3,
      needed: deletionProtection !== cluster.deletionProtection,
      same: `Cluster is already at the desired configuration with deletionProtection: ${deletionProtection}`,
      apply: () => {
        cluster.deletionProtection = deletionProtection;
      },
    });
  }
  const supportType = upgradePolicy?.supportType;
  if (supportType) {
    found.push({
      type: 'UpgradePolicyUpdate',
      params: [param('UpgradePolicy', supportType)],
      seconds: 10,
      needed: supportType !== cluster.supportType,
      same: `Cluster is already at the desired configuration with supportType: ${supportType}`,
      apply: () => {
        cluster.supportType = supportType;
      },
    });
  }
  return found;
}

/** Records an update that is under way. */
export function openUpdate(
  eks: EksContext,
  cluster: ClusterRecord,
  type: UpdateType,
  params: UpdateParam[],
  addonName?: string,
): Update {
  const { random, clock } = eks.world;
  const id = [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');
  const update = {
    id,
    status: 'InProgress',
    type,
    params,
    createdAt: clock.now(),
    errors: [],
  } satisfies Update;
  cluster.updates.set(id, { ...update, addonName });
  return update;
}

/** Ends an update well. */
export function closeUpdate(cluster: ClusterRecord, { id = '' }: Update): void {
  const update = cluster.updates.get(id);
  if (update) update.status = 'Successful';
}

async function carryOut(
  eks: EksContext,
  cluster: ClusterRecord,
  change: Change,
  update: Update,
): Promise<void> {
  cluster.status = 'UPDATING';
  await eks.world.clock.sleep(change.seconds);
  await change.apply();
  closeUpdate(cluster, update);
  // The cluster may have been deleted meanwhile.
  if (cluster.status === ('UPDATING' as ClusterRecord['status'])) cluster.status = 'ACTIVE';
}

function checkReady(cluster: ClusterRecord, type: UpdateType): void {
  const open = [...cluster.updates.values()].find(
    ({ status, addonName }) => status === 'InProgress' && !addonName,
  );
  if (open) {
    throw inUse(`Cannot ${type} because cluster ${cluster.name} currently has update ${open.id} in progress`);
  }
  if (cluster.status !== 'ACTIVE') {
    throw invalidRequest(`Cannot ${type} because cluster ${cluster.name} is not in ACTIVE status`);
  }
}

/** UpdateClusterConfig, DescribeUpdate and ListUpdates. */
export function updateHandlers(eks: EksContext): Record<string, Handler> {
  return {
    UpdateClusterConfig: operation<UpdateClusterConfigRequest>(
      ['name', 'logging', 'resourcesVpcConfig', 'deletionProtection', 'upgradePolicy', 'clientRequestToken'],
      (input, call): UpdateClusterConfigResponse => {
        const cluster = eks.cluster(call.region, input.name);
        const [change, another] = changes(eks, cluster, input);
        if (!change) throw invalidParameter('No changes needed');
        if (another) throw invalidParameter('Only one type of update can be allowed.');
        checkReady(cluster, change.type);
        if (!change.needed) throw invalidParameter(change.same);
        const update = openUpdate(eks, cluster, change.type, change.params);
        void carryOut(eks, cluster, change, update);
        return { update };
      },
    ),
    DescribeUpdate: operation<DescribeUpdateRequest>(
      ['name', 'updateId', 'addonName'],
      (input, call): DescribeUpdateResponse => {
        const found = eks.cluster(call.region, input.name).updates.get(input.updateId ?? '');
        if (!found || found.addonName !== input.addonName) {
          throw notFound(`No update found for ID: ${input.updateId}`);
        }
        const { addonName, ...update } = found;
        return { update };
      },
    ),
    ListUpdates: operation<ListUpdatesRequest>(
      ['name', 'addonName', 'maxResults', 'nextToken'],
      (input, call): ListUpdatesResponse => {
        const { updates } = eks.cluster(call.region, input.name);
        const ids = [...updates]
          .filter(([, { addonName }]) => addonName === input.addonName)
          .map(([id]) => id);
        const page = { token: input.nextToken, limit: input.maxResults };
        const { items, nextToken } = paginate(eks.world, ids, page);
        return { updateIds: items, nextToken };
      },
    ),
  };
}
