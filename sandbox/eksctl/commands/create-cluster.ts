import { openProvider, resolveVersion, supportedVersions } from '../aws/provider.ts';
import { createStacks } from '../aws/stacks.ts';
import { drawZones } from '../aws/zones.ts';
import { logTypes } from '../config/config.ts';
import { expandConfig, toYaml } from '../config/expand.ts';
import type { Document } from '../config/read.ts';
import { planSubnets } from '../config/subnets.ts';
import type { ClusterConfig } from '../config/types.ts';
import { validateConfig, validateName, validateNetworkAddon } from '../config/validate.ts';
import { type AddonPlan, createLateAddons, planAddons, planCreation } from '../creation-plan.ts';
import { Failure, messageOf, notEmulated } from '../failure.ts';
import { checkClients, writeKubeconfig } from '../kubernetes/kubeconfig.ts';
import { createNewCluster, type NewCluster } from '../new-cluster.ts';
import type { Session } from '../session.ts';
import { release } from '../version.ts';
import { readTarget, type Target } from './target.ts';

const endpointText = ({ publicAccess, privateAccess }: ClusterConfig['vpc']['clusterEndpoints']): string =>
  publicAccess && !privateAccess
    ? 'use default of {publicAccess=true, privateAccess=false}'
    : `use provided values {publicAccess=${publicAccess}, privateAccess=${privateAccess}}`;

/** Sections of the flag form; `--fargate` means the profile fp-default (transcripts/eksctl/a4-dryrun-fargate.txt). */
function sectionsOfFlags({ args }: Session): Document {
  if (args.string('config-file') !== '') return {};
  if (!args.bool('fargate') && !args.bool('without-nodegroup'))
    throw notEmulated('node groups: give --fargate or --without-nodegroup');
  const selectors = [{ namespace: 'default' }, { namespace: 'kube-system' }];
  const supportType = args.string('support-type');
  return {
    upgradePolicy: supportType === '' ? {} : { supportType },
    kubernetesNetworkConfig: { ipFamily: 'IPv4' },
    iam: { withOIDC: args.bool('with-oidc') },
    fargateProfiles: args.bool('fargate') ? [{ name: 'fp-default', selectors }] : [],
    availabilityZones: args.changed('zones') ? args.strings('zones') : undefined,
    cloudWatch: { clusterLogging: {} },
  };
}

/** Version and tags of the flag form belong to the metadata. */
function withMetadataFlags({ args }: Session, target: Target): ClusterConfig {
  const { config } = target;
  if (target.file !== undefined) return config;
  const metadata = {
    ...config.metadata,
    version: args.string('version') || undefined,
    tags: args.changed('tags') ? args.map('tags') : undefined,
  };
  return { ...config, metadata };
}

function logFeatures({ log }: Session, config: ClusterConfig): void {
  const { name, region } = config.metadata;
  const where = `cluster "${name}" in "${region}"`;
  log.info(`Kubernetes API endpoint access will ${endpointText(config.vpc.clusterEndpoints)} for ${where}`);
  const enabled = [...(config.cloudWatch?.clusterLogging?.enableTypes ?? [])].sort();
  if (enabled.length === 0) {
    log.info(`CloudWatch logging will not be enabled for ${where}`);
    log.info(
      `you can enable it with 'eksctl utils update-cluster-logging --enable-types={SPECIFY-YOUR-LOG-TYPES-HERE (e.g. all)} --region=${region} --cluster=${name}'`,
    );
    return;
  }
  const disabled = logTypes.filter((type) => !enabled.includes(type));
  const off = disabled.length === 0 ? 'no types disabled' : `disabled types: ${disabled.join(', ')}`;
  log.info(`configuring CloudWatch logging for ${where} (enabled types: ${enabled.join(', ')} & ${off})`);
}

async function chooseZones(
  session: Session,
  config: ClusterConfig,
  draw: () => Promise<string[]>,
): Promise<readonly string[]> {
  const given = config.availabilityZones ?? [];
  if (given.length === 1)
    throw new Failure(`only 1 zone(s) specified [${given.join(' ')}], 2 are required (can be non-unique)`);
  if (given.length > 0) return given;
  session.log.debug('determining availability zones');
  const zones = await draw();
  session.log.info(`setting availability zones to [${zones.join(' ')}]`);
  return zones;
}

