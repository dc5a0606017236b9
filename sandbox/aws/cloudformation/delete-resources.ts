import { setResourceStatus } from './events.ts';
import { failureReason, isAbsent, isInUse } from './failure.ts';
import { pollSeconds, type Run, resourceContext, typeOf } from './run.ts';
import type { StackResourceState } from './stack.ts';

/** Which resources stay. */
export interface Retention {
  /** `rollback`: the creation failed; `delete`: the stack is deleted. */
  readonly cause: 'rollback' | 'delete';
  /** Logical ids that the caller asked to keep. */
  readonly keep: ReadonlySet<string>;
}

/** How long a resource that is still in use is tried again before it counts as failed, in simulated seconds. */
const inUsePatience = 300;

function retained(resource: StackResourceState, { cause, keep }: Retention): boolean {
  const { deletionPolicy } = resource;
  if (keep.has(resource.logicalId) || deletionPolicy === 'Retain') return true;
  return deletionPolicy === 'RetainExceptOnCreate' && cause === 'delete';
}

async function destroy(run: Run, resource: StackResourceState, id: string): Promise<void> {
  const type = typeOf(resource);
  const context = resourceContext(run, resource);
  const properties = resource.properties ?? {};
  for (let waited = 0; ; waited += pollSeconds) {
    try {
      await type.delete(id, properties, context);
      break;
    } catch (error) {
      if (isAbsent(error)) return;
      if (!isInUse(error) || waited >= inUsePatience) throw error;
      await run.world.clock.sleep(pollSeconds);
    }
  }
  while (type.gone && !(await type.gone(id, properties, context))) await run.world.clock.sleep(pollSeconds);
}

async function remove(run: Run, resource: StackResourceState, retention: Retention): Promise<boolean> {
  const { world, stack } = run;
  const { physicalId, status } = resource;
  if (!status || status === 'DELETE_COMPLETE' || status === 'DELETE_SKIPPED') return true;
  if (!physicalId) {
    setResourceStatus(world, stack, resource, 'DELETE_COMPLETE');
    return true;
  }
  if (retained(resource, retention)) {
    setResourceStatus(world, stack, resource, 'DELETE_SKIPPED');
    return true;
  }

  setResourceStatus(world, stack, resource, 'DELETE_IN_PROGRESS');
  try {
    await destroy(run, resource, physicalId);
    setResourceStatus(world, stack, resource, 'DELETE_COMPLETE');
    return true;
  } catch (error) {
    const reason = failureReason(error, typeOf(resource), world.random);
    setResourceStatus(world, stack, resource, 'DELETE_FAILED', reason);
    return false;
  }
}

/**
 * Deletes the stack's resources, each as soon as nothing of the stack needs it any more. What a resource that cannot
 * be deleted stands on is left alone. Returns the logical ids of those that failed.
 */
export async function deleteResources(run: Run, retention: Retention): Promise<string[]> {
  const { stack } = run;
  const failed: string[] = [];
  const started = new Map<string, Promise<boolean>>();
  const clear = async (resource: StackResourceState): Promise<boolean> => {
    const id = resource.logicalId;
    const dependents = [...stack.resources.values()].filter((other) =>
      stack.graph.get(other.logicalId)?.has(id),
    );
    const cleared = await Promise.all(dependents.map(once));
    if (cleared.includes(false)) return false;
    const gone = await remove(run, resource, retention);
    if (!gone) failed.push(id);
    return gone;
  };
  const once = (resource: StackResourceState): Promise<boolean> => {
    const running = started.get(resource.logicalId) ?? clear(resource);
    started.set(resource.logicalId, running);
    return running;
  };
  await Promise.all([...stack.resources.values()].map(once));
  return failed;
}
