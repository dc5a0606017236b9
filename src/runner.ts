import type { Context } from './context.ts';
import { createDeferred } from './deferred.ts';
import { createPlanner, type Planner } from './dry-run.ts';
import { described, explain, isTransient } from './errors/explain.ts';
import { explainReason } from './errors/reasons.ts';
import { UserError } from './errors/user-error.ts';
import { LockedError } from './lock/lock.ts';
import type { Outcome } from './output/reporter.ts';
import { atMost, DeadlineExceeded, poll } from './poll.ts';
import { type State, type Step, state } from './steps/step.ts';

/** What became of one step. */
export interface StepResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly evidence: string;
  readonly seconds: number;
  readonly error?: UserError;
  /** In a dry run: the command lines of what would be changed, in order. */
  readonly writes?: readonly string[];
}

/** What was made may take so many seconds to show: AWS answers reads from copies that lag behind writes. */
const visibilityLag = 20;

/**
 * Seconds for which a step's first look is repeated over what passes by itself: an API server that restarts needs
 * about a minute. The SDK has tried for some time by then, so that a network that is down is not waited for long.
 */
const firstLookPatience = 60;

/** How often a long apply or remove is looked at to tell the user how far it is. */
const progressInterval = 3;

/**
 * Applies steps as a graph: each starts as soon as those it needs are done. What is needed but is not in `steps` must be
 * there already. After a failure of one of them nothing new is begun; what is under way is brought to its end.
 *
 * @returns a result per step, in the order of `steps`
 */
export function applySteps(
  context: Context,
  all: readonly Step[],
  named: readonly Step[],
): Promise<StepResult[]> {
  const steps = named.filter((step) => isWanted(context, step));
  const chosen = new Set(steps.map(({ id }) => id));
  const needed = all.filter(
    ({ id, apply }) => apply && !chosen.has(id) && steps.some((step) => step.needs.includes(id)),
  );
  const planner = plannerOf(context, all);
  return runGraph(context, [...needed, ...steps], {
    titleOf: ({ title }) => title,
    predecessors: ({ needs }) => needs,
    run: (step) => (chosen.has(step.id) ? applyStep(context, step, planner) : requireStep(context, step)),
    // What is only needed is not this command's to do: what does not need it goes on.
    stopsAt: ({ id }) => chosen.has(id),
  }).then((results) => results.filter(({ id, outcome }) => chosen.has(id) || outcome === 'failed'));
}

/**
 * Removes steps against the graph's direction: each goes after everything that needs it. A failure holds back what the
 * failed step needs, and nothing else: the more is gone, the less is billed.
 *
 * @returns a result per step in `named` that can be removed, in the order of removal
 */
export function removeSteps(
  context: Context,
  all: readonly Step[],
  named: readonly Step[] = all,
): Promise<StepResult[]> {
  const removable = named.filter(({ remove }) => remove);
  const planner = plannerOf(context, all);
  const queues = new Map<string, Promise<unknown>>();
  const dependents = (step: Step): string[] =>
    removable
      .filter((other) => other !== step && !other.removeLast)
      .filter((other) => step.removeLast || needsOf(all, other).has(step.id))
      .map(({ id }) => id);
  const remove = (step: Step): Promise<Ended> => {
    const alone = step.removeAlone;
    if (!alone) return removeStep(context, step, planner);
    const turn = (queues.get(alone) ?? Promise.resolve()).then(() => removeStep(context, step, planner));
    queues.set(
      alone,
      turn.catch(() => {}),
    );
    return turn;
  };
  return runGraph(context, [...removable].reverse(), {
    titleOf: ({ subject }) => subject,
    predecessors: dependents,
    run: remove,
    stopsAt: () => false,
  });
}

/** Whether the settings ask for a step. */
export const isWanted = (context: Context, step: Step): boolean => step.wanted?.(context) ?? true;

/** In a dry run, what carries steps out instead of the runner. */
const plannerOf = (context: Context, all: readonly Step[]): Planner | undefined =>
  context.writes.dryRun ? createPlanner(context, (step) => needsOf(all, step)) : undefined;

/** Everything that a step builds on, directly or through others. */
function needsOf(all: readonly Step[], step: Step): Set<string> {
  const needs = new Set<string>();
  const add = (id: string) => {
    if (needs.has(id)) return;
    needs.add(id);
    for (const next of all.find((one) => one.id === id)?.needs ?? []) add(next);
  };
  for (const id of step.needs) add(id);
  return needs;
}

type Ended = Pick<StepResult, 'outcome' | 'evidence' | 'writes'>;

/** How the graph is walked. */
interface Walk {
  titleOf(step: Step): string;
  /** Ids of the steps that must have ended well before. */
  predecessors(step: Step): readonly string[];
  run(step: Step): Promise<Ended>;
  /** Whether this step's failure keeps steps from being begun that do not need it. */
  stopsAt(step: Step): boolean;
}

