import {
  DeleteStackCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  paginateDescribeStackEvents,
  type Stack,
  type StackEvent,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { parse } from 'yaml';
import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import { poll } from '../poll.ts';

/** Names of the CloudFormation stacks that eksctl makes for a cluster. */
export const stackNames = {
  cluster: (cluster: string): string => `eksctl-${cluster}-cluster`,
  serviceAccount: (cluster: string, namespace: string, name: string): string =>
    `eksctl-${cluster}-addon-iamserviceaccount-${namespace}-${name}`,
  vpcCni: (cluster: string): string => `eksctl-${cluster}-addon-vpc-cni`,
  /** Made with the first Fargate profile of a cluster whose own stack has no role for its pods. */
  fargateRole: (cluster: string): string => `eksctl-${cluster}-fargate`,
};

/** A stack by name, or undefined when there is none (a deleted one is none). */
export async function describeStack({ aws }: Context, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await aws.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0];
  } catch (error) {
    // CloudFormation has no code of its own for this: a ValidationError whose message says it.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

/** How far a stack is: "CloudFormation eksctl-x-cluster: 12 of 33 resources created". */
export async function stackProgress({ aws }: Context, stack: Stack): Promise<string> {
  // The list has only what was begun; the template has all.
  const [{ StackResourceSummaries = [] }, { TemplateBody }] = await Promise.all([
    aws.cloudFormation.send(new ListStackResourcesCommand({ StackName: stack.StackId })),
    aws.cloudFormation.send(new GetTemplateCommand({ StackName: stack.StackId })),
  ]);
  const { Resources = {} } = parse(TemplateBody ?? '{}') as { Resources?: object };
  const wanted = stack.StackStatus?.startsWith('DELETE') ? 'DELETE_COMPLETE' : 'CREATE_COMPLETE';
  const done = StackResourceSummaries.filter(({ ResourceStatus }) => ResourceStatus === wanted).length;
  const verb = wanted === 'DELETE_COMPLETE' ? 'deleted' : 'created';
  return `CloudFormation ${stack.StackName}: ${done} of ${Object.keys(Resources).length} resources ${verb}`;
}

/**
 * Why a stack failed: the first failure in time since it was last told to do something, for later ones only follow from it
 * ("Resource creation cancelled").
 */
export async function stackFailure(context: Context, stack: Stack): Promise<string> {
  const events = await latestEvents(context, stack);
  const cause = events
    .filter(
      ({ ResourceStatus, ResourceStatusReason }) =>
        ResourceStatus?.endsWith('_FAILED') && !/cancelled/i.test(ResourceStatusReason ?? ''),
    )
    .at(-1);
  const reason = cause
    ? `${cause.ResourceType} ${cause.LogicalResourceId}: ${cause.ResourceStatusReason ?? cause.ResourceStatus}`
    : (stack.StackStatusReason ?? 'no reason given');
  return `stack ${stack.StackName} is ${stack.StackStatus}: ${reason}`;
}

/** The events since a stack was last told to do something, the newest first. A rollback belongs to what it undoes. */
async function latestEvents({ aws }: Context, { StackId }: Stack): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  const pages = paginateDescribeStackEvents({ client: aws.cloudFormation }, { StackName: StackId });
  for await (const { StackEvents = [] } of pages) {
    for (const event of StackEvents) {
      const { PhysicalResourceId, ResourceStatus = '' } = event;
      if (PhysicalResourceId === StackId && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(ResourceStatus))
        return events;
      events.push(event);
    }
  }
  return events;
}

/** What a stack's status means for a step that wants the stack to be there. */
export function stackPhase(stack: Stack): 'complete' | 'in progress' | 'failed' {
  const status = stack.StackStatus ?? '';
  if (/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status)) return 'complete';
  return status.endsWith('_IN_PROGRESS') ? 'in progress' : 'failed';
}

/**
 * Starts the deletion of a stack of ours, lifting termination protection first; another's is left alone. It works in
 * states in which eksctl cannot (ROLLBACK_COMPLETE, DELETE_FAILED, cluster already gone).
 */
export async function deleteStack(context: Context, name: string): Promise<void> {
  const stack = await describeStack(context, name);
  if (!stack || !isOurs(context.config, stack.Tags) || stack.StackStatus === 'DELETE_IN_PROGRESS') return;
  const { cloudFormation } = context.aws;
  if (stack.EnableTerminationProtection) {
    await cloudFormation.send(
      new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
    );
  }
  await cloudFormation.send(new DeleteStackCommand({ StackName: name }));
}

/** Seconds within which the stack of a role is deleted. */
const roleStackDeadline = 300;

/**
 * Deletes a stack of ours, if there is one, and waits until it is gone.
 *
 * @throws DeadlineExceeded when it is not gone after five minutes
 */
export async function removeStack(context: Context, name: string): Promise<void> {
  await poll(roleStackDeadline, context.signal, async () => {
    context.reads.clear();
    const stack = await describeStack(context, name);
    if (!stack || !isOurs(context.config, stack.Tags)) return true;
    await deleteStack(context, name);
    return undefined;
  });
}
