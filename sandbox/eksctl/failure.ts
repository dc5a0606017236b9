/** Ends the command with exit code 1 and `Error: <message>` on stderr (facts/eksctl.md §2). */
export class Failure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
  }
}

/** Ends the command as a Go panic does: exit code 2 and the trace on stderr (facts/eksctl.md §8). */
export class Panic extends Error {
  constructor(trace: string) {
    super(trace);
    this.name = 'Panic';
  }
}

/** The refusal of everything outside of the emulation: never a silent yes. */
export const notEmulated = (what: string): Failure =>
  new Failure(`the rehearsal's eksctl does not emulate ${what}`);

/** The text that Go's `%v` prints for an error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Wraps an error as Go's `fmt.Errorf("context: %w")` does; the cause stays for those who ask for its code. */
export const wrap = (context: string, error: unknown): Failure =>
  new Failure(`${context}: ${messageOf(error)}`, { cause: error });
