import {
  CreateAddonCommand,
  DescribeAddonCommand,
  DescribeAddonConfigurationCommand,
  DescribeAddonVersionsCommand,
  type Addon as EksAddon,
  type ResolveConflicts,
  UpdateAddonCommand,
} from '@aws-sdk/client-eks';
import type { AwsClients } from './aws/clients.ts';
import { isNotFound, isValidationError } from './aws/errors.ts';
import type { OidcManager } from './aws/identity-provider.ts';
import { requireOutput, type Stacks, stackTags } from './aws/stacks.ts';
import { waitAsSdk, waitForStack } from './aws/waiters.ts';
import type { Addon } from './config/types.ts';
import { Failure, notEmulated, wrap } from './failure.ts';
import type { Kubernetes } from './kubernetes/client.ts';
import type { Session } from './session.ts';
import { accountRoleTemplate, roleOutput } from './templates/account-role.ts';

/** What add-ons are created with. */
export interface AddonContext {
  readonly session: Session;
  readonly clients: AwsClients;
  readonly stacks: Stacks;
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  readonly partition: string;
  /** Undefined while the cluster has no provider in IAM. */
  readonly oidc: OidcManager | undefined;
}

const networkAddon = 'vpc-cni';

/** The add-ons of a cluster whose config names none (facts/eksctl.md §3). */
export const defaultAddons = ['vpc-cni', 'coredns', 'kube-proxy', 'metrics-server'] as const;

/** The add-ons that eksctl creates before everything else. */
export const isEarlyAddon = ({ name }: Addon): boolean =>
  /^(vpc-cni|coredns|kube-proxy|eks-pod-identity-agent)$/.test(name);

/** The add-on, or undefined. */
export async function findAddon(
  { eks }: AwsClients,
  clusterName: string,
  addonName: string,
): Promise<EksAddon | undefined> {
  try {
    return (await eks.send(new DescribeAddonCommand({ clusterName, addonName }))).addon;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw wrap('failed to describe addon', error);
  }
}

/** The default version for the cluster's Kubernetes, or the one that the config asks for. Throws Failure. */
async function resolveVersion(
  addon: Addon,
  { clients, kubernetesVersion }: AddonContext,
): Promise<{ version: string; needsPermissions: boolean }> {
  const { addons = [] } = await clients.eks.send(
    new DescribeAddonVersionsCommand({ addonName: addon.name, kubernetesVersion }),
  );
  const versions = addons[0]?.addonVersions ?? [];
  if (versions.length === 0) throw new Failure(`no versions available for "${addon.name}"`);
  const wanted = addon.version ?? '';
  if (wanted === 'latest') throw notEmulated('add-on version "latest"');
  const match = versions.find((candidate) =>
    wanted === ''
      ? candidate.compatibilities?.[0]?.defaultVersion
      : candidate.addonVersion === wanted || candidate.addonVersion?.includes(wanted),
  );
  if (match?.addonVersion === undefined)
    throw new Failure(`no version(s) found matching "${wanted}" for "${addon.name}"`);
  return { version: match.addonVersion, needsPermissions: match.requiresIamPermissions ?? false };
}

const roleStackName = (clusterName: string, addon: string): string => `eksctl-${clusterName}-addon-${addon}`;

/** The VPC CNI's role, in a stack of its own (transcripts/eksctl/b2-create-c2-inline-sa.txt). */
async function createNetworkRole(
  oidc: OidcManager,
  { session, stacks, clusterName, partition }: AddonContext,
): Promise<string> {
  const name = roleStackName(clusterName, networkAddon);
  const id = await stacks.create({
    name,
    template: accountRoleTemplate({
      subject: `"${networkAddon}"`,
      namespace: 'kube-system',
      name: 'aws-node',
      provider: oidc,
      policyArns: [`arn:${partition}:iam::aws:policy/AmazonEKS_CNI_Policy`],
    }),
    tags: { [stackTags.addon]: networkAddon },
  });
  await waitForStack('StackCreateComplete', name, stacks, session);
  return requireOutput(await stacks.describe(id, name), roleOutput);
}

/** Settles the role of an add-on that needs one, with eksctl's warnings (transcripts/eksctl/k4c, r2). */
async function permissionsFor(
  addon: Addon,
  version: string,
  context: AddonContext,
): Promise<string | undefined> {
  const { log } = context.session;
  const { podIdentityConfiguration = [] } = await context.clients.eks
    .send(new DescribeAddonConfigurationCommand({ addonName: addon.name, addonVersion: version }))
    .catch((error: unknown) => {
      throw wrap(`failed to describe configuration for "${addon.name}" addon`, error);
    });
  const supportsPodIdentity = podIdentityConfiguration.length > 0;
  if (addon.name !== networkAddon) throw notEmulated(`the IAM permissions of add-on "${addon.name}"`);
  const recommended = `the recommended way to provide IAM permissions for "${addon.name}" addon is via pod identity associations; after addon creation is completed, `;
  if (context.oidc === undefined) {
    const suggestion = supportsPodIdentity
      ? `${recommended}add all recommended policies to the config file, under \`addon.PodIdentityAssociations\`, and run \`eksctl update addon\``
      : 'users are responsible for attaching the policies to all nodegroup roles';
    log.warning(
      `recommended policies were found for "${addon.name}" addon, but since OIDC is disabled on the cluster, eksctl cannot configure the requested permissions; ${suggestion}`,
    );
    return undefined;
  }
  if (supportsPodIdentity) log.warning(`${recommended}run \`eksctl utils migrate-to-pod-identity\``);
  log.info(`creating role using recommended policies for "${addon.name}" addon`);
  return createNetworkRole(context.oidc, context);
}

