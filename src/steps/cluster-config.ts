import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Context } from '../context.ts';
import { writePrivateFile } from '../files.ts';
import { mark } from '../ownership.ts';
import { controllerNamespace } from '../pins.ts';
import { renderTemplate } from '../templates.ts';
import { policyArn } from './create-policy.ts';

/** The name of the Fargate profile that runs the namespaces default and kube-system. */
export const systemProfile = 'fp-default';

/**
 * Writes the configuration that every eksctl command is given, and returns its path. The ServiceAccount is only in it
 * when asked for: while the cluster is created, its policy may not exist yet.
 */
export async function writeClusterConfig(
  context: Context,
  options: { serviceAccount: boolean } = { serviceAccount: false },
): Promise<string> {
  const { config, folder } = context;
  const serviceAccount = async () => ({
    metadata: { name: config.serviceAccount, namespace: controllerNamespace, labels: mark(config) },
    attachPolicyARNs: [await policyArn(context)],
    tags: mark(config),
  });
  const [clusterConfig] = await renderTemplate('cluster.yaml', {
    cluster: config.cluster,
    region: config.region,
    kubernetesVersion: config.kubernetesVersion,
    fargateProfile: config.fargateProfile,
    namespace: config.namespace,
    tags: mark(config),
    apiCidrs: config.apiCidrs,
    serviceAccounts: options.serviceAccount ? [await serviceAccount()] : [],
  });
  const path = join(folder, options.serviceAccount ? 'service-account.yaml' : 'cluster.yaml');
  await writePrivateFile(path, stringify(clusterConfig, { aliasDuplicateObjects: false }));
  return path;
}
