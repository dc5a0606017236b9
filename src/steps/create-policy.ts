import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam';
import { findForeignController } from '../adoption/foreign-controller.ts';
import { orAbsent } from '../aws/absent.ts';
import {
  controllerPolicy,
  meansTheSame,
  type PolicyDocument,
  parsePolicyDocument,
} from '../aws/policy-document.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import { isOurs, markTags } from '../ownership.ts';
import { pins } from '../pins.ts';
import { type Step, state } from './step.ts';

/** IAM keeps this many versions of a policy (IAM quotas). */
const versionLimit = 5;

/** Step 3 of the walkthrough: what the controller may do, for its pinned version and the account's partition. */
export const createPolicy: Step = {
  id: 'policy',
  title: "Create the controller's IAM policy",
  subject: 'IAM policy of the controller',
  command: 'iam',
  needs: ['adoption', 'preflight'],
  deadline: 120,
  async check(context) {
    const arn = await policyArn(context);
    const { iam } = context.aws;
    const answer = await orAbsent(
      iam.send(new GetPolicyCommand({ PolicyArn: arn })),
      'NoSuchEntityException',
    );
    const ours = isOurs(context.config, answer?.Policy?.Tags);
    const controller = ours ? undefined : await findForeignController(context);
    if (controller) return state.adopted(`not needed: ${controller.evidence} has its own`);
    if (!answer) return state.absent(`no policy ${context.config.policyName}`);
    const version = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: answer.Policy?.DefaultVersionId }),
    );
    const document = parsePolicyDocument(version.PolicyVersion?.Document ?? '');
    const fits = document !== undefined && meansTheSame(document, await wantedDocument(context));
    if (ours) {
      return fits
        ? state.ready(`${context.config.policyName}, as of controller ${pins.controller}`)
        : state.drifted(
            `${context.config.policyName} is not the one of controller ${pins.controller}${await describeLack(context, document)}`,
          );
    }
    if (fits) return state.adopted(`${context.config.policyName} is not ours, but grants the same`);
    return state.inTheWay(
      `${context.config.policyName} is not ours and differs from the policy of controller ${pins.controller}`,
      'choose another --policy-name',
    );
  },
  async apply(context, found) {
    const document = JSON.stringify(await wantedDocument(context));
    const { iam } = context.aws;
    if (found.status === 'absent') {
      await iam.send(
        new CreatePolicyCommand({
          PolicyName: context.config.policyName,
          PolicyDocument: document,
          Description: `AWS Load Balancer Controller ${pins.controller}`,
          Tags: markTags(context.config),
        }),
      );
      return;
    }
    const arn = await policyArn(context);
    const old = await replaceableVersions(context, arn);
    // The oldest makes room; the default version stays until the new one takes its place.
    if (old.length >= versionLimit - 1) {
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: old.at(-1) }));
    }
    await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: document, SetAsDefault: true }),
    );
  },
  async remove(context) {
    const arn = await policyArn(context);
    const { iam } = context.aws;
    const entities = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: arn }));
    const others = [...(entities.PolicyUsers ?? []), ...(entities.PolicyGroups ?? [])];
    const roles = (entities.PolicyRoles ?? []).map(({ RoleName }) => RoleName ?? '');
    const foreign = [
      ...others.map((one) => ('UserName' in one ? one.UserName : (one as { GroupName?: string }).GroupName)),
      ...roles.filter((role) => !role.startsWith(`eksctl-${context.config.cluster}-`)),
    ];
    if (foreign.length > 0) {
      throw new UserError({
        what: `policy ${context.config.policyName} is kept: it is attached elsewhere`,
        why: `attached to ${foreign.join(', ')}`,
        fix: `detach it there, then lbc-setup teardown once more`,
      });
    }
    for (const RoleName of roles) await iam.send(new DetachRolePolicyCommand({ PolicyArn: arn, RoleName }));
    for (const VersionId of await replaceableVersions(context, arn)) {
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId }));
    }
    await iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
  },
};

/** The ARN of the controller's policy, whether it exists or not. */
export async function policyArn({ aws, config }: Context): Promise<string> {
  const { account, partition } = await aws.identity();
  return `arn:${partition}:iam::${account}:policy/${config.policyName}`;
}

async function wantedDocument({ aws }: Context): Promise<PolicyDocument> {
  const { partition } = await aws.identity();
  return controllerPolicy(partition);
}

/** The actions that a document lacks altogether, in words; what it grants otherwise is not told. */
async function describeLack(context: Context, document: PolicyDocument | undefined): Promise<string> {
  const has = new Set(document ? actionsOf(document) : []);
  const lacking = actionsOf(await wantedDocument(context)).filter((action) => !has.has(action));
  return lacking.length > 0 ? `: it lacks ${lacking.join(', ')}` : '';
}

const actionsOf = ({ Statement }: PolicyDocument): string[] => [
  ...new Set(Statement.flatMap(({ Action = [] }) => Action)),
];

/** The versions that are not the default one, newest first. */
async function replaceableVersions({ aws }: Context, arn: string): Promise<string[]> {
  const { Versions = [] } = await aws.iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }));
  return Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion)
    .sort((one, other) => (other.CreateDate?.getTime() ?? 0) - (one.CreateDate?.getTime() ?? 0))
    .map(({ VersionId }) => VersionId ?? '');
}
