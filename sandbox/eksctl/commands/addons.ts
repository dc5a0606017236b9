import { paginateListAddons } from '@aws-sdk/client-eks';
import { type AddonContext, createAddon, findAddon } from '../addons.ts';
import { createOidcManager } from '../aws/identity-provider.ts';
import { describeCluster } from '../aws/provider.ts';
import { createStacks } from '../aws/stacks.ts';
import { Failure, notEmulated, wrap } from '../failure.ts';
import { createKubernetes } from '../kubernetes/client.ts';
import { type Column, render } from '../output.ts';
import type { Session } from '../session.ts';
import { openTarget } from './target.ts';

/** `eksctl create addon` (transcripts/eksctl/k4c-create-addon-f.txt, r2-resume-addon-f.txt). */
export async function createAddons(session: Session): Promise<void> {
  const { args, log } = session;
  const { target, existing } = await openTarget(session, {
    clusterFlag: 'cluster',
    nameArgument: false,
    sections:
      args.string('config-file') === ''
        ? { addons: [{ name: args.string('name'), version: args.string('version') || undefined }] }
        : undefined,
  });
  const { addons, metadata } = target.config;
  if (addons.length === 0) throw new Failure('no addons specified');
  if (addons.some(({ name }) => !name)) throw new Failure('name is required');
  const { clients, partition } = existing;
  const oidc = createOidcManager(session, existing);
  const associated = await oidc.exists();
  // Whether pods can have identities: by Auto Mode, or by this add-on.
  await describeCluster(existing, metadata.name);
  await findAddon(clients, metadata.name, 'eks-pod-identity-agent');
  const { version = '' } = await describeCluster(existing, metadata.name).catch((error: unknown) => {
    throw wrap(`failed to fetch cluster "${metadata.name}" version`, error);
  });
  log.info(`Kubernetes version "${version}" in use by cluster "${metadata.name}"`);
  const context: AddonContext = {
    session,
    clients,
    stacks: createStacks(clients, session, metadata),
    clusterName: metadata.name,
    kubernetesVersion: version,
    partition,
    oidc: associated ? oidc : undefined,
  };
  const kubernetes = createKubernetes(clients, existing.cluster);
  for (const addon of addons)
    await createAddon(addon, { force: args.bool('force'), wait: true, kubernetes }, context);
}

interface Summary {
  readonly Name: string;
  readonly Version: string;
  readonly NewerVersion: string;
  readonly IAMRole: string;
  readonly Status: string;
  readonly ConfigurationValues: string;
  readonly NamespaceConfig: null;
  readonly Issues: readonly { Code: string; Message: string; ResourceIDs: readonly string[] }[] | null;
  readonly PodIdentityAssociations: null;
}

const columns: readonly Column<Summary>[] = [
  ['NAME', ({ Name }) => Name],
  ['VERSION', ({ Version }) => Version],
  ['STATUS', ({ Status }) => Status],
  ['ISSUES', ({ Issues }) => String(Issues?.length ?? 0)],
  ['IAMROLE', ({ IAMRole }) => IAMRole],
  ['UPDATE AVAILABLE', ({ NewerVersion }) => NewerVersion],
  ['CONFIGURATION VALUES', ({ ConfigurationValues }) => ConfigurationValues],
  ['NAMESPACE', () => '-'],
  ['POD IDENTITY ASSOCIATION ROLES', () => ''],
];

async function summarize(
  { clients }: { readonly clients: AddonContext['clients'] },
  clusterName: string,
  name: string,
): Promise<Summary> {
  const addon = await findAddon(clients, clusterName, name);
  if (addon === undefined)
    throw new Failure(
      `failed to get addon "${name}": ResourceNotFoundException: No addon: ${name} found in cluster: ${clusterName}`,
    );
  if ((addon.podIdentityAssociations ?? []).length > 0) throw notEmulated('add-ons with pod identities');
  const issues = addon.health?.issues ?? [];
  return {
    Name: name,
    Version: addon.addonVersion ?? '',
    NewerVersion: '',
    IAMRole: addon.serviceAccountRoleArn ?? '',
    Status: addon.status ?? '',
    ConfigurationValues: addon.configurationValues ?? '',
    NamespaceConfig: null,
    Issues:
      issues.length === 0
        ? null
        : issues.map(({ code = '', message = '', resourceIds = [] }) => ({
            Code: code,
            Message: message,
            ResourceIDs: resourceIds,
          })),
    PodIdentityAssociations: null,
  };
}

/** `eksctl get addon`; with `-o json` its log goes to stderr (transcripts/eksctl/e4c-get-addon.txt). */
export async function getAddon(session: Session): Promise<void> {
  const { args, log, print } = session;
  const { target, existing } = await openTarget(session, {
    clusterFlag: 'cluster',
    nameArgument: false,
    compatible: ['name'],
  });
  const { name: clusterName } = target.config.metadata;
  const { version = '' } = await describeCluster(existing, clusterName);
  log.info(`Kubernetes version "${version}" in use by cluster "${clusterName}"`);
  const names: string[] = [];
  if (args.string('name') !== '') names.push(args.string('name'));
  else {
    log.info('getting all addons');
    for await (const page of paginateListAddons({ client: existing.clients.eks }, { clusterName }))
      names.push(...(page.addons ?? []));
  }
  const found: Summary[] = [];
  for (const name of names) found.push(await summarize(existing, clusterName, name));
  if (found.length > 0)
    log.info(
      'to see issues for an addon run `eksctl get addon --name <addon-name> --cluster <cluster-name>`',
    );
  print(render(args.string('output'), 'addons', found, { rows: found, columns }));
}