/** Waits until the add-on is ACTIVE; CoreDNS is not waited for in a cluster without nodes. Throws Failure. */
async function waitUntilActive(name: string, { session, clients, clusterName }: AddonContext): Promise<void> {
  if (name === 'coredns') return;
  let status: string | undefined;
  try {
    await waitAsSdk(session.clock, {
      name: 'AddonActive',
      minDelay: 10,
      maxDelay: 120,
      timeout: session.args.timeout,
      poll: async () => {
        status = (await findAddon(clients, clusterName, name))?.status;
        if (status === 'ACTIVE') return 'done';
        return status === 'CREATE_FAILED' || status === 'DEGRADED' ? 'failed' : 'again';
      },
    });
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith('exceeded max wait time'))
      throw new Failure(`timed out waiting for addon "${name}" to become active, status: "${status}"`);
    if (message.startsWith('waiter state')) throw new Failure(`addon status transitioned to "${status}"`);
    throw error;
  }
  session.log.info(`addon "${name}" active`);
}

const conflicts: Readonly<Record<string, ResolveConflicts>> = {
  none: 'NONE',
  overwrite: 'OVERWRITE',
  preserve: 'PRESERVE',
};

/** How an add-on is created: by `create cluster` it replaces what is there and is not waited for. */
export interface AddonOptions {
  readonly force: boolean;
  readonly wait: boolean;
  /** Where to look for a hand-installed aws-node; `create cluster` does not look. */
  readonly kubernetes?: Kubernetes;
}

/** eksctl takes its own field manager off aws-node; the rehearsal has no such object yet. */
async function checkNetworkPods(kubernetes: Kubernetes): Promise<void> {
  const namespaced = [
    '/api/v1/namespaces/kube-system/serviceaccounts',
    '/apis/apps/v1/namespaces/kube-system/daemonsets',
  ];
  for (const path of namespaced) {
    const object = await kubernetes.find(`${path}/aws-node`);
    if (object?.metadata.managedFields?.some(({ manager }) => manager === 'eksctl'))
      throw notEmulated('an aws-node that eksctl manages');
  }
}

/** Creates one add-on unless it is there (transcripts/eksctl/k4c-create-addon-f.txt). Throws Failure. */
export async function createAddon(addon: Addon, options: AddonOptions, context: AddonContext): Promise<void> {
  const { session, clients, clusterName } = context;
  const { log } = session;
  const present = await findAddon(clients, clusterName, addon.name);
  if (present !== undefined && present.status !== 'CREATE_FAILED') {
    log.info(
      `"${addon.name}" addon is already present on the cluster, as an EKS managed addon, skipping creation`,
    );
    return;
  }
  const { version, needsPermissions } = await resolveVersion(addon, context);
  if (!options.force && /^(coredns|kube-proxy|vpc-cni)$/.test(addon.name))
    log.info(
      'when creating an addon to replace an existing application, e.g. CoreDNS, kube-proxy & VPC-CNI the --force flag will ensure the currently deployed configuration is replaced',
    );
  const role = needsPermissions ? await permissionsFor(addon, version, context) : undefined;
  if (options.kubernetes !== undefined && addon.name === networkAddon)
    await checkNetworkPods(options.kubernetes);
  log.info(`creating addon: ${addon.name}`);
  await clients.eks
    .send(
      new CreateAddonCommand({
        clusterName,
        addonName: addon.name,
        addonVersion: version,
        configurationValues: addon.configurationValues,
        resolveConflicts: options.force ? 'OVERWRITE' : conflicts[addon.resolveConflicts ?? ''],
        serviceAccountRoleArn: role,
        tags: addon.tags,
      }),
    )
    .catch((error: unknown) => {
      throw wrap(`failed to create "${addon.name}" addon`, error);
    });
  if (options.wait) await waitUntilActive(addon.name, context);
  else log.info(`successfully created addon: ${addon.name}`);
}

/**
 * Gives the VPC CNI its role once the identity provider is there (the task
 * `update VPC CNI to use IRSA if required` of create cluster). Throws Failure.
 */
export async function updateNetworkAddon(addon: Addon, context: AddonContext): Promise<void> {
  const { session, clients, stacks, clusterName, oidc } = context;
  await waitUntilActive(addon.name, context).catch((error: unknown) => {
    throw wrap(`waiting for "${addon.name}" to become active`, error);
  });
  const present = await findAddon(clients, clusterName, addon.name);
  const { version } = await resolveVersion(
    { ...addon, version: addon.version ?? present?.addonVersion },
    context,
  );
  const stackName = roleStackName(clusterName, addon.name);
  const known = await stacks.describe(stackName).catch((error: unknown) => {
    if (isValidationError(error)) return undefined;
    throw wrap('failed to get stack', error);
  });
  if (known !== undefined) throw notEmulated(`the update of the existing stack "${stackName}"`);
  if (oidc === undefined) throw new Failure('unable to update addon: IAM OIDC provider is not enabled');
  const serviceAccountRoleArn = await createNetworkRole(oidc, context);
  session.log.info('updating addon');
  await clients.eks
    .send(
      new UpdateAddonCommand({
        clusterName,
        addonName: addon.name,
        addonVersion: version,
        configurationValues: addon.configurationValues,
        resolveConflicts: 'OVERWRITE',
        serviceAccountRoleArn,
      }),
    )
    .catch((error: unknown) => {
      throw wrap(`failed to update addon "${addon.name}"`, error);
    });
  await waitUntilActive(addon.name, context);
}
