import type { Cluster } from '@aws-sdk/client-eks';
import { Failure, wrap } from '../failure.ts';
import type { Session } from '../session.ts';
import { describeCluster, openProvider, type Provider, supportedVersions } from './provider.ts';

/** A cluster that a command works on. */
export interface ExistingCluster extends Provider {
  readonly cluster: Cluster;
}

const inoperable: ReadonlySet<string | undefined> = new Set(['CREATING', 'DELETING', 'FAILED']);

/** True when the Kubernetes API of a cluster can be expected to answer. */
export const canOperate = ({ status }: Cluster): boolean => !inoperable.has(status);

/** Throws Failure while the cluster is created or deleted. */
export function requireOperable({ cluster, region }: ExistingCluster): void {
  if (!canOperate(cluster))
    throw new Failure(
      `cannot perform Kubernetes API operations on cluster "${cluster.name}" in "${region}" region due to status "${cluster.status}"`,
    );
}

/** The calls before every command on an existing cluster: caller, cluster, versions (facts/eksctl.md §10). */
export async function openCluster(
  session: Session,
  region: string | undefined,
  name: string,
): Promise<ExistingCluster> {
  const provider = await openProvider(session, region).catch((error: unknown) => {
    throw wrap('could not create cluster provider from options', error);
  });
  const cluster = await describeCluster(provider, name);
  await supportedVersions(provider);
  return { ...provider, cluster };
}
