import type {
  Addon,
  CreateAddonRequest,
  CreateAddonResponse,
  DeleteAddonRequest,
  DeleteAddonResponse,
  DescribeAddonRequest,
  DescribeAddonResponse,
  ListAddonsRequest,
  ListAddonsResponse,
  UpdateAddonRequest,
  UpdateAddonResponse,
  UpdateParam,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import { type Handler, NotEmulated } from '../service.ts';
import { type AddonDefinition, findAddon } from './addon-catalogue.ts';
import { installAddon, isHealthy, uninstallAddon } from './addon-installer.ts';
import { checkTags } from './cluster-request.ts';
import { inUse, invalidParameter, invalidRequest, notFound } from './errors.ts';
import { type AddonRecord, type ClusterRecord, type EksContext, partArn } from './state.ts';
import { closeUpdate, openUpdate } from './updates.ts';

/** Simulated seconds. An add-on whose pods are not ready after twenty minutes is DEGRADED. */
const durations = { install: 20, change: 15, remove: 20, patience: 1200 } as const;

function definitionOf(name: string | undefined): AddonDefinition {
  const definition = findAddon(name);
  if (!definition) throw invalidParameter('Addon specified is not supported');
  return definition;
}

function checkVersion(
  cluster: ClusterRecord,
  definition: AddonDefinition,
  version: string | undefined,
): void {
  if (version !== undefined && !definition.versions(cluster.version).includes(version)) {
    throw invalidParameter('Addon version specified is not supported');
  }
}

function checkConfiguration(definition: AddonDefinition, values: string | undefined): void {
  if (!values) return;
  let parsed: unknown;
  try {
    parsed = JSON.parse(values);
  } catch {
    throw new NotEmulated('configurationValues of EKS add-ons that are not JSON');
  }
  const unknown = Object.keys(parsed as object).find((key) => !(key in definition.configuration));
  if (unknown) throw new NotEmulated(`${unknown} in configurationValues of the add-on ${definition.name}`);
}

/** What its pods make of an add-on that EKS itself is done with (facts/pitfalls.md: coredns without Fargate). */
async function observe(eks: EksContext, cluster: ClusterRecord, addon: AddonRecord): Promise<void> {
  if (addon.status !== 'ACTIVE' && addon.status !== 'DEGRADED') return;
  const healthy = await isHealthy(eks, cluster, definitionOf(addon.name)).catch(() => false);
  if (healthy) addon.overdue = true;
  addon.status = healthy ? 'ACTIVE' : 'DEGRADED';
  const message = `The add-on is unhealthy because it doesn't have the desired number of replicas.`;
  addon.issues = healthy ? [] : [{ code: 'InsufficientNumberOfReplicas', message, resourceIds: [] }];
}

function description(cluster: ClusterRecord, addon: AddonRecord): Addon {
  // Until its pods have had their time, an add-on without them is still being created.
  const settling = addon.status === 'DEGRADED' && !addon.overdue;
  return {
    addonName: addon.name,
    clusterName: cluster.name,
    status: settling ? 'CREATING' : addon.status,
    addonVersion: addon.version,
    health: { issues: settling ? [] : [...addon.issues] },
    addonArn: addon.arn,
    createdAt: addon.createdAt,
    modifiedAt: addon.modifiedAt,
    serviceAccountRoleArn: addon.serviceAccountRoleArn,
    configurationValues: addon.configurationValues,
    tags: { ...addon.tags },
  };
}

async function install(
  eks: EksContext,
  cluster: ClusterRecord,
  addon: AddonRecord,
  overwrite: boolean,
): Promise<void> {
  const { clock } = eks.world;
  await clock.sleep(durations.install);
  try {
    const conflicts = await installAddon(eks, cluster, definitionOf(addon.name), addon, overwrite);
    addon.status = conflicts.length > 0 ? 'CREATE_FAILED' : 'ACTIVE';
    const message = `Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. Conflicts: ${conflicts.join(', ')}`;
    if (conflicts.length > 0) addon.issues = [{ code: 'ConfigurationConflict', message, resourceIds: [] }];
  } catch (error) {
    addon.status = 'CREATE_FAILED';
    const message = error instanceof Error ? error.message : String(error);
    addon.issues = [{ code: 'ClusterUnreachable', message, resourceIds: [] }];
  }
  clock.after(durations.patience, () => {
    addon.overdue = true;
  });
}

async function change(
  eks: EksContext,
  cluster: ClusterRecord,
  addon: AddonRecord,
  input: UpdateAddonRequest,
  done: () => void,
): Promise<void> {
  const { clock } = eks.world;
  addon.status = 'UPDATING';
  addon.version = input.addonVersion ?? addon.version;
  addon.serviceAccountRoleArn = input.serviceAccountRoleArn ?? addon.serviceAccountRoleArn;
  addon.configurationValues = input.configurationValues ?? addon.configurationValues;
  addon.modifiedAt = clock.now();
  await clock.sleep(durations.change);
  await installAddon(eks, cluster, definitionOf(addon.name), addon, true).catch(() => []);
  addon.status = 'ACTIVE';
  done();
}

async function remove(
  eks: EksContext,
  cluster: ClusterRecord,
  addon: AddonRecord,
  preserve: boolean,
): Promise<void> {
  addon.status = 'DELETING';
  await eks.world.clock.sleep(durations.remove);
  // A cluster whose API is gone has nothing left to remove.
  if (!preserve) await uninstallAddon(eks, cluster, definitionOf(addon.name), addon).catch(() => undefined);
  cluster.addons.delete(addon.name);
}

/** CreateAddon, DescribeAddon, ListAddons, UpdateAddon and DeleteAddon. */
export function addonHandlers(eks: EksContext): Record<string, Handler> {
  const { world } = eks;
  const find = (cluster: ClusterRecord, name = ''): AddonRecord => {
    const addon = cluster.addons.get(name);
    // eksctl `k4c-create-addon-f`
    if (!addon) throw notFound(`No addon: ${name} found in cluster: ${cluster.name}`);
    return addon;
  };
  return {
    CreateAddon: operation<CreateAddonRequest>(
      [
        'clusterName',
        'addonName',
        'addonVersion',
        'serviceAccountRoleArn',
        'resolveConflicts',
        'clientRequestToken',
        'tags',
        'configurationValues',
      ],
      (input, call): CreateAddonResponse => {
        const cluster = eks.cluster(call.region, input.clusterName);
        const definition = definitionOf(input.addonName);
        checkVersion(cluster, definition, input.addonVersion);
        checkConfiguration(definition, input.configurationValues);
        checkTags(input.tags, call.principal.kind === 'service');
        if (cluster.status !== 'ACTIVE' && cluster.status !== 'UPDATING') {
          throw invalidRequest(`Cluster ${cluster.name} is not in ACTIVE status`);
        }
        if (cluster.addons.has(definition.name)) throw inUse('Addon already exists.');
        const now = world.clock.now();
        const addon: AddonRecord = {
          name: definition.name,
          arn: partArn(eks, cluster, 'addon', definition.name),
          createdAt: now,
          modifiedAt: now,
          version: input.addonVersion ?? definition.versions(cluster.version)[0] ?? '',
          serviceAccountRoleArn: input.serviceAccountRoleArn,
          configurationValues: input.configurationValues,
          tags: { ...input.tags },
          status: 'CREATING',
          issues: [],
          overdue: false,
        };
        cluster.addons.set(addon.name, addon);
        void install(eks, cluster, addon, input.resolveConflicts === 'OVERWRITE');
        return { addon: description(cluster, addon) };
      },
    ),
    DescribeAddon: operation<DescribeAddonRequest>(
      ['clusterName', 'addonName'],
      async (input, call): Promise<DescribeAddonResponse> => {
        const cluster = eks.cluster(call.region, input.clusterName);
        const addon = find(cluster, input.addonName);
        await observe(eks, cluster, addon);
        return { addon: description(cluster, addon) };
      },
    ),
    ListAddons: operation<ListAddonsRequest>(
      ['clusterName', 'maxResults', 'nextToken'],
      (input, call): ListAddonsResponse => {
        const names = [...eks.cluster(call.region, input.clusterName).addons.keys()];
        const page = { token: input.nextToken, limit: input.maxResults };
        const { items, nextToken } = paginate(world, names, page);
        return { addons: items, nextToken };
      },
    ),
    UpdateAddon: operation<UpdateAddonRequest>(
      [
        'clusterName',
        'addonName',
        'addonVersion',
        'serviceAccountRoleArn',
        'resolveConflicts',
        'clientRequestToken',
        'configurationValues',
      ],
      (input, call): UpdateAddonResponse => {
        const cluster = eks.cluster(call.region, input.clusterName);
        const addon = find(cluster, input.addonName);
        const definition = definitionOf(addon.name);
        checkVersion(cluster, definition, input.addonVersion);
        checkConfiguration(definition, input.configurationValues);
        if (['CREATING', 'UPDATING', 'DELETING'].includes(addon.status)) {
          throw inUse(`Addon ${addon.name} cannot be updated as it is currently in ${addon.status} state`);
        }
        const params: UpdateParam[] = [
          { type: 'AddonVersion', value: input.addonVersion },
          { type: 'ServiceAccountRoleArn', value: input.serviceAccountRoleArn },
          { type: 'ResolveConflicts', value: input.resolveConflicts },
          { type: 'ConfigurationValues', value: input.configurationValues },
        ];
        const given = params.filter(({ value }) => value !== undefined);
        const update = openUpdate(eks, cluster, 'AddonUpdate', given, addon.name);
        void change(eks, cluster, addon, input, () => closeUpdate(cluster, update));
        return { update };
      },
    ),
    DeleteAddon: operation<DeleteAddonRequest>(
      ['clusterName', 'addonName', 'preserve'],
      (input, call): DeleteAddonResponse => {
        const cluster = eks.cluster(call.region, input.clusterName);
        const addon = find(cluster, input.addonName);
        if (addon.status !== 'DELETING') void remove(eks, cluster, addon, input.preserve ?? false);
        return { addon: description(cluster, addon) };
      },
    ),
  };
}