async function runGraph(
  context: Context,
  steps: readonly Step[],
  { titleOf, predecessors, run, stopsAt }: Walk,
): Promise<StepResult[]> {
  let stopped: string | undefined;
  const runs = new Map<string, Promise<StepResult>>();
  const runAfter = async (step: Step): Promise<StepResult> => {
    const before = predecessors(step).map((id) => runs.get(id));
    const failed = (await Promise.all(before)).find((result) => result && blocks(result));
    const result = { id: step.id, title: titleOf(step) };
    const evidence = failed
      ? `needs: ${failed.title}`
      : stopped && `not begun after the failure of: ${stopped}`;
    if (evidence) {
      context.out.finish(step.id, 'skipped', evidence);
      return { ...result, outcome: 'skipped', evidence, seconds: 0 };
    }
    const began = Date.now();
    const seconds = () => Math.round((Date.now() - began) / 100) / 10;
    context.out.start(step.id);
    try {
      const ended = await run(step);
      context.out.finish(step.id, ended.outcome, ended.evidence);
      context.log.add({ type: 'step', id: step.id, ...ended, seconds: seconds() });
      return { ...result, ...ended, seconds: seconds() };
    } catch (thrown) {
      if (context.signal.aborted) throw context.signal.reason;
      // Not this step failed: the run must not go on.
      if (thrown instanceof LockedError) throw thrown;
      const error = explain(thrown);
      if (stopsAt(step)) stopped ??= titleOf(step);
      context.out.finish(step.id, 'failed', error.what);
      context.log.add({
        type: 'step',
        id: step.id,
        outcome: 'failed',
        ...described(thrown),
        seconds: seconds(),
      });
      return { ...result, outcome: 'failed', evidence: error.what, seconds: seconds(), error };
    }
  };
  context.out.plan(steps.map((step) => ({ id: step.id, title: titleOf(step) })));
  // Every promise exists before the first one looks for its predecessors.
  const gate = createDeferred<void>();
  for (const step of steps)
    runs.set(
      step.id,
      gate.promise.then(() => runAfter(step)),
    );
  gate.resolve(undefined);
  const settled = await Promise.allSettled(runs.values());
  context.signal.throwIfAborted();
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

const blocks = ({ outcome }: StepResult): boolean => outcome === 'failed' || outcome === 'skipped';

async function requireStep(context: Context, step: Step): Promise<Ended> {
  const found = await lookFirst(context, step);
  if (usable(found)) return { outcome: 'unchanged', evidence: found.evidence };
  refuseForeign(step, found);
  throw new UserError({
    what: `${step.title}: not done yet`,
    why: found.evidence,
    fix: `lbc-setup ${step.command} --cluster ${context.config.cluster} --region ${context.config.region}`,
  });
}

async function applyStep(context: Context, step: Step, planner: Planner | undefined): Promise<Ended> {
  const found = await lookFirst(context, step);
  if (usable(found))
    return { outcome: found.status === 'foreign' ? 'kept' : 'unchanged', evidence: found.evidence };
  refuseForeign(step, found);
  if (planner) return planner.apply(step, found);
  await claim(context, step, found);
  // Somebody (a program that outlived an earlier run, say) is at it: what comes of that decides what is missing.
  const come =
    found.status === 'pending' ? await settle(context, step, (now) => now.status !== 'pending') : found;
  if (usable(come)) return { outcome: 'applied', evidence: come.evidence };
  refuseForeign(step, come);
  const before = come.status === 'broken' ? await makeAbsent(context, step, come) : come;
  await attempt(context, step, usable, () => step.apply?.(context, before));
  const settled = await settle(context, step, usable);
  refuseForeign(step, settled);
  return { outcome: 'applied', evidence: settled.evidence };
}

async function removeStep(context: Context, step: Step, planner: Planner | undefined): Promise<Ended> {
  const found = await lookFirst(context, step);
  if (isForeign(found)) return { outcome: 'kept', evidence: `not ours: ${found.evidence}` };
  if (found.status === 'absent') return { outcome: 'unchanged', evidence: found.evidence };
  if (planner) return planner.remove(step, found);
  await claim(context, step, found);
  await makeAbsent(context, step, found);
  return { outcome: 'removed', evidence: found.evidence };
}

/** What is on its way may be another run's work: then this run says so at once, and not after waiting for it. */
async function claim(context: Context, step: Step, found: State): Promise<void> {
  if (found.status === 'pending' && step.remove) await context.lock.hold();
}

async function makeAbsent(context: Context, step: Step, found: State): Promise<State> {
  await attempt(context, step, gone, () => step.remove?.(context, found));
  return settle(context, step, gone);
}

const usable = (found: State): boolean =>
  found.status === 'ready' || (found.status === 'foreign' && found.fits === true);
const isForeign = (found: State): boolean => found.status === 'foreign' && !found.partlyOurs;
const gone = (found: State): boolean => found.status === 'absent' || isForeign(found);
const again = (step: Step): string => `lbc-setup ${step.command} once more; it continues where it stopped`;

function refuseForeign(step: Step, found: State): void {
  if (found.status !== 'foreign' || found.fits) return;
  throw new UserError({
    what: `${step.title}: what is there was not made by lbc-setup, and cannot be used as it is`,
    why: found.evidence,
    fix: found.fix ?? 'choose another name',
  });
}

/**
 * Does the work while the step's own check tells how far it is: eksctl, for one, is silent for minutes. When the work
 * fails but the world is on its way to what was wanted (somebody else was faster), the failure does not count.
 */
async function attempt(
  context: Context,
  step: Step,
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
    // What AWS tells of what was made says more than the program that waited for it: eksctl names no resource. What could
    // not be removed was broken before.
    if (found?.status === 'broken' && wanted === usable)
      throw unsettled(`${step.title} failed`, step, found, error);
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
async function settle(context: Context, step: Step, wanted: (found: State) => boolean): Promise<State> {
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
      if (latest.status === 'broken') throw unsettled(`${step.title} failed`, step, latest);
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
const lookFirst = (context: Context, step: Step): Promise<State> =>
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
