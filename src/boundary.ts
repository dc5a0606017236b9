import { type ExitCode, exitCodes } from './exit-codes.ts';
import { guardStreams, printMessage } from './output/streams.ts';

/**
 * Prints an error that no command has turned into a message, without a stack trace.
 *
 * @returns the exit code that belongs to it
 */
export async function report(thrown: unknown): Promise<ExitCode> {
  // Loaded when needed: --help and --version are quick.
  const [{ explain }, { formatError }] = await Promise.all([
    import('./errors/explain.ts'),
    import('./output/format-error.ts'),
  ]);
  const error = explain(thrown);
  printMessage(formatError(error));
  return error.exitCode;
}

/** Sees to it that whatever happens outside of a command's own boundary ends in a message and an exit code, too. */
export function guardProcess(): void {
  const end = (thrown: unknown): void => {
    report(thrown).then(process.exit, () => process.exit(exitCodes.failed));
  };
  guardStreams(end);
  // Rejections that nobody handles arrive here as well.
  process.on('uncaughtException', end);
}
