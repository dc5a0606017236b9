import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { createDeferred } from '../../src/deferred.ts';
import { LockedError } from '../../src/lock/lock.ts';
import type { Outcome, Reporter } from '../../src/output/reporter.ts';
import { ReadCache } from '../../src/read-cache.ts';
import { applySteps, removeSteps } from '../../src/runner.ts';
import { type State, type Step, state } from '../../src/steps/step.ts';
import { carryOut } from '../../src/writes.ts';

/** A context in which nothing but steps, progress and interruption exists. */
function createContext(signal: AbortSignal = new AbortController().signal): {
  context: Context;
  log: string[];
} {
  const log: string[] = [];
  const out: Reporter = {
    plan: () => {},
    start: (id) => void log.push(`start ${id}`),
    progress: (id, text) => void log.push(`progress ${id} ${text}`),
    finish: (id: string, outcome: Outcome) => void log.push(`${outcome} ${id}`),
    note: () => {},
    warn: () => {},
    close: async () => {},
  };
  const config = { cluster: 'test', region: 'ap-northeast-1' };
  return {
    context: {
      config,
      out,
      log: { add: () => {} },
      reads: new ReadCache(),
      writes: carryOut(),
      lock: { hold: async () => {} },
      signal,
    } as unknown as Context,
    log,
  };
}

/** A step on a thing that exists or not. */
function thing(id: string, needs: string[], world: Set<string>, extra: Partial<Step> = {}): Step {
  return {
    id,
    title: id,
    subject: id,
    command: 'cluster',
    needs,
    deadline: 5,
    check: async () => (world.has(id) ? state.ready('there') : state.absent('not there')),
    apply: async () => void world.add(id),
    remove: async () => void world.delete(id),
    ...extra,
  };
}

const outcomes = (results: readonly { id: string; outcome: Outcome }[]): Record<string, Outcome> =>
  Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]));

