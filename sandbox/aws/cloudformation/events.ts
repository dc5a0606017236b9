import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { World } from '../../world.ts';
import { uuid } from './physical-names.ts';
import type { StackResourceState, StackState } from './stack.ts';

/** Sets a stack's status and records the event. */
export function setStackStatus(world: World, stack: StackState, status: StackStatus, reason?: string): void {
  const now = world.clock.now();
  stack.status = status;
  stack.reason = reason;
  if (status === 'DELETE_COMPLETE') stack.deletedAt = now;
  stack.events.push({
    StackId: stack.id,
    StackName: stack.name,
    EventId: uuid(world.random),
    LogicalResourceId: stack.name,
    PhysicalResourceId: stack.id,
    ResourceType: 'AWS::CloudFormation::Stack',
    Timestamp: now,
    ResourceStatus: status as ResourceStatus,
    ResourceStatusReason: reason,
    ClientRequestToken: stack.clientRequestToken,
  });
}

/** Sets a resource's status and records the event. */
export function setResourceStatus(
  world: World,
  stack: StackState,
  resource: StackResourceState,
  status: ResourceStatus,
  reason?: string,
): void {
  const now = world.clock.now();
  resource.status = status;
  resource.reason = reason;
  resource.changedAt = now;
  stack.events.push({
    StackId: stack.id,
    StackName: stack.name,
    EventId: `${resource.logicalId}-${status}-${now.toISOString()}`,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId ?? '',
    ResourceType: resource.type,
    Timestamp: now,
    ResourceStatus: status,
    ResourceStatusReason: reason,
    ResourceProperties: resource.properties && JSON.stringify(resource.properties),
    ClientRequestToken: stack.clientRequestToken,
  });
}
