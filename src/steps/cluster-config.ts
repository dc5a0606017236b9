import { join } from 'node:path';
import { stringify } from 'yaml';
import { describeCluster } from '../aws/cluster.ts';
import { extendedSupport, offeredVersions } from '../aws/kubernetes-versions.ts';
import type { Context } from '../context.ts';
import { writePrivateFile } from '../files.ts';
import { mark } from '../ownership.ts';
import { controllerNamespace } from '../pins.ts';
import { renderTemplate } from '../templates.ts';
import { policyArn } from './create-policy.ts';

/** The name of the Fargate profile that runs the namespaces default and kube-system. */
export const systemProfile = 'fp-default';

/** A Fargate profile as it is to be. */
export interface WantedProfile {
  readonly name: string;
  readonly namespaces: readonly string[];
}

/**
 * What becomes of the cluster at the end of its version's standard support (EKS UpgradePolicy). STANDARD, unless its
 * version is in extended support already: then there is no other way to have it.
 */
export async function supportType(context: Context): Promise<'STANDARD' | 'EXTENDED'> {
  const version = (await describeCluster(context))?.version ?? context.config.kubernetesVersion;
  return (await offeredVersions(context)).get(version) === extendedSupport ? 'EXTENDED' : 'STANDARD';
}

/** Writes the configuration of a whole cluster of ours, for eksctl, and returns its path. */
export async function writeClusterConfig(context: Context): Promise<string> {
  const { config } = context;
  const [clusterConfig] = await renderTemplate('cluster.yaml', {
    cluster: config.cluster,
    region: config.region,
    kubernetesVersion: config.kubernetesVersion,
    supportType: await supportType(context),
    fargateProfile: config.fargateProfile,
    namespace: config.namespace,
    tags: mark(config, 'stack'),
    apiCidrs: config.apiCidrs,
  });
  return write(context, 'cluster', clusterConfig ?? {});
}

/**
 * Writes a configuration that holds one Fargate profile and nothing else, since `eksctl create fargateprofile` makes
 * every profile that it reads, and moves CoreDNS to Fargate when one of them selects kube-system.
 */
export const writeProfileConfig = (context: Context, { name, namespaces }: WantedProfile): Promise<string> =>
  writePart(context, `fargate-profile-${name}`, {
    fargateProfiles: [
      {
        name,
        selectors: namespaces.map((namespace) => ({ namespace })),
        tags: mark(context.config, 'Fargate profile'),
      },
    ],
  });

/** Writes a configuration that holds the controller's ServiceAccount and nothing else. Its policy must exist. */
export async function writeServiceAccountConfig(context: Context): Promise<string> {
  const { config } = context;
  return writePart(context, 'service-account', {
    iam: {
      withOIDC: true,
      serviceAccounts: [
        {
          metadata: { name: config.serviceAccount, namespace: controllerNamespace, labels: mark(config) },
          attachPolicyARNs: [await policyArn(context)],
          tags: mark(config, 'role'),
        },
      ],
    },
  });
}

/** The tags of the metadata reach every stack that eksctl makes for the part. */
const writePart = (context: Context, name: string, part: object): Promise<string> => {
  const { cluster, region } = context.config;
  return write(context, name, {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: cluster, region, tags: mark(context.config, 'stack') },
    ...part,
  });
};

async function write({ files }: Context, name: string, content: object): Promise<string> {
  const path = join(files, `${name}.yaml`);
  await writePrivateFile(path, stringify(content, { aliasDuplicateObjects: false }));
  return path;
}
