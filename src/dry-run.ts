import type { Context } from './context.ts';
import type { Outcome } from './output/reporter.ts';
import { type State, type Step, state } from './steps/step.ts';

/** What a step would do. */
export interface Planned {
  readonly outcome: Outcome;
  readonly evidence: string;
  /** The command lines, in order. */
  readonly writes: readonly string[];
}

/** What carrying a step out means in a dry run: its own code runs, and its changes are noted instead of made. */
export interface Planner {
  apply(step: Step, found: State): Promise<Planned>;
  remove(step: Step, found: State): Promise<Planned>;
}

/**
 * Makes the planner of one dry run. Steps are taken one at a time, so that what is noted belongs to the step at hand.
 *
 * @param needsOf everything that a step builds on
 */
export function createPlanner(context: Context, needsOf: (step: Step) => ReadonlySet<string>): Planner {
  const planned = new Map<string, Step>();
  const made = new Map<string, Step>();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<Planned>): Promise<Planned> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  const applying = async (step: Step, found: State): Promise<string> => {
    if (found.status === 'pending') return `waits: ${found.evidence}`;
    if (found.status === 'broken') await step.remove?.(context, found);
    const before = found.status === 'broken' ? state.absent(found.evidence) : found;
    try {
      await step.apply?.(context, before);
      return found.evidence;
    } catch (error) {
      context.signal.throwIfAborted();
      // What the step asks for is not there, because what it builds on is not.
      const missing = [...needsOf(step)].find((id) => planned.has(id));
      if (missing === undefined) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return `${found.evidence}; the rest can only be told after: ${planned.get(missing)?.title} (${reason})`;
    }
  };
  return {
    apply: (step, found) =>
      inTurn(async () => {
        const maker = step.comesWith && made.get(step.comesWith.step);
        const evidence = maker ? `comes with: ${maker.title}` : await applying(step, found);
        planned.set(step.id, step);
        if (found.status === 'absent' || found.status === 'broken') made.set(step.id, step);
        const { afterwards } = (maker && step.comesWith) ?? {};
        return {
          outcome: 'planned',
          evidence,
          writes: [...context.writes.take(), ...(afterwards ? [afterwards] : [])],
        };
      }),
    remove: (step, found) =>
      inTurn(async () => {
        await step.remove?.(context, found);
        return { outcome: 'planned', evidence: found.evidence, writes: context.writes.take() };
      }),
  };
}
