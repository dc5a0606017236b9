import chalk from 'chalk';
import { Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput } from 'listr2';
import { createDeferred, type Deferred } from '../deferred.ts';
import { printable } from './printable.ts';
import type { Outcome, Reporter } from './reporter.ts';
import { printMessage } from './streams.ts';

interface Row {
  readonly title: string;
  // The wrapper's type parameters name renderers that nothing here depends on.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  task?: ListrTaskWrapper<unknown, any, any>;
  readonly done: Deferred<void>;
}

/** A live list on the terminal: one line a step, with what it waits for beneath. Drawn on stderr by listr2. */
export function createTerminalReporter(): Reporter {
  // chalk knows FORCE_COLOR and --no-color, and not https://no-color.org
  if (process.env.NO_COLOR) chalk.level = 0;
  const rows = new Map<string, Row>();
  let drawing: Promise<unknown> = Promise.resolve();
  const logger = new ListrLogger({
    processOutput: new ProcessOutput(
      process.stderr as NodeJS.WriteStream,
      process.stderr as NodeJS.WriteStream,
    ),
  });
  const ends: Record<Outcome, (row: Row, evidence: string) => void> = {
    unchanged: (row, evidence) => succeed(row, evidence),
    applied: (row, evidence) => succeed(row, evidence),
    removed: (row, evidence) => succeed(row, evidence),
    planned: (row, evidence) => succeed(row, evidence),
    kept: (row, evidence) => row.task?.skip(titled(row, evidence)),
    skipped: (row, evidence) => row.task?.skip(titled(row, evidence)),
    failed: (row, evidence) => row.done.reject(new Error(evidence)),
  };
  const titled = ({ title }: Row, evidence: string) =>
    evidence ? `${title}${chalk.dim(`: ${evidence}`)}` : title;
  const succeed = (row: Row, evidence: string) => {
    if (row.task) row.task.title = titled(row, evidence);
  };
  return {
    plan(steps) {
      for (const { id, title } of steps) {
        const row: Row = { title, done: createDeferred<void>() };
        // A step may fail before listr2 has come to it and waits for its end.
        row.done.promise.catch(() => {});
        rows.set(id, row);
      }
      const list = new Listr(
        [...rows.values()].map((row) => ({
          title: chalk.dim(row.title),
          task: (_: unknown, task: Row['task']) => {
            row.task = task;
            return row.done.promise;
          },
        })),
        {
          concurrent: true,
          exitOnError: false,
          registerSignalListeners: false,
          rendererOptions: { logger, collapseSkips: true, collapseErrors: false },
        },
      );
      drawing = list.run();
    },
    start(id) {
      const row = rows.get(id);
      if (row?.task) row.task.title = row.title;
    },
    progress(id, text) {
      const row = rows.get(id);
      if (row?.task) row.task.output = chalk.dim(printable(text));
    },
    finish(id, outcome, evidence) {
      const row = rows.get(id);
      if (!row) return;
      ends[outcome](row, printable(evidence));
      row.done.resolve(undefined);
      rows.delete(id);
    },
    note: printMessage,
    warn: (text) => void process.stderr.write(`${chalk.yellow('warning:')} ${printable(text)}\n`),
    async close() {
      for (const row of rows.values()) {
        row.task?.skip(titled(row, 'not finished'));
        row.done.resolve(undefined);
      }
      rows.clear();
      await drawing;
    },
  };
}
