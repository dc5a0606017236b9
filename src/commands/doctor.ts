import type { Context } from '../context.ts';
import { curable, cure, lookAgain } from '../doctor/cure.ts';
import type { Found } from '../doctor/diagnosis.ts';
import { type Examination, examine } from '../doctor/examine.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { StepResult } from '../graph.ts';
import { confirm } from '../output/confirm.ts';
import { printable } from '../output/printable.ts';
import type { CommandInput, SessionCommand } from './command.ts';
import { describeUnknown } from './describe-unknown.ts';
import { describeFailures } from './run-steps.ts';

/** So often a cure may bring to light another one: with the cause gone, what failed has to be tried again. */
const rounds = 5;

/**
 * `lbc-setup doctor`: what is wrong, most likely cause first. Exit code 3 when something is, 1 when nothing was found but
 * something could not be looked at. With --fix, what one safe command cures is cured after asking, and looked at again.
 */
export const run: SessionCommand = async (context, input) => {
  let examination = await examine(context);
  const cured: Found[] = [];
  const failed: StepResult[] = [];
  for (let round = 0; input.fix && round < rounds && failed.length === 0; round++) {
    const todo = curable(examination, cured);
    if (todo.length === 0) break;
    await ask(context, todo, input);
    const results = await cure(context, todo);
    const steps = results.flatMap(({ writes = [] }) => writes);
    if (context.writes.dryRun) return planned(examination, [...steps, ...context.writes.take()]);
    failed.push(...results.filter(({ error }) => error));
    cured.push(...todo);
    examination = await lookAgain(context, todo);
  }
  return {
    exitCode: failed[0]?.error?.exitCode ?? exitCodeOf(examination),
    data: { ...(await about(context)), ...plain(examination), cured: cured.map(plainFinding) },
    text: [describeFailures(failed), describe(examination, input)].filter(Boolean).join('\n'),
  };
};

const ask = ({ writes, signal }: Context, todo: readonly Found[], { yes }: CommandInput): Promise<void> =>
  writes.dryRun
    ? Promise.resolve()
    : confirm(
        `To be done:\n${unique(todo)
          .map((line) => `  ${line}`)
          .join('\n')}\nDo that?`,
        yes,
        signal,
      );

const unique = (findings: readonly Found[]): string[] => [...new Set(findings.map(({ fix }) => fix))];

function exitCodeOf({ findings, unknown }: Examination): ExitCode {
  if (findings.length > 0) return exitCodes.found;
  return unknown.length > 0 ? exitCodes.failed : exitCodes.done;
}

async function about({ aws, config, tools }: Context): Promise<object> {
  const { account } = await aws.identity();
  const { cluster, region } = config;
  return { account, region, cluster, awsCalls: aws.calls(), toolRuns: tools.runs() };
}

const plainFinding = ({ cure: how, ...finding }: Found): object => ({
  ...finding,
  curable: how !== undefined,
});

const plain = ({ findings, unknown, looked }: Examination): object => ({
  findings: findings.map(plainFinding),
  unknown,
  looked,
});

function planned(examination: Examination, lines: readonly string[]) {
  return {
    exitCode: exitCodeOf(examination),
    data: { ...plain(examination), writes: lines },
    text: [...lines, `Dry run: nothing was changed; ${lines.length} commands would be run.`].join('\n'),
  };
}

function describe(examination: Examination, { fix }: CommandInput): string {
  const { findings, unknown, looked } = examination;
  const lines = findings.map((one, index) => describeFinding(one, index + 1));
  const count = findings.filter(({ cure: how }) => how).length;
  return [
    ...lines,
    ...describeUnknown(unknown.map(({ id, ...one }) => ({ ...one, subject: id }))),
    findings.length === 0
      ? `Nothing is wrong, as far as ${looked.length} diagnoses can tell.`
      : `${findings.length} found by ${looked.length} diagnoses, the most likely cause first.`,
    ...(count > 0 && !fix ? [`${count} can be cured by: lbc-setup doctor --fix`] : []),
  ].join('\n');
}

const describeFinding = ({ what, evidence, fix, symptom }: Found, number: number): string =>
  printable(
    [
      `${number}. ${what}${symptom && number > 1 ? ' (may follow from the above)' : ''}`,
      ...evidence.map((line) => `   ${line}`),
      ...fix.split('\n').map((line, index) => `   ${index === 0 ? 'next: ' : '      '}${line}`),
    ].join('\n'),
  );
