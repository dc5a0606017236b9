import type { Values } from '../config/settings.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';

/** What a command gives back: the machine-readable result, and the same for people. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  /** Printed to stdout with --output json. */
  readonly data: object;
  /** Printed to stdout otherwise, or to stderr when it tells what failed; lines without a trailing line feed. */
  readonly text: string;
  /** The text is what was asked for whatever the exit code, so it goes to stdout. */
  readonly isReport?: true;
}

/** What was given on the command line besides settings. */
export interface CommandInput {
  readonly args: readonly string[];
  readonly yes: boolean;
  /** --remove: take away what the command otherwise makes. */
  readonly remove: boolean;
  /** --force: change what stands in the configuration file. */
  readonly force: boolean;
  /** --teardown-on-failure: take away what a run made that failed. */
  readonly teardownOnFailure: boolean;
  /** --fix: do what one safe command cures. */
  readonly fix: boolean;
  /** --keep-cluster: take away only what was installed. */
  readonly keepCluster: boolean;
  /** --aws-only: ask nothing of the cluster. */
  readonly awsOnly: boolean;
  /** The settings that were given as flags. */
  readonly flags: Values;
  /** --config. */
  readonly configFile?: string;
}

/** A command that works in a session. */
export type SessionCommand = (context: Context, input: CommandInput) => Promise<CommandResult>;
