import { Failure } from '../failure.ts';
import { logTypes } from './config.ts';
import { accountName, type ClusterConfig } from './types.ts';

const supportTypes = ['STANDARD', 'EXTENDED'];

/** The name rule of CloudFormation stacks (transcripts/eksctl/a20-bad-name.txt). Throws Failure. */
export function validateName(name: string): void {
  if (!/^[a-zA-Z][-a-zA-Z0-9]*$/.test(name))
    throw new Failure(
      `validation for ${name} failed, name must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
}

function validateServiceAccounts({ iam }: ClusterConfig): void {
  if (!iam.withOIDC && iam.serviceAccounts.length > 0)
    throw new Failure('iam.withOIDC must be enabled explicitly for iam.serviceAccounts to be created');
  const seen = new Set<string>();
  for (const [index, account] of iam.serviceAccounts.entries()) {
    const path = `iam.serviceAccounts[${index}]`;
    const name = accountName(account);
    if (account.metadata.name === '') throw new Failure(`${path}.name must be set`);
    if (seen.has(name))
      throw new Failure(`<namespace>/<name> of ${path} ${JSON.stringify(name)} is not unique`);
    seen.add(name);
    if (account.attachPolicyARNs.length === 0)
      throw new Failure(
        `${path}.wellKnownPolicies, ${path}.attachPolicyARNs,${path}.attachRoleARN  or ${path}.attachPolicy must be set`,
      );
  }
}

/** The rules of Fargate profiles. Throws Failure. */
function validateFargateProfiles(profiles: ClusterConfig['fargateProfiles']): void {
  for (const profile of profiles) {
    const subject = `invalid Fargate profile ${JSON.stringify(profile.name)}`;
    if (profile.name === undefined || profile.name === '')
      throw new Failure('invalid Fargate profile: empty name');
    if (profile.name.startsWith('eks-')) throw new Failure(`${subject}: name should NOT start with "eks-"`);
    if ((profile.selectors ?? []).length === 0) throw new Failure(`${subject}: no profile selector`);
    for (const [index, selector] of profile.selectors.entries())
      if (!selector.namespace)
        throw new Failure(`${subject}: invalid profile selector at index #${index}: empty namespace`);
  }
}

/** The rules that hold for every command that loads a config. Throws Failure in eksctl's words. */
export function validateConfig(config: ClusterConfig): void {
  const { supportType } = config.upgradePolicy ?? {};
  if (supportType !== undefined && supportType !== '' && !supportTypes.includes(supportType))
    throw new Failure('upgradePolicy.supportType must be either "STANDARD" or "EXTENDED"');
  validateServiceAccounts(config);
  for (const [index, type] of (config.cloudWatch?.clusterLogging?.enableTypes ?? []).entries())
    if (!logTypes.includes(type as (typeof logTypes)[number]))
      throw new Failure(
        `log type ${JSON.stringify(type)} (cloudWatch.clusterLogging.enableTypes[${index}]) is unknown`,
      );
  validateFargateProfiles(config.fargateProfiles);
}

/** Nothing runs without the VPC CNI: refused before any call (transcripts/eksctl/a9-refused-no-vpc-cni.txt). */
export function validateNetworkAddon(config: ClusterConfig): void {
  const withoutNetwork =
    config.addonsConfig.disableDefaultAddons === true &&
    !config.addons.some((addon) => addon.name === 'vpc-cni');
  if (withoutNetwork && (config.fargateProfiles.length > 0 || config.iam.serviceAccounts.length > 0))
    throw new Failure(
      'fields nodeGroups, managedNodeGroups, fargateProfiles, karpenter, gitops, iam.serviceAccounts, ' +
        'and iam.podIdentityAssociations are not supported during cluster creation in a cluster without VPC CNI ' +
        'if Auto Mode is disabled; please remove these fields and add them back after cluster creation is successful',
    );
}
