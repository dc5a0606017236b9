import { GetTemplateCommand, type Stack } from '@aws-sdk/client-cloudformation';
import {
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { type ForeignController, findForeignController } from '../adoption/foreign-controller.ts';
import { orAbsent } from '../aws/absent.ts';
import { canAsk, describeCluster } from '../aws/cluster.ts';
import {
  deleteStack,
  describeStack,
  stackFailure,
  stackNames,
  stackPhase,
  stackProgress,
} from '../aws/stacks.ts';
import type { Context } from '../context.ts';
import { isOurs, mark } from '../ownership.ts';
import { controllerNamespace } from '../pins.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { stsAudience } from './associate-oidc-provider.ts';
import { writeServiceAccountConfig } from './cluster-config.ts';
import { policyArn } from './create-policy.ts';
import { type State, type Step, state } from './step.ts';

/** The annotation that makes EKS give a pod the role's credentials (IAM roles for service accounts). */
export const roleAnnotation = 'eks.amazonaws.com/role-arn';

/**
 * Step 3 of the walkthrough: the controller's ServiceAccount and its role. eksctl reports success when it did nothing,
 * so stack, role, trust, policy and annotation are each looked at.
 */
export const createServiceAccount: Step = {
  id: 'service-account',
  title: "Create the controller's ServiceAccount and role",
  subject: 'ServiceAccount and role of the controller',
  command: 'iam',
  needs: ['policy', 'system-profile', 'api'],
  deadline: 900,
  async check(context) {
    const stack = await describeStack(context, stackName(context));
    const cluster = await describeCluster(context);
    const account = canAsk(context, cluster) ? await getServiceAccount(context) : undefined;
    if (!stack) return withoutStack(context, account, await findForeignController(context));
    if (!isOurs(context.config, stack.Tags)) {
      const controller = await findForeignController(context);
      if (controller) return notNeeded(controller);
      return state.inTheWay(
        `stack ${stack.StackName} belongs to somebody else`,
        'use another --service-account',
      );
    }
    const phase = stackPhase(stack);
    if (phase === 'in progress') return state.pending(await stackProgress(context, stack));
    if (phase === 'failed') return state.broken(await stackFailure(context, stack));
    return checkRole(context, stack, account);
  },
  async apply(context, found) {
    if (found.status === 'absent') {
      await context.eksctl.createServiceAccounts(await writeServiceAccountConfig(context));
      return;
    }
    const stack = await describeStack(context, stackName(context));
    const RoleName = roleNameOf(stack);
    await context.aws.iam.send(
      new AttachRolePolicyCommand({ RoleName, PolicyArn: await policyArn(context) }),
    );
    // Not by eksctl: for a stack that exists it has "no tasks", whatever became of the ServiceAccount.
    await context.kubectl.apply([serviceAccountManifest(context, roleArnOf(stack))]);
  },
  async remove(context) {
    const { config, kubectl } = context;
    const cluster = await describeCluster(context);
    await detachOthers(context);
    if (canAsk(context, cluster)) {
      const account = await getServiceAccount(context);
      const stack = await describeStack(context, stackName(context));
      if (stack && isOurs(config, stack.Tags)) {
        await context.eksctl.deleteServiceAccount(config.cluster, controllerNamespace, config.serviceAccount);
      } else if (account && isOurs(config, account.metadata.labels)) {
        await kubectl.delete('ServiceAccount', config.serviceAccount, controllerNamespace);
      }
    }
    await deleteStack(context, stackName(context));
  },
};

/**
 * Detaches from the role what is not in its stack's template, as the policy of another --policy-name: IAM deletes no role
 * that has a policy, and CloudFormation detaches only those that it attached.
 */
async function detachOthers(context: Context): Promise<void> {
  const { iam, cloudFormation } = context.aws;
  const stack = await describeStack(context, stackName(context));
  const RoleName = roleNameOf(stack);
  if (!RoleName || !isOurs(context.config, stack?.Tags)) return;
  const attached = await orAbsent(
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    'NoSuchEntityException',
  );
  const { TemplateBody = '' } = await cloudFormation.send(
    new GetTemplateCommand({ StackName: stack?.StackId }),
  );
  for (const { PolicyArn = '' } of attached?.AttachedPolicies ?? []) {
    if (!TemplateBody.includes(`"${PolicyArn}"`))
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  }
}

const stackName = ({ config }: Context): string =>
  stackNames.serviceAccount(config.cluster, controllerNamespace, config.serviceAccount);

const getServiceAccount = ({ kubectl, config }: Context): Promise<KubeObject | undefined> =>
  kubectl.get('ServiceAccount', config.serviceAccount, controllerNamespace);

const notNeeded = ({ evidence }: ForeignController): State =>
  state.adopted(`not needed: ${evidence} has its own`);

function withoutStack(
  { config }: Context,
  account: KubeObject | undefined,
  controller: ForeignController | undefined,
): State {
  const ours = account && isOurs(config, account.metadata.labels);
  if (controller && !ours) return notNeeded(controller);
  if (!account) return state.absent(`no ServiceAccount ${controllerNamespace}/${config.serviceAccount}`);
  const role = account.metadata.annotations?.[roleAnnotation];
  if (ours) return state.broken('the ServiceAccount has lost its role');
  return state.inTheWay(
    `ServiceAccount ${config.serviceAccount} exists${role ? ` with role ${role}` : ''} and is not ours`,
    'use another --service-account',
  );
}

async function checkRole(context: Context, stack: Stack, account: KubeObject | undefined): Promise<State> {
  const { iam } = context.aws;
  const RoleName = roleNameOf(stack);
  const role = await orAbsent(iam.send(new GetRoleCommand({ RoleName })), 'NoSuchEntityException');
  if (!role?.Role) return state.broken(`role ${RoleName} of stack ${stack.StackName} was deleted`);
  const mistrust = await trustProblem(context, role.Role);
  if (mistrust) return state.broken(mistrust);
  const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const wanted = await policyArn(context);
  if (!attached.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === wanted)) {
    return state.drifted(`policy ${context.config.policyName} is not attached to ${RoleName}`);
  }
  if (!account) return state.drifted('the role is there, the ServiceAccount is not');
  if (account.metadata.annotations?.[roleAnnotation] !== roleArnOf(stack)) {
    return state.drifted(`the ServiceAccount is not annotated with ${RoleName}`);
  }
  return state.ready(`${controllerNamespace}/${context.config.serviceAccount} as ${RoleName}`);
}

/** What keeps the role's trust policy from admitting the ServiceAccount, or undefined. */
async function trustProblem(context: Context, role: Role): Promise<string | undefined> {
  const issuer = (await describeCluster(context))?.identity?.oidc?.issuer?.replace('https://', '');
  if (!issuer) return undefined;
  const trust = decodeURIComponent(role.AssumeRolePolicyDocument ?? '');
  const subject = `system:serviceaccount:${controllerNamespace}:${context.config.serviceAccount}`;
  const lacking = [issuer, subject, stsAudience].find((needed) => !trust.includes(needed));
  return lacking && `role ${role.RoleName} does not trust ${lacking}`;
}

function serviceAccountManifest({ config }: Context, roleArn: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: config.serviceAccount,
      namespace: controllerNamespace,
      labels: { ...mark(config), 'app.kubernetes.io/managed-by': 'eksctl' },
      annotations: { [roleAnnotation]: roleArn },
    },
  };
}

/** eksctl's stack has the role's ARN as its only output. */
const roleArnOf = (stack: Stack | undefined): string =>
  stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'Role1')?.OutputValue ?? '';

const roleNameOf = (stack: Stack | undefined): string => roleArnOf(stack).split('/').at(-1) ?? '';
