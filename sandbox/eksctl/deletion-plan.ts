import type { Stack } from '@aws-sdk/client-cloudformation';
import { accountStacks, deleteAccountTasks, deleteStackAndWait } from './account-tasks.ts';
import { canOperate, type ExistingCluster } from './aws/cluster.ts';
import { createOidcManager } from './aws/identity-provider.ts';
import { type Stacks, stackTags, tagOf } from './aws/stacks.ts';
import { notEmulated } from './failure.ts';
import { createKubernetes } from './kubernetes/client.ts';
import type { Session } from './session.ts';
import { type Task, type TaskTree, task, taskTree } from './tasks.ts';

/** A cluster on its way out, with its stack. */
export interface DoomedCluster {
  readonly session: Session;
  readonly existing: ExistingCluster;
  readonly stacks: Stacks;
  readonly clusterStack: Stack;
}

/** Service accounts with their roles, then the identity provider. */
async function identityTask({ session, existing, stacks }: DoomedCluster): Promise<Task[]> {
  if (!canOperate(existing.cluster)) return [];
  const { log } = session;
  const oidc = createOidcManager(session, existing);
  const found = await accountStacks(stacks);
  const present = found.length > 0 ? await accountStacks(stacks) : [];
  const names = present.map((stack) => tagOf(stack, stackTags.serviceAccount) ?? '');
  const accounts = deleteAccountTasks(names, present, true, {
    session,
    stacks,
    kubernetes: () => createKubernetes(existing.clients, existing.cluster),
    clusterName: existing.cluster.name ?? '',
  });
  const tasks = [
    ...(accounts.length > 0 ? [taskTree(accounts, { log, parallel: true, nested: true })] : []),
    ...((await oidc.exists()) ? [task('delete IAM OIDC provider', () => oidc.delete())] : []),
  ];
  return tasks.length > 0 ? [taskTree(tasks, { log, nested: true })] : [];
}

/** The role stacks of add-ons, all at once. */
async function addonTask({ session, stacks }: DoomedCluster, wait: boolean): Promise<Task[]> {
  const roles = (await stacks.list()).filter((stack) => tagOf(stack, stackTags.addon) !== undefined);
  const tasks = roles.map((stack) =>
    task(`delete addon IAM "${stack.StackName}"`, () =>
      wait ? deleteStackAndWait(stack, stacks, session) : stacks.delete(stack),
    ),
  );
  return tasks.length > 0 ? [taskTree(tasks, { log: session.log, parallel: true, nested: true })] : [];
}

/** Stacks of features that the rehearsal's eksctl does not emulate; it looks for them one by one. Throws Failure. */
async function refuseOtherStacks({ existing, stacks }: DoomedCluster): Promise<void> {
  const prefix = `^eksctl-${existing.cluster.name}-`;
  const kinds = [
    'capability-',
    'capability-iam-',
    ...(canOperate(existing.cluster) ? ['podidentityrole-'] : []),
  ];
  const names: (string | undefined)[] = [];
  for (const kind of kinds) {
    const pattern = new RegExp(prefix + kind);
    names.push(
      ...(await stacks.list()).map(({ StackName }) => StackName).filter((name) => pattern.test(name ?? '')),
    );
  }
  names.push(...(await stacks.names(new RegExp(`${prefix}accessentry-`))));
  if (names.length > 0) throw notEmulated(`the deletion of the stacks ${names.join(', ')}`);
}

/** The plan of `delete cluster` after load balancers and profiles (transcripts/eksctl/h8-delete-rk1-real-apiserver.txt). */
export async function planDeletion(cluster: DoomedCluster, wait: boolean): Promise<TaskTree> {
  const { session, existing, stacks, clusterStack } = cluster;
  const description = `delete cluster control plane "${existing.cluster.name}"${wait ? '' : ' [async]'}`;
  const deleteCluster = task(description, () =>
    wait ? deleteStackAndWait(clusterStack, stacks, session) : stacks.delete(clusterStack),
  );
  const tasks = [...(await identityTask(cluster)), ...(await addonTask(cluster, wait)), deleteCluster];
  await refuseOtherStacks(cluster);
  return taskTree(tasks, { log: session.log });
}
