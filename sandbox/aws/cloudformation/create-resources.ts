import { setResourceStatus } from './events.ts';
import { cancelled, failureReason } from './failure.ts';
import { evaluate } from './intrinsics.ts';
import { readProperties } from './properties.ts';
import { pollSeconds, type Run, resourceContext, typeOf } from './run.ts';
import { stackScope } from './scope.ts';
import type { StackResourceState } from './stack.ts';

async function make(run: Run, resource: StackResourceState): Promise<void> {
  const { world, store, stack, signal } = run;
  const type = typeOf(resource);
  const declared = stack.template.Resources[resource.logicalId]?.Properties ?? {};
  const evaluated = evaluate(declared, stackScope(world, store, stack)) as object;
  const properties = readProperties(resource.logicalId, type, evaluated);
  resource.properties = properties;
  const context = resourceContext(run, resource);
  const id = await type.create(properties, context);
  resource.physicalId = id;
  signal.throwIfAborted();
  setResourceStatus(world, stack, resource, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
  await type.configure?.(id, properties, context);
  await world.clock.sleep(type.seconds, signal);
  while (type.stabilised && !(await type.stabilised(id, properties, context))) {
    await world.clock.sleep(pollSeconds, signal);
  }
  resource.attributes = (await type.attributes?.(id, properties, context)) ?? {};
  signal.throwIfAborted();
}

/**
 * Creates every resource of the stack, each as soon as what it needs is there. The first failure stops the rest.
 * Returns the logical ids of the resources that failed or were cancelled.
 */
export async function createResources(run: Run, stop: () => void): Promise<string[]> {
  const { world, stack, signal } = run;
  const failed: string[] = [];
  const started = new Map<string, Promise<void>>();
  const create = async (id: string): Promise<void> => {
    await Promise.all([...(stack.graph.get(id) ?? [])].map(once));
    const resource = stack.resources.get(id);
    if (signal.aborted || !resource) return;
    setResourceStatus(world, stack, resource, 'CREATE_IN_PROGRESS');
    try {
      await make(run, resource);
      setResourceStatus(world, stack, resource, 'CREATE_COMPLETE');
    } catch (error) {
      const reason = signal.aborted ? cancelled : failureReason(error, typeOf(resource), world.random);
      stop();
      failed.push(id);
      setResourceStatus(world, stack, resource, 'CREATE_FAILED', reason);
    }
  };
  const once = (id: string): Promise<void> => {
    const running = started.get(id) ?? create(id);
    started.set(id, running);
    return running;
  };
  await Promise.all([...stack.graph.keys()].map(once));
  return failed;
}
