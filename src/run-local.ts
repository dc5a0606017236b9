import { report } from './boundary.ts';
import type { CommandResult } from './commands/command.ts';
import type { ExitCode } from './exit-codes.ts';
import type { OutputOptions } from './global-options.ts';
import { printJson, printResult } from './output/streams.ts';

/** Runs a command that needs no session, from its start to its exit code, printing its result or its error. */
export async function runLocal(
  { output }: Pick<OutputOptions, 'output'>,
  command: () => Promise<CommandResult>,
): Promise<ExitCode> {
  try {
    const { exitCode, data, text } = await command();
    if (output === 'json') printJson(data);
    else if (text) printResult(text);
    return exitCode;
  } catch (thrown) {
    return report(thrown);
  }
}