/** kubeconfig, last add-ons, and a try of the client programs (facts/eksctl.md §4). */
async function finish(cluster: NewCluster, addons: AddonPlan): Promise<void> {
  const { session, config } = cluster;
  const { log, args, environment } = session;
  const { name, region } = config.metadata;
  log.info('waiting for the control plane to become ready');
  const file = args.bool('write-kubeconfig')
    ? args.string('kubeconfig') || environment.kubeconfig
    : undefined;
  if (file !== undefined)
    try {
      await writeKubeconfig(session, file, await cluster.existing());
      log.success(`saved kubeconfig as "${file}"`);
    } catch (error) {
      log.warning(
        `unable to write kubeconfig ${file}, please retry with 'eksctl utils write-kubeconfig -n ${name}': ${messageOf(error)}`,
      );
    }
  log.info('no tasks');
  log.success(`all EKS cluster resources for "${name}" have been created`);
  await createLateAddons(cluster, addons);
  try {
    await checkClients(session, file);
  } catch (error) {
    log.critical(`${messageOf(error)}\n`);
    log.info('cluster should be functional despite missing (or misconfigured) client binaries');
  }
  log.success(`EKS cluster "${name}" in "${region}" region is ready`);
}

// eksctl v0.230.0 pkg/utils/deprecation/auto_mode.go
const autoModeNotice =
  "Auto Mode will be enabled by default in an upcoming release of eksctl. This means managed node groups and managed networking add-ons will no longer be created by default. To maintain current behavior, explicitly set 'autoModeConfig.enabled: false' in your cluster configuration. Learn more: https://eksctl.io/usage/auto-mode/";

/** `eksctl create cluster` (facts/eksctl.md §3, §4, §8). One shot: it neither resumes nor cleans up. */
export async function createCluster(session: Session): Promise<void> {
  const { args, print } = session;
  const target = await readTarget(session, {
    clusterFlag: 'name',
    incompatible: ['tags', 'zones', 'fargate', 'with-oidc'],
    sections: sectionsOfFlags(session),
  });
  const loaded = withMetadataFlags(session, target);
  validateNetworkAddon(loaded);
  const provider = await openProvider(session, target.region);
  const version = resolveVersion(loaded.metadata.version, await supportedVersions(provider));
  const config: ClusterConfig = { ...loaded, metadata: { ...loaded.metadata, version } };
  validateConfig(config);
  const { name, region } = config.metadata;
  validateName(name);
  if (args.bool('dry-run')) {
    const quiet = { ...session, log: { ...session.log, debug: () => {}, info: () => {} } };
    const zones = await chooseZones(quiet, config, () => drawZones(provider.clients));
    print(toYaml(expandConfig(config, zones)));
    return;
  }
  const { log } = session;
  log.info(`eksctl version ${release}`);
  log.info(`using region ${region}`);
  const zones = await chooseZones(session, config, () => drawZones(provider.clients));
  const subnets = planSubnets(config.vpc.cidr, zones);
  for (const subnet of subnets)
    log.info(`subnets for ${subnet.zone} - public:${subnet.publicCidr} private:${subnet.privateCidr}`);
  if (config.autoModeConfig?.enabled === undefined) log.warning(autoModeNotice);
  log.info(`using Kubernetes version ${version}`);
  const modes = config.fargateProfiles.length > 0 ? ' with Fargate profile' : '';
  log.info(`creating EKS cluster "${name}" in "${region}" region${modes}`);
  const stacks = createStacks(provider.clients, session, config.metadata);
  log.info(
    `if you encounter any issues, check CloudFormation console or try 'eksctl utils describe-stacks --region=${region} --cluster=${name}'`,
  );
  logFeatures(session, config);
  const addons = planAddons(config);
  if (addons.unnamed.length > 0)
    log.info(
      `default addons ${addons.unnamed.join(', ')} were not specified, will install them as EKS addons`,
    );
  const cluster = createNewCluster({ session, provider, stacks, config, subnets });
  const plan = planCreation(cluster, addons);
  log.info(plan.describe());
  const errors = await plan.runAll();
  if (errors.length > 0) {
    log.warning(
      `${errors.length} error(s) occurred and cluster hasn't been created properly, you may wish to check CloudFormation console`,
    );
    log.info(`to cleanup resources, run 'eksctl delete cluster --region=${region} --name=${name}'`);
    for (const error of errors) log.critical(`${messageOf(error)}\n`);
    throw new Failure(`failed to create cluster "${name}"`);
  }
  await finish(cluster, addons);
}
