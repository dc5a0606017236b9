import { execa } from 'execa';
import { commandLine } from '../command-line.ts';
import type { ReadCache } from '../read-cache.ts';
import type { Keep, Writes } from '../writes.ts';

/** The external programs that do the work. */
export const toolNames = ['eksctl', 'helm', 'kubectl'] as const;

export type ToolName = (typeof toolNames)[number];

/** One run of a program. */
export interface Invocation {
  readonly tool: ToolName;
  readonly args: readonly string[];
  /** Whether it can change something: reads are remembered for the run, writes make everything be read again. */
  readonly writes: boolean;
  readonly input?: string;
  /** Its output is a secret and goes into no log. */
  readonly confidential?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds after which it is stopped; every run has a bound, since kubectl against a silent server has none. */
  readonly timeout: number;
}

/** How a run ended. Both streams are kept: eksctl writes the cause of an error to stdout. */
export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that ended with an error, was stopped, or could not be started. */
export class ToolError extends Error {
  readonly invocation: Invocation;
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  constructor(
    invocation: Invocation,
    ended: { exitCode?: number; timedOut: boolean; stdout: string; stderr: string; how?: string },
  ) {
    const how = ended.timedOut
      ? `was stopped after ${invocation.timeout} s`
      : (ended.how ?? `ended with exit code ${ended.exitCode}`);
    // The first words tell what was tried; the log of the run has them all.
    super(`${[invocation.tool, ...invocation.args.slice(0, 2)].join(' ')} ${how}`);
    this.name = 'ToolError';
    this.invocation = invocation;
    this.exitCode = ended.exitCode;
    this.timedOut = ended.timedOut;
    this.stdout = ended.stdout;
    this.stderr = ended.stderr;
  }
}

/** Runs external programs: argument vectors only, never a shell. */
export interface ToolRunner {
  /** Throws ToolError when the program does not end with exit code 0, UserError when it is not there. */
  run(invocation: Invocation): Promise<ToolOutput>;
  /** How many programs were started so far. */
  runs(): number;
}

/** What the runner is made with. */
export interface ToolRunnerOptions {
  /** The path of a program. Throws UserError when it is not there. */
  readonly locate: (tool: ToolName) => Promise<string>;
  readonly env: Readonly<Record<string, string>>;
  /** What a dry run shows instead: its own files are not those that a command would find. */
  readonly shownEnv: Readonly<Record<string, string>>;
  readonly reads: ReadCache;
  readonly writes: Writes;
  readonly signal: AbortSignal;
  /** Is told of every run that ended. */
  readonly log: (entry: {
    argv: string[];
    seconds: number;
    exitCode?: number;
    stdout: string;
    stderr: string;
  }) => void;
}

/** A stopped program gets SIGTERM and this long to end: a helm that is killed leaves a release that blocks. */
const patience = 60_000;

/** The longest output that is taken, in characters a stream; a program that prints more is stopped. */
const longestOutput = 64 * 1024 * 1024;

/** How a program ended that has no exit code to tell. */
function ending(ended: { isMaxBuffer: boolean; signal?: string; exitCode?: number }): string | undefined {
  if (ended.isMaxBuffer) return `was stopped, since it printed more than ${longestOutput / 2 ** 20} MiB`;
  if (ended.signal) return `was ended by ${ended.signal}`;
  return ended.exitCode === undefined ? 'could not be started' : undefined;
}

/** Makes the runner. `env` is added to the environment of every program. */
export function createToolRunner(options: ToolRunnerOptions): ToolRunner {
  let runs = 0;
  const start = async (invocation: Invocation): Promise<ToolOutput> => {
    const path = await options.locate(invocation.tool);
    options.signal.throwIfAborted();
    runs++;
    const began = Date.now();
    const ended = await execa(path, invocation.args, {
      env: { ...options.env, ...invocation.env },
      input: invocation.input ?? '',
      reject: false,
      timeout: invocation.timeout * 1000,
      cancelSignal: options.signal,
      killSignal: 'SIGTERM',
      forceKillAfterDelay: patience,
      stripFinalNewline: false,
      maxBuffer: longestOutput,
    });
    const { exitCode, stdout = '', stderr = '' } = ended;
    const seconds = (Date.now() - began) / 1000;
    const output = invocation.confidential ? { stdout: '(confidential)', stderr: '' } : { stdout, stderr };
    options.log({ argv: [invocation.tool, ...invocation.args], seconds, exitCode, ...output });
    options.signal.throwIfAborted();
    if (ended.failed) {
      throw new ToolError(invocation, {
        exitCode,
        timedOut: ended.timedOut,
        stdout,
        stderr: stderr || (ended.shortMessage ?? ''),
        how: ending(ended),
      });
    }
    return { stdout, stderr };
  };
  return {
    async run(invocation) {
      if (!invocation.writes) {
        const key = JSON.stringify([invocation.tool, invocation.args, invocation.input ?? '']);
        return options.reads.read(key, () => start(invocation));
      }
      const line = (keep: Keep) =>
        commandLine([invocation.tool, ...invocation.args], {
          env: { ...options.env, ...invocation.env, ...options.shownEnv },
          input: invocation.input === undefined ? undefined : keep(invocation.input),
        });
      const work = async () => {
        try {
          return await start(invocation);
        } finally {
          options.reads.clear();
        }
      };
      return options.writes.perform(line, work, { stdout: '', stderr: '' });
    },
    runs: () => runs,
  };
}
