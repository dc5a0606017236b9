import { type Command, Option } from 'commander';
import { type SettingKey, settings, type Values } from './config/settings.ts';

/** The options that every command takes. */
export interface GlobalOptions extends Values, OutputOptions {
  readonly config?: string;
  readonly sandbox?: boolean;
  /** What became of --sandbox in the process that runs there. */
  readonly inSandbox?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  /** Only where a command has it among its own. */
  readonly remove?: boolean;
  readonly force?: boolean;
  readonly teardownOnFailure?: boolean;
  readonly fix?: boolean;
  readonly keepCluster?: boolean;
  readonly awsOnly?: boolean;
}

/** How a command shows what it does. */
export interface OutputOptions {
  readonly output: 'text' | 'json';
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

/** Adds every setting, and what decides how a command asks and answers. */
export function addGlobalOptions(command: Command): Command {
  return addOutputOptions(
    addSettings(command)
      .option('--sandbox', 'do it in the sandbox, started if none runs: nothing real, nothing billed')
      .addOption(new Option('--in-sandbox').hideHelp())
      .option('-y, --yes', 'do not ask')
      .option('--dry-run', 'change nothing: look, and print each command that would change something'),
  )
    .option('-q, --quiet', 'no progress, only the result and errors')
    .option('-v, --verbose', 'say where the log of the run is');
}

const allSettings = Object.keys(settings) as SettingKey[];

/** Adds settings, by default all, and the file that they may stand in. */
export function addSettings(command: Command, keys: readonly SettingKey[] = allSettings): Command {
  for (const key of keys) {
    const { flag, description } = settings[key];
    const fallback = 'default' in settings[key] ? ` (default: ${settings[key].default})` : '';
    const option = new Option(flag, `${description}${fallback}`);
    if ('preset' in settings[key]) option.preset(settings[key].preset);
    if ('repeatable' in settings[key])
      option.argParser((value: string, before?: string) => (before ? `${before},${value}` : value));
    if ('group' in settings[key]) option.helpGroup('Samples:');
    command.addOption(option);
  }
  return command
    .option('--config <file>', 'configuration file (default: lbc-setup.yaml, if there is one)')
    .addHelpText('after', otherWays);
}

/** The names of a setting are made from each other: the table is checked for it. */
const otherWays = `
Settings may also stand in environment variables (LBC_SETUP_API_CIDR) and in
lbc-setup.yaml (apiCidr); "lbc-setup config" shows what is in effect.`;

/** Adds the format of the result, and colours. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <format>', 'format of the result: text or json (default: text)')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--no-color', 'no colours [$NO_COLOR]');
}
