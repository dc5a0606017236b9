import type {
  Parameter,
  Stack,
  StackResource,
  StackResourceSummary,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { StackResourceState, StackState } from './stack.ts';

const notChecked = { StackDriftStatus: 'NOT_CHECKED' } as const;
const resourceNotChecked = { StackResourceDriftStatus: 'NOT_CHECKED' } as const;

function parameters(stack: StackState): Parameter[] {
  return [...stack.parameters].map(([ParameterKey, value]) => {
    const hidden = String(stack.template.Parameters?.[ParameterKey]?.NoEcho) === 'true';
    return { ParameterKey, ParameterValue: hidden ? '****' : value };
  });
}

/** A stack as DescribeStacks prints it. A stack that is not complete has no outputs. */
export function stackDescription(stack: StackState): Stack {
  return {
    StackId: stack.id,
    StackName: stack.name,
    Description: stack.template.Description,
    Parameters: parameters(stack),
    CreationTime: stack.createdAt,
    DeletionTime: stack.deletedAt,
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: stack.onFailure === 'DO_NOTHING',
    NotificationARNs: [],
    Capabilities: stack.capabilities as Stack['Capabilities'],
    Outputs: [...stack.outputs],
    Tags: [...stack.tags],
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: notChecked,
  };
}

/** A stack as ListStacks prints it. */
export function stackSummary(stack: StackState): StackSummary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: stack.template.Description,
    CreationTime: stack.createdAt,
    DeletionTime: stack.deletedAt,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DriftInformation: notChecked,
  };
}

/** A resource as ListStackResources prints it. Its creation must have begun. */
export function resourceSummary(resource: StackResourceState): StackResourceSummary {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId ?? '',
    ResourceType: resource.type,
    LastUpdatedTimestamp: resource.changedAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
    DriftInformation: resourceNotChecked,
  };
}

/** A resource as DescribeStackResources prints it. */
export function resourceDescription(stack: StackState, resource: StackResourceState): StackResource {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId ?? '',
    ResourceType: resource.type,
    Timestamp: resource.changedAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
    DriftInformation: resourceNotChecked,
  };
}

/** The resources that CloudFormation has begun with: the others do not exist for it yet. */
export const begunResources = (stack: StackState): StackResourceState[] =>
  [...stack.resources.values()].filter(({ status }) => status !== undefined);
