import type { Context } from './context.ts';
import { createPlanner, type Planner } from './dry-run.ts';
import { UserError } from './errors/user-error.ts';
import { type Ended, runGraph, type StepResult } from './graph.ts';
import { attempt, gone, isForeign, lookFirst, settle, usable } from './settle.ts';
import type { State, Step } from './steps/step.ts';

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
    ({ id, apply, guards }) =>
      apply && !guards && !chosen.has(id) && steps.some((step) => step.needs.includes(id)),
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
  await attempt(context, step, before, usable, () => step.apply?.(context, before));
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
  await attempt(context, step, found, gone, () => step.remove?.(context, found));
  return settle(context, step, gone);
}

function refuseForeign(step: Step, found: State): void {
  if (found.status !== 'foreign' || found.fits) return;
  throw new UserError({
    what: `${step.title}: what is there was not made by lbc-setup, and cannot be used as it is`,
    why: found.evidence,
    fix: found.fix ?? 'choose another name',
  });
}
