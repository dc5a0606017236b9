import type { Context } from './context.ts';
import { described, explain, isTransient } from './errors/explain.ts';
import { explainReason } from './errors/reasons.ts';
import { UserError } from './errors/user-error.ts';
import { LockedError } from './lock/lock.ts';
import { atMost, DeadlineExceeded, poll } from './poll.ts';
import { type State, type Step, state } from './steps/step.ts';

/** What was made may take so many seconds to show: AWS answers reads from copies that lag behind writes. */
const visibilityLag = 20;

/**
 * Seconds for which a step's first look is repeated over what passes by itself: an API server that restarts needs
 * about a minute. The SDK has tried for some time by then, so that a network that is down is not waited for long.
 */
const firstLookPatience = 60;

/** How often a long apply or remove is looked at to tell the user how far it is. */
const progressInterval = 3;

/** There, and to be used as it is. */
export const usable = (found: State): boolean =>
  found.status === 'ready' || (found.status === 'foreign' && found.fits === true);
/** Nothing of it is ours to take away. */
export const isForeign = (found: State): boolean => found.status === 'foreign' && !found.partlyOurs;
/** Nothing of ours is there. */
export const gone = (found: State): boolean => found.status === 'absent' || isForeign(found);

const again = (step: Step): string => `lbc-setup ${step.command} once more; it continues where it stopped`;

/**
 * Does the work while the step's own check tells how far it is: eksctl, for one, is silent for minutes. When the work
 * fails but the world is on its way to what was wanted (somebody else was faster), the failure does not count.
 */
export async function attempt(
  context: Context,
  step: Step,
  before: State,
  wanted: (found: State) => boolean,
  work: () => Promise<void> | undefined,
): Promise<void> {
  const finished = new AbortController();
  const watching = watch(context, step, AbortSignal.any([finished.signal, context.signal]));
  try {
    await work();
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof LockedError) throw error;
    context.reads.clear();
    const found = await step.check(context).catch(() => undefined);
    if (found?.status === 'broken') throw broken(step, before, found, wanted, error);
    if (!found || !(wanted(found) || found.status === 'pending')) throw error;
  } finally {
    finished.abort();
    await watching;
    context.reads.clear();
  }
}

const deadlineOf = ({ config }: Context, { deadline }: Step): number => atMost(config, deadline);

async function watch(context: Context, step: Step, signal: AbortSignal): Promise<void> {
  try {
    let due = Date.now() + progressInterval * 1000;
    await poll(deadlineOf(context, step), signal, async () => {
      if (Date.now() < due) return;
      context.reads.clear();
      const found = await step.check(context).catch(() => undefined);
      if (found && !signal.aborted) context.out.progress(step.id, found.evidence);
      due = Date.now() + progressInterval * 1000;
      return undefined;
    });
  } catch {
    // Watching ends with the work, whatever the reason; the work's own result counts.
  }
}

/** Repeats the check until the state is as wanted. Throws when it can become so no more, or at the deadline. */
export async function settle(
  context: Context,
  step: Step,
  wanted: (found: State) => boolean,
): Promise<State> {
  let latest: State = state.pending('not looked at yet');
  let moved = Date.now();
  try {
    return await poll(deadlineOf(context, step), context.signal, async () => {
      context.reads.clear();
      latest = await lookAgain(context, step).catch((error: unknown) => {
        // What cannot be seen may be moving.
        moved = Date.now();
        throw error;
      });
      if (wanted(latest)) return latest;
      if (latest.status === 'broken') throw unsettled(failure(step, wanted), step, latest);
      if (latest.status === 'pending') moved = Date.now();
      if (Date.now() - moved > visibilityLag * 1000) {
        throw unsettled(`${step.title}: nothing came of it`, step, latest);
      }
      context.out.progress(step.id, latest.evidence);
      return undefined;
    });
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    throw unsettled(`${step.title}: ${error.message}`, step, latest);
  }
}

/** The check before anything is done. What passes by itself is waited for; any other error is thrown at once. */
export const lookFirst = (context: Context, step: Step): Promise<State> =>
  poll(Math.min(firstLookPatience, deadlineOf(context, step)), context.signal, () =>
    lookAgain(context, step),
  );

/** The check within a wait, which goes on over a transient error: the user is told why nothing moves. */
async function lookAgain(context: Context, step: Step): Promise<State> {
  try {
    return await step.check(context);
  } catch (error) {
    if (isTransient(error)) {
      context.out.progress(step.id, `${explain(error).what}; asking again`);
      context.log.add({ type: 'again', id: step.id, ...described(error) });
      context.reads.clear();
    }
    throw error;
  }
}

const failure = ({ title, subject }: Step, wanted: (found: State) => boolean): string =>
  wanted === usable ? `${title} failed` : `${subject}: could not be removed`;

/**
 * What AWS tells of what broke says more than the program that waited for it: eksctl names no resource. What was broken
 * before, in the same way, need not be why.
 */
function broken(
  step: Step,
  before: State,
  found: State,
  wanted: (found: State) => boolean,
  error: unknown,
): UserError {
  if (found.evidence !== before.evidence) return unsettled(failure(step, wanted), step, found, error);
  const { what, why, fix } = explain(error);
  return new UserError(
    { what, why: [why, found.evidence].filter(Boolean).join('\n'), fix },
    { cause: error },
  );
}

/** What is told of a state that did not become the wanted one: its evidence, and what is known about such evidence. */
function unsettled(what: string, step: Step, { evidence, fix }: State, cause?: unknown): UserError {
  const reason = explainReason(evidence);
  return new UserError(
    {
      what,
      why: reason ? `${reason.what}\n${evidence}` : evidence,
      fix: fix ?? reason?.fix ?? again(step),
    },
    { cause },
  );
}