describe('applying', () => {
  it('does what is missing, and nothing the second time', async () => {
    const world = new Set<string>();
    const steps = [thing('a', [], world), thing('b', ['a'], world)];
    const { context } = createContext();
    expect(outcomes(await applySteps(context, steps, steps))).toEqual({ a: 'applied', b: 'applied' });
    expect(outcomes(await applySteps(context, steps, steps))).toEqual({ a: 'unchanged', b: 'unchanged' });
  });

  it('starts a step only after what it needs, and independent ones side by side', async () => {
    const world = new Set<string>();
    const order: string[] = [];
    const logged = (id: string, needs: string[]) =>
      thing(id, needs, world, {
        apply: async () => {
          order.push(`begin ${id}`);
          await new Promise((resolve) => setImmediate(resolve));
          world.add(id);
          order.push(`end ${id}`);
        },
      });
    const steps = [logged('a', []), logged('b', []), logged('c', ['a', 'b'])];
    await applySteps(createContext().context, steps, steps);
    expect(order.slice(0, 2)).toEqual(['begin a', 'begin b']);
    expect(order.at(-2)).toBe('begin c');
  });

  it('skips what a failed step was needed for, and still brings the rest to its end', async () => {
    const world = new Set<string>();
    const failing = thing('a', [], world, { apply: () => Promise.reject(new Error('no')) });
    const steps = [failing, thing('b', ['a'], world), thing('c', [], world)];
    const results = await applySteps(createContext().context, steps, steps);
    expect(outcomes(results)).toEqual({ a: 'failed', b: 'skipped', c: 'applied' });
  });

  it('begins nothing new after a failure, and brings what is under way to its end', async () => {
    const world = new Set<string>();
    const failed = createDeferred<void>();
    const failing = thing('a', [], world, {
      apply: () => {
        failed.resolve(undefined);
        return Promise.reject(new Error('no'));
      },
    });
    const underWay = thing('b', [], world, {
      apply: async () => {
        await failed.promise;
        await new Promise((resolve) => setTimeout(resolve, 50));
        world.add('b');
      },
    });
    const steps = [failing, underWay, thing('c', ['b'], world)];
    const results = await applySteps(createContext().context, steps, steps);
    expect(outcomes(results)).toEqual({ a: 'failed', b: 'applied', c: 'skipped' });
    expect(results[2]?.evidence).toBe('not begun after the failure of: a');
  });

  it('goes on with what does not need a step that another command is to do first', async () => {
    const world = new Set<string>();
    const steps = [
      thing('a', [], world),
      thing('b', ['a'], world),
      thing('c', [], world),
      thing('d', ['c'], world),
    ];
    const results = await applySteps(createContext().context, steps, steps.slice(1));
    expect(outcomes(results)).toEqual({ a: 'failed', b: 'skipped', c: 'applied', d: 'applied' });
  });

  it('looks once more when the first look fails on what passes by itself, and says so', async () => {
    const world = new Set<string>();
    let asked = 0;
    const step = thing('a', [], world, {
      check: async () => {
        if (asked++ < 2) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
        return world.has('a') ? state.ready('there') : state.absent('not there');
      },
    });
    const { context, log } = createContext();
    expect(outcomes(await applySteps(context, [step], [step]))).toEqual({ a: 'applied' });
    expect(log).toContain(
      'progress a AWS limits the rate of calls, also after several retries; asking again',
    );

    asked = 0;
    expect(outcomes(await removeSteps(context, [step]))).toEqual({ a: 'removed' });
  });

  it('does not look for ever', async () => {
    const check = () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    const step = thing('a', [], new Set(), { deadline: 0, check });
    const [result] = await applySteps(createContext().context, [step], [step]);
    expect(result).toMatchObject({ outcome: 'failed', error: { what: 'AWS cannot be reached' } });
  });

  it('does not call a failure what somebody else has done meanwhile', async () => {
    const world = new Set<string>();
    const step = thing('a', [], world, {
      apply: async () => {
        world.add('a');
        throw new Error('AlreadyExists');
      },
    });
    expect(outcomes(await applySteps(createContext().context, [step], [step]))).toEqual({ a: 'applied' });
  });

  it('removes what is broken before it makes it again', async () => {
    const world = new Set(['a']);
    let whole = false;
    const done: string[] = [];
    const step = thing('a', [], world, {
      check: async () =>
        !world.has('a') ? state.absent('') : whole ? state.ready('') : state.broken('rolled back'),
      remove: async () => {
        done.push('remove');
        world.delete('a');
      },
      apply: async () => {
        done.push('apply');
        whole = true;
        world.add('a');
      },
    });
    await applySteps(createContext().context, [step], [step]);
    expect(done).toEqual(['remove', 'apply']);
  });

  it('waits for what is on its way instead of doing it again', async () => {
    const answers: State[] = [state.pending('1 of 2'), state.pending('2 of 2'), state.ready('there')];
    let applied = false;
    const step = thing('a', [], new Set(), {
      check: async () => answers.shift() ?? state.ready('there'),
      apply: async () => {
        applied = true;
      },
    });
    await applySteps(createContext().context, [step], [step]);
    expect(applied).toBe(false);
  });

  it('uses what is not ours when it fits, and otherwise stops with the option that avoids it', async () => {
    const fitting = thing('a', [], new Set(), { check: async () => state.adopted('theirs') });
    const hindering = thing('b', [], new Set(), {
      check: async () => state.inTheWay('theirs', '--policy-name'),
    });
    const results = await applySteps(createContext().context, [fitting, hindering], [fitting, hindering]);
    expect(outcomes(results)).toEqual({ a: 'kept', b: 'failed' });
    expect(results[1]?.error?.fix).toBe('--policy-name');
  });

  it('only looks at what a chosen step needs, and names the command that makes it', async () => {
    const world = new Set<string>();
    const steps = [thing('a', [], world), thing('b', ['a'], world)];
    const results = await applySteps(createContext().context, steps, steps.slice(1));
    expect(world.size).toBe(0);
    expect(results.find(({ id }) => id === 'a')?.error?.fix).toContain('lbc-setup cluster');
  });

  it('goes on waiting over what passes by itself', async () => {
    const world = new Set<string>();
    let asked = 0;
    const step = thing('a', [], world, {
      check: async () => {
        if (!world.has('a')) return state.absent('not there');
        if (asked++ < 2) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        return state.ready('there');
      },
    });
    expect(outcomes(await applySteps(createContext().context, [step], [step]))).toEqual({ a: 'applied' });
    expect(asked).toBe(3);
  });

  it('does not wait for what no waiting cures', async () => {
    const world = new Set<string>();
    let asked = 0;
    const step = thing('a', [], world, {
      check: async () => {
        if (!world.has('a')) return state.absent('not there');
        asked++;
        throw Object.assign(new Error('expired'), { name: 'ExpiredTokenException' });
      },
    });
    const [result] = await applySteps(createContext().context, [step], [step]);
    expect(result).toMatchObject({ outcome: 'failed', error: { what: 'the AWS credentials have expired' } });
    expect(asked).toBe(1);
  });

  it('tells what is known about the reason when the time is up', async () => {
    const evidence = 'FailedBuildModel: unable to resolve at least one subnet. Evaluated 0 subnets';
    const step = thing('a', [], new Set(), { deadline: 0, check: async () => state.pending(evidence) });
    const [result] = await applySteps(createContext().context, [step], [step]);
    expect(result?.error?.what).toBe('a: not done after 0 s');
    expect(result?.error?.why).toContain(evidence);
    expect(result?.error?.fix).toContain('aws ec2 create-tags');
  });

  it('reports a state that cannot be read as a failure, never as absent', async () => {
    const step = thing('a', [], new Set(), { check: () => Promise.reject(new Error('AccessDenied')) });
    expect(outcomes(await applySteps(createContext().context, [step], [step]))).toEqual({ a: 'failed' });
  });

  it('ends with the reason of the interruption', async () => {
    const interrupt = new AbortController();
    const step = thing('a', [], new Set(), {
      apply: async () => {
        interrupt.abort(new Error('SIGINT'));
      },
    });
    await expect(applySteps(createContext(interrupt.signal).context, [step], [step])).rejects.toThrow(
      'SIGINT',
    );
  });
});

