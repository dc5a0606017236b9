import {
  type AccountContext,
  accountStacks,
  createAccountTasks,
  deleteAccountTasks,
} from '../account-tasks.ts';
import { requireOperable } from '../aws/cluster.ts';
import { createOidcManager, type OidcManager } from '../aws/identity-provider.ts';
import { createStacks, stackTags, tagOf } from '../aws/stacks.ts';
import type { Document } from '../config/read.ts';
import { accountName, type ServiceAccount } from '../config/types.ts';
import { Failure, messageOf } from '../failure.ts';
import { createKubernetes } from '../kubernetes/client.ts';
import { findServiceAccount } from '../kubernetes/service-accounts.ts';
import type { Session } from '../session.ts';
import { type TaskTree, taskTree } from '../tasks.ts';
import { openTarget, type Target } from './target.ts';

interface Opened {
  readonly target: Target;
  readonly oidc: OidcManager;
  readonly context: AccountContext;
}

/** The flag form stands for a config with one account. */
function sectionsOfFlags({ args }: Session, policies: readonly string[]): Document {
  const name = args.name ?? args.string('name');
  return {
    iam: {
      withOIDC: true,
      serviceAccounts: [
        {
          metadata: { name, namespace: args.string('namespace') },
          attachPolicyARNs: policies,
          roleName: args.string('role-name') || undefined,
          roleOnly: args.bool('role-only'),
          tags: args.changed('tags') ? args.map('tags') : undefined,
        },
      ],
    },
  };
}

async function open(session: Session, policies: readonly string[]): Promise<Opened> {
  const { target, existing } = await openTarget(session, {
    clusterFlag: 'cluster',
    nameArgument: false,
    sections: sectionsOfFlags(session, policies),
  });
  requireOperable(existing);
  const { metadata } = target.config;
  return {
    target,
    oidc: createOidcManager(session, existing),
    context: {
      session,
      stacks: createStacks(existing.clients, session, metadata),
      kubernetes: () => createKubernetes(existing.clients, existing.cluster),
      clusterName: metadata.name,
    },
  };
}

const list = (names: readonly string[], separator: string): string => [...names].sort().join(separator);

function logSelection({ log }: Session, names: readonly string[], status: 'included' | 'excluded'): void {
  if (names.length === 0) return;
  const subject = names.length === 1 ? 'iamserviceaccount' : 'iamserviceaccounts';
  log.info(
    `${names.length} ${subject} (${list(names, ', ')}) ${names.length === 1 ? 'was' : 'were'} ${status} (based on the include/exclude rules)`,
  );
}

/** Runs the plan; a failure says less than it knows (transcripts/eksctl/d10-irsa-stack-fails.txt). */
async function perform({ log }: Session, tree: TaskTree, action: 'create' | 'delete'): Promise<void> {
  log.info(tree.describe());
  const errors = await tree.runAll();
  if (errors.length === 0) return;
  log.info(
    `${errors.length} error(s) occurred and IAM Role stacks haven't been ${action}d properly, you may wish to check CloudFormation console`,
  );
  for (const error of errors) log.critical(`${messageOf(error)}\n`);
  throw new Failure(`failed to ${action} iamserviceaccount(s)`);
}

function warnAboutPlan({ log }: Session, plan: boolean): void {
  if (plan) log.warning("no changes were applied, run again with '--approve' to apply the changes");
}

function requireFlags({ args }: Session): void {
  if (args.string('config-file') !== '') return;
  if (args.string('name') !== '' && args.name !== undefined)
    throw new Failure(
      `--name=${args.string('name')} and argument ${args.name} cannot be used at the same time`,
    );
  if (args.string('cluster') === '') throw new Failure('--cluster must be set');
  if ((args.name ?? args.string('name')) === '') throw new Failure('--name must be set');
}

/** Accounts with a stack, in whatever state, and, unless overridden, accounts that Kubernetes has already. */
async function findExisting(
  accounts: readonly ServiceAccount[],
  { session, stacks, kubernetes }: AccountContext,
): Promise<string[]> {
  const existing = (await accountStacks(stacks)).map((stack) => tagOf(stack, stackTags.serviceAccount) ?? '');
  if (!session.args.bool('override-existing-serviceaccounts'))
    for (const account of accounts)
      if (!account.roleOnly && (await findServiceAccount(await kubernetes(), account)) !== undefined)
        existing.push(accountName(account));
  return [...new Set(existing)];
}

/**
 * `eksctl create iamserviceaccount` (facts/eksctl.md §6). An account with a stack is excluded and nothing is
 * done about it, with exit code 0: neither a missing ServiceAccount nor another policy nor a rolled-back stack counts.
 */
