import type { FaultEffect } from '../faults.ts';
import { type Arguments, globalFlags, parseArguments } from './arguments.ts';
import { createSimulatedClock } from './clock.ts';
import { type Command, commands } from './commands.ts';
import { type Control, createControl } from './control.ts';
import { type Host, readEnvironment } from './environment.ts';
import { messageOf, notEmulated, Panic } from './failure.ts';
import { createLogger } from './log.ts';

/** How a run ends: with an exit code, or cut off without one. */
export type Ending = number | 'killed';

/** Finds the command and the arguments behind its words. Throws Failure when it is not emulated. */
function findCommand(argv: readonly string[]): { command: Command; rest: string[] } {
  for (const command of commands) {
    const { words, aliases = [] } = command;
    const spoken = argv.slice(0, words.length);
    const last = spoken.at(-1) ?? '';
    const canonical = aliases.includes(last) ? [...spoken.slice(0, -1), words.at(-1)] : spoken;
    if (canonical.join(' ') === words.join(' ')) return { command, rest: argv.slice(words.length) };
  }
  throw notEmulated(`"eksctl ${argv.slice(0, 2).join(' ')}"`);
}

/** Runs a command and returns its exit code; errors end up on stderr. */
async function perform(argv: readonly string[], host: Host): Promise<number> {
  try {
    const { command, rest } = findCommand(argv);
    const flags = { ...globalFlags, ...command.flags };
    const args: Arguments = parseArguments(rest, flags, command.words.join(' '));
    const environment = readEnvironment(host.env);
    const aside = command.logsAside && args.string('output') !== 'table';
    const log = createLogger(Number(args.string('verbose')), aside ? host.stderr : host.stdout);
    const run = await command.load();
    await run({
      host,
      environment,
      clock: createSimulatedClock(environment.speed),
      log,
      args,
      print: host.stdout,
    });
    return 0;
  } catch (error) {
    if (error instanceof Panic) {
      host.stderr(error.message);
      return 2;
    }
    host.stderr(`Error: ${messageOf(error)}\n`);
    return 1;
  }
}

/** Whether a command line can change something; a command that is not emulated cannot. */
function canWrite(argv: readonly string[]): boolean {
  try {
    return findCommand(argv).command.writes;
  } catch {
    return false;
  }
}

async function performWithFault(
  fault: FaultEffect | undefined,
  argv: readonly string[],
  host: Host,
): Promise<Ending> {
  switch (fault?.kind) {
    case 'exit':
      if (fault.stdout) host.stdout(fault.stdout);
      if (fault.stderr) host.stderr(fault.stderr);
      return fault.code;
    case 'error':
      host.stderr(`Error: ${fault.code}: ${fault.message}\n`);
      return 1;
    case 'delay':
      await createSimulatedClock(readEnvironment(host.env).speed).sleep(fault.seconds);
      return perform(argv, host);
    case 'hang':
      return new Promise(() => setInterval(() => {}, 60_000));
    case 'cut':
      await perform(argv, host);
      return 'killed';
    case 'behave':
      host.stderr(`Error: ${notEmulated(`the fault "${fault.how}"`).message}\n`);
      return 1;
    default:
      return perform(argv, host);
  }
}

/** Runs eksctl with these arguments: asks for a fault, performs, reports. Never throws. */
export async function run(argv: readonly string[], host: Host): Promise<Ending> {
  const call = ['eksctl', ...argv].join(' ');
  try {
    const control: Control = createControl(host.env.LBC_SANDBOX_CONTROL || undefined);
    const ending = await performWithFault(await control.fault(call), argv, host);
    const status = ending === 'killed' ? 137 : ending;
    await control.report({ call, status, write: canWrite(argv) });
    return ending;
  } catch (error) {
    host.stderr(`Error: ${messageOf(error)}\n`);
    return 1;
  }
}
