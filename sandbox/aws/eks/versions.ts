import type {
  ClusterVersionInformation,
  ClusterVersionStatus,
  DescribeClusterVersionsRequest,
  DescribeClusterVersionsResponse,
  VersionStatus,
} from '@aws-sdk/client-eks';
import type { World } from '../../world.ts';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import type { Handler } from '../service.ts';

interface KubernetesVersion {
  readonly version: string;
  readonly support: 'standard' | 'extended';
  readonly endOfStandardSupport?: string;
  readonly isDefault?: boolean;
}

// facts/walkthrough-today.md: EKS offers 1.33 to 1.36, standard support begins at 1.34; dates that are not known there
// are left out. The default is 1.35 (facts/eksctl.md §3).
const versions: readonly KubernetesVersion[] = [
  { version: '1.36', support: 'standard' },
  { version: '1.35', support: 'standard', endOfStandardSupport: '2027-03-27', isDefault: true },
  { version: '1.34', support: 'standard', endOfStandardSupport: '2026-12-02' },
  { version: '1.33', support: 'extended' },
];

const statuses: Readonly<Record<KubernetesVersion['support'], [ClusterVersionStatus, VersionStatus]>> = {
  standard: ['standard-support', 'STANDARD_SUPPORT'],
  extended: ['extended-support', 'EXTENDED_SUPPORT'],
};

/** What CreateCluster takes when no version is given. */
export const defaultVersion = '1.35';

/** How a version is supported today; undefined: it is not offered. */
export const supportOf = (version: string): KubernetesVersion['support'] | undefined =>
  versions.find((known) => known.version === version)?.support;

/** The offered versions, newest first. */
export const offeredVersions = (): string[] => versions.map(({ version }) => version);

function information(entry: KubernetesVersion): ClusterVersionInformation {
  const [status, versionStatus] = statuses[entry.support];
  return {
    clusterVersion: entry.version,
    clusterType: 'eks',
    defaultVersion: entry.isDefault ?? false,
    endOfStandardSupportDate: entry.endOfStandardSupport ? new Date(entry.endOfStandardSupport) : undefined,
    status,
    versionStatus,
  };
}

function matches(entry: KubernetesVersion, request: DescribeClusterVersionsRequest): boolean {
  const [status, versionStatus] = statuses[entry.support];
  if (request.clusterType !== undefined && request.clusterType !== 'eks') return false;
  if (request.defaultOnly && !entry.isDefault) return false;
  if (request.clusterVersions?.length && !request.clusterVersions.includes(entry.version)) return false;
  if (request.status !== undefined && request.status !== status) return false;
  return request.versionStatus === undefined || request.versionStatus === versionStatus;
}

/** DescribeClusterVersions. Versions that AWS no longer supports are unknown, so `includeAll` adds nothing. */
export function versionHandlers(world: World): Record<string, Handler> {
  return {
    DescribeClusterVersions: operation<DescribeClusterVersionsRequest>(
      [
        'clusterType',
        'maxResults',
        'nextToken',
        'defaultOnly',
        'includeAll',
        'clusterVersions',
        'status',
        'versionStatus',
      ],
      (input): DescribeClusterVersionsResponse => {
        const found = versions.filter((entry) => matches(entry, input));
        const page = { token: input.nextToken, limit: input.maxResults };
        const { items, nextToken } = paginate(world, found, page);
        return { clusterVersions: items.map(information), nextToken };
      },
    ),
  };
}
