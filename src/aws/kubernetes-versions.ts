import { paginateDescribeClusterVersions } from '@aws-sdk/client-eks';
import type { Context } from '../context.ts';

/** Every version that can be had, with its status: STANDARD_SUPPORT, EXTENDED_SUPPORT (EKS DescribeClusterVersions). */
export async function offeredVersions({ aws }: Pick<Context, 'aws'>): Promise<Map<string, string>> {
  const offered = new Map<string, string>();
  for await (const { clusterVersions = [] } of paginateDescribeClusterVersions({ client: aws.eks }, {})) {
    for (const { clusterVersion = '', versionStatus = 'UNKNOWN' } of clusterVersions) {
      if (versionStatus !== 'UNSUPPORTED') offered.set(clusterVersion, versionStatus);
    }
  }
  return offered;
}

/** Until when a version is supported the way that it is now: a date as AWS gives it; undefined: AWS does not say. */
export async function endOfSupport(
  { aws }: Pick<Context, 'aws'>,
  version: string,
): Promise<Date | undefined> {
  for await (const { clusterVersions = [] } of paginateDescribeClusterVersions({ client: aws.eks }, {})) {
    const found = clusterVersions.find(({ clusterVersion }) => clusterVersion === version);
    if (!found) continue;
    return found.versionStatus === extendedSupport
      ? found.endOfExtendedSupportDate
      : found.endOfStandardSupportDate;
  }
  return undefined;
}

/** The status of a version for which AWS asks a higher price. */
export const extendedSupport = 'EXTENDED_SUPPORT';
