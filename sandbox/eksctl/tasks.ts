import type { Logger } from './log.ts';

/** One step of a plan, or a tree of them. */
export interface Task {
  describe(): string;
  /** Rejects with the step's error. */
  run(): Promise<void>;
}

/** A tree of tasks: it prints itself as a plan and runs as printed. */
export interface TaskTree extends Task {
  readonly tasks: readonly Task[];
  /** Runs the tree and returns every error: the rest of a sequence is skipped, parallel branches all finish. */
  runAll(): Promise<unknown[]>;
}

/** A named step. */
export const task = (description: string, run: () => Promise<void>): Task => ({
  describe: () => description,
  run,
});

interface TreeOptions {
  readonly log: Logger;
  readonly parallel?: boolean;
  /** Inside another tree: indented, and described by its only member when it has one. */
  readonly nested?: boolean;
  /** Printed but not run. */
  readonly plan?: boolean;
}

const indent = (text: string, spaces: number): string =>
  text
    .split('\n')
    .map((line) => ' '.repeat(spaces) + line)
    .join('\n');

function describeTree(tasks: readonly Task[], options: TreeOptions): string {
  if (tasks.length === 0) return 'no tasks';
  const descriptions = tasks.map((member) => member.describe().replace(/\n$/, ''));
  if (descriptions.length === 1)
    return options.nested ? `${descriptions[0]}` : `1 task: { ${descriptions[0]} }`;
  const mode = options.parallel ? 'parallel' : 'sequential';
  if (!options.nested) {
    const text = `\n${descriptions.length} ${mode} tasks: { ${descriptions.join(', ')} \n}`;
    return `${options.plan ? '(plan) ' : ''}${text}\n`;
  }
  const members = descriptions.map(
    (text) => `${text.includes('sub-task') ? indent(text.replace(/^\n/, ''), 4) : indent(text, 8)},\n`,
  );
  return `\n    ${descriptions.length} ${mode} sub-tasks: { \n${members.join('')}    }\n`;
}

/** Makes a tree. Its text is the plan that eksctl prints (transcripts/eksctl/b2-create-c2-inline-sa.txt). */
export function taskTree(tasks: readonly Task[], options: TreeOptions): TaskTree {
  const { log } = options;
  const traced = async (member: Task): Promise<void> => {
    const description = member.describe();
    log.debug(`started task: ${description}`);
    try {
      await member.run();
    } catch (error) {
      const then = options.parallel
        ? 'will continue until other parallel tasks are completed'
        : 'will not run other sequential tasks';
      log.debug(`failed task: ${description} (${then})`);
      throw error;
    }
    log.debug(`completed task: ${description}`);
  };
  const runAll = async (): Promise<unknown[]> => {
    if (options.plan) return [];
    if (options.parallel) {
      const results = await Promise.allSettled(tasks.map(traced));
      return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    }
    for (const member of tasks) {
      try {
        await traced(member);
      } catch (error) {
        return [error];
      }
    }
    return [];
  };
  return {
    tasks,
    describe: () => describeTree(tasks, options),
    runAll,
    // The first error ends a tree inside another at once (transcripts/eksctl/f13-inline-sa-stack-rollback-p1.txt).
    run: async () => {
      if (options.parallel) await Promise.all(tasks.map(traced));
      else for (const member of tasks) await traced(member);
    },
  };
}
