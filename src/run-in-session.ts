import { setMaxListeners } from 'node:events';
import type { CommandResult } from './commands/command.ts';
import type { CommandEntry } from './commands/list.ts';
import type { Context } from './context.ts';
import { described, explain } from './errors/explain.ts';
import type { UserError } from './errors/user-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { GlobalOptions } from './global-options.ts';
import { describeInterruption } from './interruption.ts';
import { openRunLog, type RunLog } from './log.ts';
import { createReporter } from './output/create-reporter.ts';
import { formatError } from './output/format-error.ts';
import { printJson, printMessage, printResult } from './output/streams.ts';
import { openSession } from './session.ts';

/**
 * Runs one command from the parsed command line to its exit code: the only place where errors are turned into messages,
 * where signals arrive, and where stdout is written.
 */
export async function runInSession(
  entry: CommandEntry,
  args: readonly string[],
  options: GlobalOptions,
): Promise<ExitCode> {
  const out = createReporter(options);
  const log = openRunLog(entry.name);
  const interrupt = new AbortController();
  // Every call and every child program listens to it.
  setMaxListeners(0, interrupt.signal);
  const onSignal = (name: NodeJS.Signals) => {
    // The first one ends the run in order; who sends a second does not want to wait for that.
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort(new Error(name));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  log.add({ type: 'start', argv: process.argv.slice(2), node: process.version });
  let context: Context | undefined;
  try {
    context = await openSession({
      operation: entry.name,
      flags: options,
      configFile: options.config,
      createsConfig: entry.createsConfig,
      out,
      log,
      signal: interrupt.signal,
      dryRun: options.dryRun === true,
    });
    const { run } = await entry.load();
    const result = await run(context, {
      args,
      yes: options.yes === true,
      remove: options.remove === true,
      force: options.force === true,
      teardownOnFailure: options.teardownOnFailure === true,
      fix: options.fix === true,
      keepCluster: options.keepCluster === true,
      awsOnly: options.awsOnly === true,
      flags: options,
      configFile: options.config,
    });
    await out.close();
    print(result, options);
    return end(log, options, result.exitCode);
  } catch (thrown) {
    await out.close();
    if (interrupt.signal.aborted) {
      log.add({ type: 'interrupted' });
      printMessage(describeInterruption(entry, args, options, context?.writes.any() ?? false));
      return exitCodes.interrupted;
    }
    return failed(thrown, log, options);
  } finally {
    await context?.lock.release();
    process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal);
  }
}

function print({ data, text, exitCode, isReport }: CommandResult, { output }: GlobalOptions): void {
  if (output === 'json') printJson(data);
  else if (text) (isError(exitCode) && !isReport ? printMessage : printResult)(text);
}

/** What is found is a result; what went wrong is none. */
const isError = (code: ExitCode): boolean => code === exitCodes.failed || code === exitCodes.usage;

function end(log: RunLog, { verbose }: GlobalOptions, exitCode: ExitCode): ExitCode {
  log.add({ type: 'end', exitCode });
  if (verbose || exitCode === exitCodes.failed || exitCode === exitCodes.found)
    printMessage(`  log: ${log.folder ?? 'none, since it could not be written'}`);
  return exitCode;
}

function failed(thrown: unknown, log: RunLog, options: GlobalOptions): ExitCode {
  const error: UserError = explain(thrown);
  log.add({ type: 'error', ...described(thrown) });
  printMessage(formatError(error));
  return end(log, options, error.exitCode);
}
