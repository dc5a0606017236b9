import type { Principal } from '../service.ts';
import { type AccessEntryRecord, type ClusterRecord, type EksContext, partArn } from './state.ts';

/** The access policy that gives everything; the only one that is emulated. */
export const clusterAdminPolicy = (partition: string): string =>
  `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;

/** What entries are looked up by: a session counts as its role. */
const identityOf = ({ roleArn, arn }: Principal): string => roleArn ?? arn;

/** Whether a cluster has access entries at all. */
export const hasAccessEntries = ({ authenticationMode }: ClusterRecord): boolean =>
  authenticationMode !== 'CONFIG_MAP';

/** `arn:…:role/path/NAME` → `role/ACCOUNT/NAME`, the middle of an access entry's ARN. */
function principalPath(eks: EksContext, principalArn: string): string {
  const [kind = '', ...names] = (principalArn.split(':')[5] ?? '').split('/');
  return [kind, eks.world.account, names.at(-1) ?? kind].join('/');
}

/** Adds an access entry. */
export function addAccessEntry(
  eks: EksContext,
  cluster: ClusterRecord,
  entry: { principalArn: string; type?: string; username?: string; groups?: readonly string[] },
  tags: Record<string, string> = {},
): AccessEntryRecord {
  const now = eks.world.clock.now();
  const role = entry.principalArn.includes(':role/');
  const name = entry.principalArn.split('/').at(-1);
  const assumed = `arn:${eks.world.partition}:sts::${eks.world.account}:assumed-role/${name}/{{SessionName}}`;
  const record: AccessEntryRecord = {
    arn: partArn(eks, cluster, 'access-entry', principalPath(eks, entry.principalArn)),
    principalArn: entry.principalArn,
    type: entry.type ?? 'STANDARD',
    createdAt: now,
    modifiedAt: now,
    username: entry.username ?? (role ? assumed : entry.principalArn),
    groups: entry.groups ?? [],
    tags,
    policies: new Map(),
  };
  cluster.accessEntries.set(entry.principalArn, record);
  return record;
}

/** bootstrapClusterCreatorAdminPermissions: whoever created the cluster administers it. */
export function addCreatorEntry(eks: EksContext, cluster: ClusterRecord): void {
  if (!cluster.bootstrapAdmin || !hasAccessEntries(cluster)) return;
  const entry = addAccessEntry(eks, cluster, { principalArn: identityOf(cluster.creator) });
  const at = entry.createdAt;
  entry.policies.set(clusterAdminPolicy(eks.world.partition), { associatedAt: at, modifiedAt: at });
}

/** The pods of a Fargate profile run as nodes of this role (EKS user guide, access entries: type FARGATE_LINUX). */
export function addFargateEntry(eks: EksContext, cluster: ClusterRecord, principalArn: string): void {
  if (!hasAccessEntries(cluster) || cluster.accessEntries.has(principalArn)) return;
  addAccessEntry(eks, cluster, {
    principalArn,
    type: 'FARGATE_LINUX',
    username: 'system:node:{{SessionName}}',
    groups: ['system:bootstrappers', 'system:nodes', 'system:node-proxier'],
  });
}

/**
 * Who an AWS principal is in the cluster; undefined: nobody (401). The cluster-admin policy becomes the group
 * `system:masters`, because the rehearsal's API server knows RBAC only.
 */
export function authorizePrincipal(
  cluster: ClusterRecord,
  principal: Principal,
): { username: string; groups: string[] } | undefined {
  const identity = identityOf(principal);
  const sessionName = principal.arn.split('/').at(-1) ?? '';
  if (!hasAccessEntries(cluster)) {
    const isCreator = cluster.bootstrapAdmin && identityOf(cluster.creator) === identity;
    return isCreator ? { username: 'kubernetes-admin', groups: ['system:masters'] } : undefined;
  }
  const entry = cluster.accessEntries.get(identity);
  if (!entry) return undefined;
  return {
    username: entry.username.replaceAll('{{SessionName}}', sessionName),
    groups: [...entry.groups, ...(entry.policies.size > 0 ? ['system:masters'] : [])],
  };
}
