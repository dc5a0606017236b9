import type { Stack } from '@aws-sdk/client-cloudformation';
import { requireOutput, type Stacks, stackTags, tagOf } from './aws/stacks.ts';
import { waitForStack } from './aws/waiters.ts';
import { accountName, type ServiceAccount } from './config/types.ts';
import type { Kubernetes } from './kubernetes/client.ts';
import { deleteServiceAccount, putServiceAccount } from './kubernetes/service-accounts.ts';
import type { Session } from './session.ts';
import { type Task, task, taskTree } from './tasks.ts';
import { accountRoleTemplate, type IdentityProvider, roleOutput } from './templates/account-role.ts';

/** What the tasks on service accounts act through. */
export interface AccountContext {
  readonly session: Session;
  readonly stacks: Stacks;
  /** Asked for when a task runs: a plan is made before its cluster is there. */
  kubernetes(): Kubernetes | Promise<Kubernetes>;
  readonly clusterName: string;
}

/** The IRSA stacks of a cluster: those that carry the account's name as a tag, whatever their status. */
export const accountStacks = async (stacks: Stacks): Promise<Stack[]> =>
  (await stacks.list()).filter((stack) => tagOf(stack, stackTags.serviceAccount) !== undefined);

/** Creates the role stack of one account and returns the role's ARN. */
async function createRole(
  account: ServiceAccount,
  provider: IdentityProvider,
  { session, stacks, clusterName }: AccountContext,
): Promise<string> {
  const { namespace, name } = account.metadata;
  const stackName = `eksctl-${clusterName}-addon-iamserviceaccount-${namespace}-${name}`;
  const { region = '' } = session.environment;
  session.log.info(`building iamserviceaccount stack "${stackName}"`);
  const { roleName, permissionsBoundary, attachPolicyARNs } = account;
  const id = await stacks
    .create({
      name: stackName,
      template: accountRoleTemplate({
        subject: `serviceaccount "${accountName(account)}"`,
        namespace,
        name,
        provider,
        policyArns: attachPolicyARNs,
        roleName,
        permissionsBoundary,
      }),
      tags: { ...account.tags, [stackTags.serviceAccount]: accountName(account) },
      named: roleName !== undefined,
    })
    .catch((error: unknown) => {
      session.log.info(
        `an error occurred creating the stack, to cleanup resources, run 'eksctl delete iamserviceaccount --region=${region} --name=${name} --namespace=${namespace}'`,
      );
      throw error;
    });
  await waitForStack('StackCreateComplete', stackName, stacks, session);
  return requireOutput(await stacks.describe(id, stackName), roleOutput);
}

/** Role and service account, one after the other, for each account (transcripts/eksctl/d1, r3). */
export const createAccountTasks = (
  accounts: readonly ServiceAccount[],
  provider: () => IdentityProvider | Promise<IdentityProvider>,
  context: AccountContext,
): Task[] =>
  accounts.map((account) => {
    const name = accountName(account);
    const { log } = context.session;
    let roleArn = '';
    const steps = [
      task(`create IAM role for serviceaccount "${name}"`, async () => {
        roleArn = await createRole(account, await provider(), context);
      }),
      ...(account.roleOnly
        ? []
        : [
            task(`create serviceaccount "${name}"`, async () =>
              putServiceAccount(await context.kubernetes(), account, roleArn, log),
            ),
          ]),
    ];
    return taskTree(steps, { log, nested: true });
  });

/** Stack and service account of each name; without `wait` the stack goes on being deleted (transcripts/eksctl/d5, d16). */
export const deleteAccountTasks = (
  names: readonly string[],
  present: readonly Stack[],
  wait: boolean,
  { session, stacks, kubernetes }: AccountContext,
): Task[] =>
  names.map((name) => {
    const { log } = session;
    const [namespace = '', accountPart = ''] = name.split('/');
    const account = { metadata: { namespace, name: accountPart } };
    const stack = present.find((candidate) => tagOf(candidate, stackTags.serviceAccount) === name);
    const steps = [
      ...(stack === undefined
        ? []
        : [
            task(`delete IAM role for serviceaccount "${name}"${wait ? '' : ' [async]'}`, () =>
              wait ? deleteStackAndWait(stack, stacks, session) : stacks.delete(stack),
            ),
          ]),
      task(`delete serviceaccount "${name}"`, async () =>
        deleteServiceAccount(await kubernetes(), account, log),
      ),
    ];
    return taskTree(steps, { log, nested: true });
  });

/** Deletes a stack and waits until it is gone. */
export async function deleteStackAndWait(stack: Stack, stacks: Stacks, session: Session): Promise<void> {
  const { StackName = '' } = stack;
  await stacks.delete(stack);
  session.log.info(`waiting for stack "${StackName}" to get deleted`);
  await waitForStack('StackDeleteComplete', StackName, stacks, session);
}