describe('removing', () => {
  it('fails with the reason at once when what was to go is still there', async () => {
    const step = thing('a', [], new Set(['a']), {
      remove: () => Promise.reject(new Error('attached elsewhere')),
    });
    const [result] = await removeSteps(createContext().context, [step]);
    expect(result?.error?.why).toContain('attached elsewhere');
    expect(result?.seconds).toBeLessThan(1);
  });

  it('tells what AWS says of what could not be removed, not what the program says that waited for it', async () => {
    let asked = 0;
    const evidence = 'stack a is DELETE_FAILED: AWS::IAM::Role Role1: not authorized';
    const step = thing('a', [], new Set(), {
      check: async () => (asked++ === 0 ? state.ready('there') : state.broken(evidence)),
      remove: () => Promise.reject(new Error('waiter state transitioned to Failure')),
    });
    const [result] = await removeSteps(createContext().context, [step]);
    expect(result?.error).toMatchObject({ what: 'a: could not be removed', why: evidence });
  });

  it('tells both when it was broken before, in the same way', async () => {
    const step = thing('a', [], new Set(), {
      check: async () => state.broken('it has lost its role'),
      remove: () => Promise.reject(new Error('attached elsewhere')),
    });
    const [result] = await removeSteps(createContext().context, [step]);
    expect(result?.error?.why).toContain('attached elsewhere');
    expect(result?.error?.why).toContain('it has lost its role');
  });

  it('takes away last what the rest is taken away with, unless something failed', async () => {
    const { context, log } = createContext();
    const world = new Set(['a', 'b', 'access']);
    const access = thing('access', ['a'], world, { removeLast: true });
    const steps = [thing('a', [], world), access, thing('b', ['a'], world)];
    await removeSteps(context, steps);
    expect(log.filter((line) => line.startsWith('removed'))).toEqual([
      'removed b',
      'removed a',
      'removed access',
    ]);

    const stuck = thing('b', ['a'], new Set(['b']), { remove: () => Promise.reject(new Error('stuck')) });
    const results = await removeSteps(context, [thing('a', [], new Set(['a'])), access, stuck]);
    expect(results).toMatchObject([{ id: 'b', outcome: 'failed' }, {}, {}]);
    expect(outcomes(results)).toMatchObject({ a: 'skipped', access: 'skipped' });
  });

  it('goes against the direction of the needs, also across steps that have nothing to remove', async () => {
    const world = new Set(['a', 'b', 'c']);
    const order: string[] = [];
    const logged = (id: string, needs: string[]) =>
      thing(id, needs, world, {
        remove: async () => {
          order.push(id);
          world.delete(id);
        },
      });
    const wait: Step = { ...thing('b', ['a'], world), remove: undefined };
    await removeSteps(createContext().context, [logged('a', []), wait, logged('c', ['b'])]);
    expect(order).toEqual(['c', 'a']);
  });

  it('takes steps that must be alone one at a time', async () => {
    const world = new Set(['a', 'b']);
    let running = 0;
    let most = 0;
    const alone = (id: string) =>
      thing(id, [], world, {
        removeAlone: 'load-balancer-objects',
        remove: async () => {
          running++;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
          world.delete(id);
        },
      });
    await removeSteps(createContext().context, [alone('a'), alone('b')]);
    expect(most).toBe(1);
  });

  it('keeps what is not ours', async () => {
    let removed = false;
    const step = thing('a', [], new Set(), {
      check: async () => state.inTheWay('theirs', ''),
      remove: async () => {
        removed = true;
      },
    });
    expect(outcomes(await removeSteps(createContext().context, [step]))).toEqual({ a: 'kept' });
    expect(removed).toBe(false);
  });

  it('does not touch what a step builds on when that step could not be read', async () => {
    const world = new Set(['a', 'b']);
    const unreadable = thing('b', ['a'], world, { check: () => Promise.reject(new Error('AccessDenied')) });
    const results = await removeSteps(createContext().context, [thing('a', [], world), unreadable]);
    expect(outcomes(results)).toEqual({ b: 'failed', a: 'skipped' });
    expect(world.has('a')).toBe(true);
  });
});

describe('the lock', () => {
  const locked = () => new LockedError({ what: 'another run is changing it', fix: 'wait' });

  it('ends the run that another one goes before, whatever has become of the world meanwhile', async () => {
    const world = new Set<string>();
    const { context, log } = createContext();
    const refused = thing('a', [], world, {
      apply: async () => {
        world.add('a');
        throw locked();
      },
    });
    await expect(applySteps(context, [refused, thing('b', ['a'], world)], [refused])).rejects.toThrow(
      'another run is changing it',
    );
    expect(log.filter((line) => line !== 'start a')).toEqual([]);
  });

  it('is taken before waiting for what another run may be making or removing', async () => {
    const world = new Set<string>();
    const pending = { check: async () => state.pending('on its way') };
    const { context } = createContext();
    const waiting = { ...context, lock: { ...context.lock, hold: () => Promise.reject(locked()) } };
    const steps = [thing('a', [], world, pending)];
    await expect(applySteps(waiting, steps, steps)).rejects.toThrow(LockedError);
    await expect(removeSteps(waiting, steps)).rejects.toThrow(LockedError);
    expect(world).toEqual(new Set());
  });
});
