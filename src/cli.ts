import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { commands } from './commands/list.ts';
import { type SettingKey, settings, type Values } from './config/settings.ts';
import { exitCodes } from './exit-codes.ts';

/** The options that every command takes. */
export interface GlobalOptions extends Values {
  readonly config?: string;
  readonly output: 'text' | 'json';
  readonly yes?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

/** Runs the command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // The SDK prints a note about Node 20 for every client; the supported range of this package says it once.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const program = createProgram((code) => {
    process.exitCode = code;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has printed help, version or what is wrong with the arguments.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
}

/** The whole command line; `exit` is told how a command ended. */
export function createProgram(exit: (code: number) => void): Command {
  const program = new Command('lbc-setup')
    .description(
      'From an AWS account to a working AWS Load Balancer Controller on EKS with Fargate, and back to nothing.',
    )
    .version(packageVersion(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(lbc-setup --help shows what there is)');
  for (const entry of commands) {
    const command = program.command(entry.name).description(entry.description);
    if (entry.arguments) command.argument(entry.arguments);
    addGlobalOptions(command).action(async (...given: unknown[]) => {
      const { runInSession } = await import('./run-in-session.ts');
      const args = entry.arguments ? (given[0] as string[]) : [];
      exit(await runInSession(entry, args, command.opts<GlobalOptions>()));
    });
  }
  addHiddenCommands(program, exit);
  return program;
}

function addGlobalOptions(command: Command): Command {
  for (const key of Object.keys(settings) as SettingKey[]) {
    const { flag, description, environment } = settings[key];
    const fallback = 'default' in settings[key] ? ` (default: ${settings[key].default})` : '';
    command.addOption(new Option(flag, `${description}${fallback} [$${environment}]`));
  }
  return command
    .option('--config <file>', 'configuration file (default: lbc-setup.yaml, if there is one)')
    .addOption(
      new Option('-o, --output <format>', 'format of the result').choices(['text', 'json']).default('text'),
    )
    .option('-y, --yes', 'do not ask')
    .option('-q, --quiet', 'no progress, only the result and errors')
    .option('-v, --verbose', 'say where the log of the run is')
    .option('--no-color', 'no colours [$NO_COLOR]');
}

/** Commands for programs, not for people. */
function addHiddenCommands(program: Command, exit: (code: number) => void): void {
  program
    .command('token', { hidden: true })
    .description('credentials for kubectl (client.authentication.k8s.io ExecCredential)')
    .requiredOption('--cluster <name>', settings.cluster.description)
    .requiredOption('--region <region>', settings.region.description)
    .option('--profile <name>', settings.profile.description)
    .action(async (options) => {
      const { printToken } = await import('./commands/token.ts');
      exit(await printToken(options));
    });
  program
    .command('rehearse')
    .description(
      'run the whole life cycle on an embedded AWS and Kubernetes: free, offline, in about a minute',
    )
    .option('--speed <factor>', 'simulated seconds per second', positiveNumber, 300)
    .option('--seed <number>', 'replay the choices of an earlier rehearsal', wholeNumber)
    .addOption(
      new Option('-o, --output <format>', 'format of the result').choices(['text', 'json']).default('text'),
    )
    .option('--no-color', 'no colours [$NO_COLOR]')
    .action(async (options) => {
      const { rehearse } = await import('./commands/rehearse.ts');
      exit(await rehearse(options));
    });
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100_000))
    throw new InvalidArgumentError('It must be a number from 0 (excluded) to 100000.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

function packageVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
