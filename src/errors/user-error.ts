import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** What a user is told when something goes wrong: what happened, why, and the one thing to do next. */
export interface Explanation {
  /** What happened, as a sentence without a full stop. */
  readonly what: string;
  /** Why, with the evidence; may be several lines. */
  readonly why?: string;
  /** The command or change that helps. There is no error without one. */
  readonly fix: string;
  /** It may pass by itself (no connection, too many calls): a wait goes on over it. */
  readonly transient?: boolean;
}

/** An error for the user's eyes. Anything else that reaches the boundary is a defect of this tool. */
export class UserError extends Error implements Explanation {
  readonly what: string;
  readonly why?: string;
  readonly fix: string;
  readonly transient: boolean;
  readonly exitCode: ExitCode;

  constructor(explanation: Explanation, options?: { exitCode?: ExitCode; cause?: unknown }) {
    super(explanation.what, { cause: options?.cause });
    this.name = 'UserError';
    this.what = explanation.what;
    this.why = explanation.why;
    this.fix = explanation.fix;
    this.transient = explanation.transient ?? false;
    this.exitCode = options?.exitCode ?? exitCodes.failed;
  }
}

/** A value given by flag, file or environment that cannot be used: exit code 2, nothing changed. */
export class UsageError extends UserError {
  constructor(explanation: Explanation) {
    super(explanation, { exitCode: exitCodes.usage });
    this.name = 'UsageError';
  }
}
