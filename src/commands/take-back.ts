import { audit, type Leftover } from '../audit.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../output/printable.ts';
import { removeSteps } from '../runner.ts';
import { steps as allSteps } from '../steps/list.ts';
import type { State, Step } from '../steps/step.ts';
import type { CommandResult } from './command.ts';
import { describeUnseen } from './describe-unknown.ts';
import { describeFailures } from './run-steps.ts';

/** What there was before a run: everything else is the run's, since no other one changes the cluster meanwhile. */
interface Before {
  /** What was not there, or only half. */
  readonly missing: readonly Step[];
  /** Ids of what the audit found. */
  readonly found: ReadonlySet<string>;
}

const missing: readonly State['status'][] = ['absent', 'broken'];

/** Looks at what is there before a run. What cannot be looked at counts as there: it is not the run's to take away. */
export async function lookBefore(context: Context): Promise<Before> {
  const removable = allSteps.filter(({ remove }) => remove);
  const [statuses, { leftovers, unknown }] = await Promise.all([
    Promise.all(removable.map((step) => statusOf(context, step))),
    audit(context),
  ]);
  // Without it what the run makes could not be told from what was there.
  if (unknown[0]) throw unknown[0].error;
  return {
    missing: removable.filter((_, index) => missing.includes(statuses[index] ?? 'ready')),
    found: new Set(leftovers.map(({ id }) => id)),
  };
}

async function statusOf(context: Context, step: Step): Promise<State['status'] | undefined> {
  try {
    return (await step.check(context)).status;
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

/**
 * After a run that failed takes away what it made, and nothing that was there before. The result stays a failure; it
 * says in addition what was removed and what is left.
 */
export async function takeBack(
  context: Context,
  before: Before,
  result: CommandResult,
): Promise<CommandResult> {
  if (result.exitCode === exitCodes.done || context.writes.dryRun || !context.writes.any()) return result;
  context.reads.clear();
  const results = await removeSteps(context, allSteps, before.missing);
  context.reads.clear();
  const after = await audit(context);
  const leftovers = after.leftovers.filter(({ id }) => !before.found.has(id));
  const removed = results.filter(({ outcome }) => outcome === 'removed');
  const failed = results.filter(({ error }) => error);
  return {
    ...result,
    data: {
      ...result.data,
      takenBack: results.map(({ error, ...rest }) => ({ ...rest, ...(error && { error: error.what }) })),
      leftovers,
    },
    text: [
      result.text,
      describeFailures(failed),
      ...(removed.length > 0
        ? ['taken away again:', ...removed.map(({ title, evidence }) => printable(`  ${title}: ${evidence}`))]
        : ['there was nothing to take away again']),
      ...describeUnseen(after.unknown),
      ...describeLeft(after.unknown.length > 0, leftovers),
    ]
      .filter(Boolean)
      .join('\n'),
  };
}

const describeLeft = (partly: boolean, leftovers: readonly Leftover[]): string[] =>
  leftovers.length === 0
    ? [`${partly ? 'of what could be looked at, ' : ''}nothing that this run made is left`]
    : [
        'left over of what this run made:',
        ...leftovers.map(({ kind, id, remove }) => printable(`  ${kind} ${id}\n    ${remove}`)),
      ];
