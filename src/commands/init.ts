import { lifetimeOf } from '../aws/lifetime.ts';
import { defaultConfigFile, type EffectiveValues, loadSettings } from '../config/load.ts';
import { type SettingKey, settings, type Values } from '../config/settings.ts';
import { type ConfigChange, prepareConfig, writeConfig } from '../config/write.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { ask, atTerminal, canAsk } from '../output/ask.ts';
import { printable } from '../output/printable.ts';
import { stepsOf } from '../steps/list.ts';
import { toolNames } from '../tools/tool.ts';
import type { Located } from '../tools/toolbox.ts';
import type { CommandInput, SessionCommand } from './command.ts';
import { runSteps } from './run-steps.ts';

/** The settings that every configuration file gets, and the questions for them where there is a terminal. */
const asked = { cluster: 'Name of the cluster', region: 'AWS region' } as const;

/**
 * `lbc-setup init`: step 1 of the walkthrough. Who am I, which tools are there (what is missing is downloaded), and the
 * settings written down, with the account, so that no other command works in another one by mistake.
 */
export const run: SessionCommand = async (context, input) => {
  const identity = await context.aws.identity();
  const { warning, ...credentials } = lifetimeOf(await context.aws.credentials(), new Date());
  if (warning) context.out.warn(warning);
  const values = await chooseSettings(context, input);
  const { text, ...config } = await prepareConfig(input.configFile ?? defaultConfigFile, values, input.force);
  const result = await runSteps(context, stepsOf('init'));
  // Settings that the steps refuse are not written down.
  if (result.exitCode !== exitCodes.done) return result;
  await writeConfig({ text, ...config }, context.writes);
  const planned = context.writes.take();
  const tools = (await Promise.all(toolNames.map((name) => context.toolbox.look(name)))).filter(
    (tool) => 'path' in tool,
  );
  return {
    exitCode: result.exitCode,
    data: { ...identity, credentials, tools, config, ...(planned.length > 0 && { planned }), ...result.data },
    text: context.writes.dryRun
      ? [...planned, result.text].join('\n')
      : describe(
          { ...identity, region: context.config.region, credentials: credentials.text },
          tools,
          config,
        ),
  };
};

/**
 * What goes into the file: the account, what was given as flags, and the answers. What a LBC_SETUP_* variable says stays
 * there: it may hold for this terminal alone, as the account of the sandbox does.
 */
async function chooseSettings(context: Context, { yes, flags, configFile }: CommandInput): Promise<Values> {
  const { config, aws, out } = context;
  const { account, arn } = await aws.identity();
  const given = await loadSettings(flags, configFile, true);
  const inVariable = (key: SettingKey): boolean => given[key]?.origin === 'environment';
  const values: Record<string, string> = {
    ...(!inVariable('account') && { account }),
    ...fromFlags(given),
  };
  const dialogue = atTerminal(context.signal);
  for (const key of Object.keys(asked) as (keyof typeof asked)[]) {
    if (inVariable(key)) continue;
    values[key] = config[key];
    if (yes || !canAsk() || (given[key] && given[key].origin !== 'default')) continue;
    if (key === 'cluster') out.note(`account ${account}, ${arn}`);
    values[key] = await ask(asked[key], config[key], (answer) => problemOf(key, answer), dialogue);
  }
  return values;
}

const fromFlags = (given: EffectiveValues): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, { value, origin }]) => (origin === 'flag' ? [[key, value]] : [])),
  );

function problemOf(key: SettingKey, answer: string): string | undefined {
  const { pattern, accepts } = settings[key];
  return pattern.test(answer) ? undefined : `not usable: ${accepts}`;
}

function describe(
  facts: Readonly<Record<string, string>>,
  tools: readonly Located[],
  config: Omit<ConfigChange, 'text'>,
): string {
  const outcome =
    config.outcome === 'unchanged' ? 'unchanged' : `${config.outcome}: ${config.written.join(', ')}`;
  const rows: [string, string][] = [
    ...Object.entries(facts),
    ...tools.map(({ name, version, path, origin }): [string, string] => [
      name,
      `${version}  ${path} (${origin})`,
    ]),
    ['settings', `${config.file} (${outcome})`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, text]) => printable(`${name.padEnd(width)}  ${text}`)),
    'Ready. Next: lbc-setup up, or step by step: lbc-setup cluster',
  ].join('\n');
}