export async function createIamServiceAccount(session: Session): Promise<void> {
  const { args, log } = session;
  requireFlags(session);
  const policies = args.strings('attach-policy-arn');
  if (args.string('config-file') === '' && policies.length === 0)
    throw new Failure('--attach-policy-arn or --attach-role-arn must be set');
  const { target, oidc, context } = await open(session, policies);
  const { config, region } = target;
  if (!(await oidc.exists())) {
    log.warning(
      `no IAM OIDC provider associated with cluster, try 'eksctl utils associate-iam-oidc-provider --region=${region} --cluster=${config.metadata.name}'`,
    );
    throw new Failure('unable to create iamserviceaccount(s) without IAM OIDC provider enabled');
  }
  const { serviceAccounts } = config.iam;
  const existing = await findExisting(serviceAccounts, context);
  if (existing.length > 0)
    log.info(`${existing.length} existing iamserviceaccount(s) (${list(existing, ',')}) will be excluded`);
  const included = serviceAccounts.filter((account) => !existing.includes(accountName(account)));
  const excluded = serviceAccounts.filter((account) => !included.includes(account));
  logSelection(session, included.map(accountName), 'included');
  logSelection(session, excluded.map(accountName), 'excluded');
  const override = args.bool('override-existing-serviceaccounts');
  if (args.bool('role-only')) {
    log.warning(
      'serviceaccounts in Kubernetes will not be created or modified, since the option --role-only is used',
    );
    if (override)
      log.warning(
        'when option --role-only is used passing --override-existing-serviceaccounts has no effect',
      );
  } else
    log.warning(
      override
        ? 'metadata of serviceaccounts that exist in Kubernetes will be updated, as --override-existing-serviceaccounts was set'
        : 'serviceaccounts that exist in Kubernetes will be excluded, use --override-existing-serviceaccounts to override',
    );
  const plan = !args.bool('approve');
  const tasks = createAccountTasks(included, () => oidc, context);
  await perform(session, taskTree(tasks, { log, parallel: true, plan }), 'create');
  warnAboutPlan(session, plan && included.length > 0);
}

/** Compares the file with the stacks, as `delete iamserviceaccount -f` does first. */
async function selectFromFile(target: Target, { session, stacks }: AccountContext): Promise<string[]> {
  const { log } = session;
  const wanted = target.config.iam.serviceAccounts.map(accountName);
  log.info(
    `comparing ${wanted.length} iamserviceaccounts defined in the given config ("${target.file}") against remote state`,
  );
  const remote = (await accountStacks(stacks)).map((stack) => tagOf(stack, stackTags.serviceAccount) ?? '');
  for (const name of wanted.filter((candidate) => !remote.includes(candidate)))
    log.info(`iamserviceaccounts "${name}" present in the given config, but missing in the cluster`);
  for (const name of remote.filter((candidate) => !wanted.includes(candidate)))
    log.info(`iamserviceaccounts "${name}" present in the cluster, but missing from the given config`);
  const excluded = wanted.filter((name) => !remote.includes(name));
  const included = wanted.filter((name) => remote.includes(name));
  logSelection(session, included, 'included');
  logSelection(session, excluded, 'excluded');
  return included;
}

/** `eksctl delete iamserviceaccount` (facts/eksctl.md §6, transcripts/eksctl/d5, d5b, d12, d16). */
export async function deleteIamServiceAccount(session: Session): Promise<void> {
  const { args, log } = session;
  requireFlags(session);
  const fromFile = args.string('config-file') !== '';
  if (!fromFile && args.changed('approve'))
    throw new Failure('cannot use --approve unless a config file is specified via --config-file/-f');
  // The empty policy only satisfies the general validation of accounts.
  const { target, oidc, context } = await open(session, ['']);
  if (fromFile && !target.config.iam.withOIDC)
    throw new Failure(`'iam.withOIDC' is not enabled in "${target.file}"`);
  if (!(await oidc.exists()))
    throw new Failure('unable to delete iamserviceaccount(s) without IAM OIDC provider enabled');
  const names = fromFile
    ? await selectFromFile(target, context)
    : target.config.iam.serviceAccounts.map(accountName);
  if (!fromFile) logSelection(session, names, 'included');
  const plan = fromFile && !args.bool('approve');
  const present = await accountStacks(context.stacks);
  const tasks = deleteAccountTasks([...names].sort(), present, args.bool('wait'), context);
  await perform(session, taskTree(tasks, { log, parallel: true, plan }), 'delete');
  warnAboutPlan(session, plan && tasks.length > 0);
}
