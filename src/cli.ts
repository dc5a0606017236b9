import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { guardProcess, report } from './boundary.ts';
import { commands } from './commands/list.ts';
import { settings } from './config/settings.ts';
import { exitCodes } from './exit-codes.ts';
import { addGlobalOptions, type GlobalOptions } from './global-options.ts';
import { addLocalCommands } from './local-commands.ts';
import { printMessage } from './output/streams.ts';

/** Runs the command line and sets the exit code. Never rejects. */
export async function main(argv: readonly string[]): Promise<void> {
  // The SDK prints a note about Node 20 for every client; the supported range of this package says it once.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  guardProcess();
  const program = createProgram((code) => {
    process.exitCode = code;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // commander has printed help, version or what is wrong with the arguments.
    if (error instanceof CommanderError)
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    else process.exitCode = await report(error);
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
    .configureOutput({ writeErr: (text) => printMessage(text.trimEnd()) })
    // Descriptions say themselves what is accepted, and what an absent value stands for.
    .configureHelp({ optionDescription: ({ description }) => description, minWidthToWrap: 30 })
    .showHelpAfterError('(lbc-setup --help shows what there is)');
  for (const entry of commands) {
    const command = program.command(entry.name).description(entry.description);
    if (entry.arguments) command.argument(entry.arguments);
    for (const option of entry.options ?? []) command.option(...option);
    addGlobalOptions(command).action(async (...given: unknown[]) => {
      const options = command.opts<GlobalOptions>();
      // Whoever types what only the process in the sandbox is given means the same.
      if (options.sandbox || (options.inSandbox && !process.env.LBC_SETUP_SANDBOX)) {
        const { runInSandbox } = await import('./run-in-sandbox.ts');
        return exit(await runInSandbox(options));
      }
      const { runInSession } = await import('./run-in-session.ts');
      const args = entry.arguments ? [given[0] as string | string[]].flat() : [];
      exit(await runInSession(entry, args, options));
    });
  }
  addLocalCommands(program, exit);
  addHiddenCommands(program, exit);
  return program;
}

/** A command for programs, not for people. */
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
}

function packageVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
