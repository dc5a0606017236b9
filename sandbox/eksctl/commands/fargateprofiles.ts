import type { Stack } from '@aws-sdk/client-cloudformation';
import type { FargateProfile as EksFargateProfile } from '@aws-sdk/client-eks';
import { reloadNetwork } from '../aws/network.ts';
import { createStacks, outputOf, type Stacks } from '../aws/stacks.ts';
import type { Document } from '../config/read.ts';
import { Failure, notEmulated, wrap } from '../failure.ts';
import {
  createFargateProfiles,
  deleteFargateProfile as deleteProfile,
  describeFargateProfile,
  listFargateProfiles,
} from '../fargate.ts';
import { createKubernetes } from '../kubernetes/client.ts';
import { scheduleCoredns } from '../kubernetes/coredns.ts';
import { type Column, render } from '../output.ts';
import type { Session } from '../session.ts';
import { openExisting, openTarget, readTarget } from './target.ts';

/** The profile's name by flag or argument; not both. Throws Failure. */
function profileName({ args }: Session): string {
  const flag = args.string('name');
  if (flag !== '' && args.name !== undefined)
    throw new Failure(`--name=${flag} and argument ${args.name} cannot be used at the same time`);
  return args.name ?? flag;
}

function sectionsOfFlags(session: Session): Document {
  const { args } = session;
  const name = profileName(session);
  const namespace = args.string('namespace');
  if (name === '') throw notEmulated('generated Fargate profile names: give --name');
  if (name.startsWith('eks-'))
    throw new Failure('invalid Fargate profile: name should NOT start with "eks-"');
  if (namespace === '') throw new Failure('invalid Fargate profile: empty selector namespace');
  const labels = args.changed('labels') ? args.map('labels') : undefined;
  return { fargateProfiles: [{ name, selectors: [{ namespace, labels }], tags: args.map('tags') }] };
}

const requireCluster = ({ args }: Session): void => {
  if (args.string('config-file') === '' && args.string('cluster') === '')
    throw new Failure('--cluster must be set');
};

/** The role that the cluster's stack made for Fargate, read anew. Throws Failure. */
async function podExecutionRole(stacks: Stacks): Promise<{ stack: Stack; arn: string }> {
  const stack = (await stacks.list()).find(({ StackName }) => StackName === stacks.clusterStackName);
  const arn = stack && outputOf(stack, 'FargatePodExecutionRoleARN');
  if (stack === undefined || arn === undefined)
    throw notEmulated('Fargate profiles in a cluster whose stack has no FargatePodExecutionRoleARN');
  return { stack, arn };
}

/** `eksctl create fargateprofile` (facts/eksctl.md §7, transcripts/eksctl/e1, e2, k6b, r4). */
export async function createFargateProfile(session: Session): Promise<void> {
  requireCluster(session);
  const fromFile = session.args.string('config-file') !== '';
  const target = await readTarget(session, {
    clusterFlag: 'cluster',
    nameArgument: false,
    incompatible: ['labels', 'namespace'],
    sections: fromFile ? undefined : sectionsOfFlags(session),
  });
  const existing = await openExisting(session, target).catch((error: unknown) => {
    throw wrap("couldn't create cluster provider from command line options", error);
  });
  const { config } = target;
  const stacks = createStacks(existing.clients, session, config.metadata);
  const role = await podExecutionRole(stacks);
  await reloadNetwork(existing, role.stack, config.metadata.name);
  const { arn } = await podExecutionRole(stacks);
  await createFargateProfiles(session, existing.clients, config, arn).catch((error: unknown) => {
    throw wrap('could not create fargate profiles', error);
  });
  const kubernetes = createKubernetes(existing.clients, existing.cluster);
  await scheduleCoredns(kubernetes, config.fargateProfiles, session);
}

/** `eksctl delete fargateprofile`: not idempotent (facts/eksctl.md §7). */
export async function deleteFargateProfile(session: Session): Promise<void> {
  requireCluster(session);
  const { args, log } = session;
  const name = profileName(session);
  if (name === '') throw new Failure('invalid Fargate profile: empty name');
  const { target, existing } = await openTarget(session, {
    clusterFlag: 'cluster',
    nameArgument: false,
    compatible: ['name'],
  });
  const clusterName = target.config.metadata.name;
  const wait = args.bool('wait');
  const message = `deleting Fargate profile "${name}" on EKS cluster "${clusterName}"`;
  if (wait) log.info(message);
  else log.debug(message);
  await deleteProfile(session, existing.clients, clusterName, name, wait);
  log.info(`deleted Fargate profile "${name}" on EKS cluster "${clusterName}"`);
}

interface Found {
  readonly name?: string;
  readonly podExecutionRoleARN?: string;
  readonly selectors: readonly { readonly namespace?: string; readonly labels?: Record<string, string> }[];
  readonly subnets?: readonly string[];
  readonly tags?: Record<string, string>;
  readonly status?: string;
}

type Row = Found & { readonly selector: Found['selectors'][number] };

const orAbsent = <T extends object>(value: T | undefined): T | undefined =>
  value === undefined || Object.keys(value).length === 0 ? undefined : value;

const toFound = (profile: EksFargateProfile): Found => ({
  name: profile.fargateProfileName,
  podExecutionRoleARN: profile.podExecutionRoleArn,
  selectors: (profile.selectors ?? []).map(({ namespace, labels }) => ({
    namespace,
    labels: orAbsent(labels),
  })),
  subnets: orAbsent(profile.subnets),
  tags: orAbsent(profile.tags),
  status: profile.status,
});

const pairs = (map: Record<string, string> | undefined): string =>
  Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',') || '<none>';

const columns: readonly Column<Row>[] = [
  ['NAME', ({ name }) => name ?? ''],
  ['SELECTOR_NAMESPACE', ({ selector }) => selector.namespace ?? ''],
  ['SELECTOR_LABELS', ({ selector }) => pairs(selector.labels)],
  ['POD_EXECUTION_ROLE_ARN', ({ podExecutionRoleARN }) => podExecutionRoleARN ?? ''],
  ['SUBNETS', ({ subnets }) => subnets?.join(',') ?? '<none>'],
  ['TAGS', ({ tags }) => pairs(tags)],
  ['STATUS', ({ status }) => status ?? ''],
];

/** `eksctl get fargateprofile` (transcripts/eksctl/e4-get-fp.txt). */
export async function getFargateProfile(session: Session): Promise<void> {
  requireCluster(session);
  const { args, print } = session;
  const name = profileName(session);
  const { target, existing } = await openTarget(session, {
    clusterFlag: 'cluster',
    nameArgument: false,
    compatible: ['name'],
  });
  const clusterName = target.config.metadata.name;
  const names = name === '' ? await listFargateProfiles(existing.clients, clusterName) : [name];
  const found: Found[] = [];
  for (const profile of names)
    found.push(toFound(await describeFargateProfile(existing.clients, clusterName, profile)));
  const rows = found.flatMap((profile) => profile.selectors.map((selector) => ({ ...profile, selector })));
  print(render(args.string('output'), 'fargateprofiles', found, { rows, columns }));
}
