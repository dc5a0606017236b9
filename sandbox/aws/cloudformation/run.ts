import type { World } from '../../world.ts';
import type { Principal } from '../service.ts';
import { isThrottling } from './failure.ts';
import { evaluate } from './intrinsics.ts';
import { physicalName } from './physical-names.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { resourceTypes } from './resources/table.ts';
import { stackScope } from './scope.ts';
import type { StackResourceState, StackState, StackStore } from './stack.ts';

/** Work in progress on a stack. */
export interface Run {
  readonly world: World;
  readonly store: StackStore;
  readonly stack: StackState;
  /** Aborted when creation is to stop: a resource failed, or the stack is deleted meanwhile. */
  readonly signal: AbortSignal;
}

/** Simulated seconds between two looks at a resource that is changing. */
export const pollSeconds = 10;
const throttlingRetries = 6;

/** CloudFormation acting for the stack's owner. */
export const cloudFormationPrincipal = (owner: Principal): Principal => ({
  kind: 'service',
  arn: 'cloudformation.amazonaws.com',
  userId: 'cloudformation.amazonaws.com',
  onBehalfOf: owner,
});

/** The table's entry for a resource; stacks are only made of types that have one. */
export function typeOf(resource: StackResourceState): ResourceType {
  const type = resourceTypes[resource.type];
  if (!type) throw new Error(`no resource type ${resource.type}`);
  return type;
}

function resourceTags(run: Run, resource: StackResourceState): ResourceContext['tags'] {
  const { stack } = run;
  const level = typeOf(resource).tags;
  const declared = stack.template.Resources[resource.logicalId]?.Properties?.Tags ?? [];
  // Most types take a list of Key and Value, a few (EKS add-ons, for one) a map.
  const evaluated = evaluate(declared, stackScope(run.world, run.store, stack));
  const pairs = Array.isArray(evaluated)
    ? evaluated.map(({ Key, Value }): [string, string] => [Key, String(Value)])
    : Object.entries(evaluated as Record<string, unknown>).map(
        ([key, value]) => [key, String(value)] as const,
      );
  const system: [string, string][] = [
    ['aws:cloudformation:stack-name', stack.name],
    ['aws:cloudformation:stack-id', stack.id],
    ['aws:cloudformation:logical-id', resource.logicalId],
  ];
  const own = stack.tags.map(({ Key = '', Value = '' }): [string, string] => [Key, Value]);
  const tags = new Map([...own, ...(level === 'all' ? system : []), ...pairs]);
  return level === 'none' ? [] : [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** How a resource type's entry reaches the other services: throttled calls are repeated, as CloudFormation does. */
export function resourceContext(run: Run, resource: StackResourceState): ResourceContext {
  const { world, stack } = run;
  const principal = cloudFormationPrincipal(stack.owner);
  return {
    region: stack.region,
    tags: resourceTags(run, resource),
    async invoke<Output>(
      service: Parameters<ResourceContext['invoke']>[0],
      operation: string,
      input: object,
    ) {
      for (let attempt = 0; ; attempt++) {
        try {
          return (await world.aws.invoke(service, operation, input, principal, stack.region)) as Output;
        } catch (error) {
          if (!isThrottling(error) || attempt === throttlingRetries) throw error;
          await world.clock.sleep(2 ** attempt);
        }
      }
    },
    name: (limit) => physicalName(stack.name, resource.logicalId, limit, world.random),
  };
}
