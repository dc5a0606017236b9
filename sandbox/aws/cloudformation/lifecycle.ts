import { setMaxListeners } from 'node:events';
import type { StackStatus } from '@aws-sdk/client-cloudformation';
import type { World } from '../../world.ts';
import { createResources } from './create-resources.ts';
import { deleteResources } from './delete-resources.ts';
import { setStackStatus } from './events.ts';
import { importers, stackOutputs } from './outputs.ts';
import type { Run } from './run.ts';
import { stackScope } from './scope.ts';
import type { StackState, StackStore } from './stack.ts';

/** Runs stacks from their first status to their last. */
export interface StackLifecycle {
  /** Begins to create a planned stack. */
  create(stack: StackState): void;
  /** Begins to delete a stack, whatever it is doing; `force` keeps what cannot be deleted. */
  remove(stack: StackState, retain: readonly string[], force: boolean): void;
}

const named = (ids: readonly string[]): string => `[${ids.join(', ')}]`;
const notCreated = (ids: readonly string[]): string =>
  `The following resource(s) failed to create: ${named(ids)}. `;
const notDeleted = (ids: readonly string[]): string =>
  `The following resource(s) failed to delete: ${named(ids)}. `;

/** Makes the engine. Work in progress is all it holds; stacks live in the store. */
export function createLifecycle(world: World, store: StackStore): StackLifecycle {
  const working = new Map<string, { abort: AbortController; done: Promise<void> }>();
  const deleting = new Set<string>();

  /** What creation has to say of a stack that is being deleted meanwhile is of no interest. */
  const report = (stack: StackState, status: StackStatus, reason?: string): void => {
    if (!deleting.has(stack.id)) setStackStatus(world, stack, status, reason);
  };

  async function rollBack(run: Run, reason: string): Promise<void> {
    const { stack } = run;
    report(stack, 'ROLLBACK_IN_PROGRESS', reason);
    const left = await deleteResources(run, { cause: 'rollback', keep: new Set() });
    if (left.length > 0) report(stack, 'ROLLBACK_FAILED', notDeleted(left));
    else report(stack, 'ROLLBACK_COMPLETE');
  }

  async function clear(run: Run, retain: readonly string[], force: boolean): Promise<void> {
    const { stack } = run;
    const held = importers(store, stack)[0];
    if (held) {
      const why = `Export ${held.name} cannot be deleted as it is in use by ${held.importer}`;
      return setStackStatus(world, stack, 'DELETE_FAILED', why);
    }
    const left = await deleteResources(run, { cause: 'delete', keep: new Set(retain) });
    if (left.length > 0 && !force) return setStackStatus(world, stack, 'DELETE_FAILED', notDeleted(left));
    stack.outputs = [];
    setStackStatus(world, stack, 'DELETE_COMPLETE');
  }

  /** Creates resources and outputs; returns why that failed, if it did. */
  async function complete(run: Run, stop: () => void): Promise<string | undefined> {
    const { stack } = run;
    const failed = await createResources(run, stop);
    if (failed.length > 0) return notCreated(failed);
    try {
      stack.outputs = stackOutputs(store, stack, stackScope(world, store, stack));
    } catch (error) {
      return `${error instanceof Error ? error.message : error}. `;
    }
  }

  async function build(run: Run, abort: AbortController): Promise<void> {
    const { stack } = run;
    const failure = await complete(run, () => abort.abort());
    if (deleting.has(stack.id)) return;
    if (failure === undefined) return report(stack, 'CREATE_COMPLETE');
    if (stack.onFailure === 'DO_NOTHING') return report(stack, 'CREATE_FAILED', failure);
    if (stack.onFailure === 'ROLLBACK') return rollBack(run, `${failure}Rollback requested by user.`);
    report(stack, 'DELETE_IN_PROGRESS', `${failure}Delete requested by user.`);
    return clear(run, [], false);
  }

  function track(stack: StackState, work: (run: Run, abort: AbortController) => Promise<void>): void {
    const abort = new AbortController();
    // Every resource of the stack may wait on it at the same time.
    setMaxListeners(0, abort.signal);
    const done = work({ world, store, stack, signal: abort.signal }, abort).finally(() => {
      if (working.get(stack.id)?.abort === abort) working.delete(stack.id);
    });
    working.set(stack.id, { abort, done });
  }

  return {
    create(stack) {
      store.byId.set(stack.id, stack);
      setStackStatus(world, stack, 'CREATE_IN_PROGRESS', 'User Initiated');
      track(stack, build);
    },
    remove(stack, retain, force) {
      if (deleting.has(stack.id)) return;
      const before = working.get(stack.id);
      before?.abort.abort();
      deleting.add(stack.id);
      setStackStatus(world, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
      track(stack, async (run) => {
        await before?.done;
        await clear(run, retain, force).finally(() => deleting.delete(stack.id));
      });
    },
  };
}
