/** How a step ended. */
export type Outcome =
  /** Was as wanted already. */
  | 'unchanged'
  | 'applied'
  | 'removed'
  /** Not ours: used or left as it is. */
  | 'kept'
  /** Nothing was done: a dry run told what would be. */
  | 'planned'
  | 'failed'
  /** Not tried, because something it needs failed. */
  | 'skipped';

/**
 * Where progress goes. Everything here is for people (or their logs) and goes to stderr; the result of a command is
 * printed to stdout by the command.
 */
export interface Reporter {
  /** Announces the steps that will run, in order. */
  plan(steps: readonly { id: string; title: string }[]): void;
  start(id: string): void;
  /** What the step is waiting for, or doing, right now. */
  progress(id: string, text: string): void;
  finish(id: string, outcome: Outcome, evidence: string): void;
  /** A line that belongs to no step. */
  note(text: string): void;
  warn(text: string): void;
  /** Leaves the terminal as it should be. Call before anything else is printed. */
  close(): Promise<void>;
}
