import { configuredRegion } from '../aws/region.ts';
import { completeConfig } from '../config/config.ts';
import { type Effective, loadSettings } from '../config/load.ts';
import { configSchema } from '../config/schema.ts';
import { type SettingKey, settings, type Values } from '../config/settings.ts';
import { exitCodes } from '../exit-codes.ts';
import { withoutSecrets } from '../first-line.ts';
import type { OutputOptions } from '../global-options.ts';
import { runLocal } from '../run-local.ts';

/** The options of `lbc-setup config`. */
export interface ConfigOptions extends OutputOptions, Values {
  readonly config?: string;
  readonly schema?: boolean;
}

/** A value as it is shown: `source` says where it came from, in the words of whoever set it. */
interface Shown {
  readonly value: string | null;
  readonly origin: Effective['origin'] | 'aws' | 'derived' | 'unset';
  readonly source: string;
}

/** The variables that other programs share with this one. */
const standardVariables =
  /^(AWS_PROFILE|AWS_REGION|AWS_DEFAULT_REGION|AWS_CONFIG_FILE|AWS_SHARED_CREDENTIALS_FILE|AWS_CA_BUNDLE|AWS_ENDPOINT_URL(_[A-Z0-9_]+)?|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|NO_COLOR|CI|KUBECONFIG|XDG_(CACHE|STATE)_HOME|LBC_SETUP_(TOOLS_DIR|SANDBOX))$/;

/** `lbc-setup config`: the settings in effect and where each came from. Asks nobody outside this machine. */
export const showConfig = (options: ConfigOptions) =>
  runLocal(options, async () => {
    const schema = configSchema();
    if (options.schema)
      return { exitCode: exitCodes.done, data: schema, text: JSON.stringify(schema, undefined, 2) };
    const values = await shownSettings(options);
    const environment = standardEnvironment(process.env);
    return {
      exitCode: exitCodes.done,
      data: { settings: values, environment },
      text: [
        ...table(Object.entries(values).map(([key, { value, source }]) => [key, value ?? '-', source])),
        ...(Object.keys(environment).length > 0 ? ['', 'Also in effect, from the environment:'] : []),
        ...table(Object.entries(environment)),
      ].join('\n'),
    };
  });

async function shownSettings(options: ConfigOptions): Promise<Record<string, Shown>> {
  const values = await loadSettings(options, options.config);
  const region = await shownRegion(values.region, values.profile?.value);
  const { policyName } = completeConfig(values, region.value ?? 'REGION');
  const others: { readonly [Key in SettingKey]?: Shown } = {
    region,
    policyName: { value: policyName, origin: 'derived', source: 'made from cluster and region' },
  };
  const unset: Shown = { value: null, origin: 'unset', source: 'not set' };
  return Object.fromEntries(
    (Object.keys(settings) as SettingKey[]).map((key) => [key, values[key] ?? others[key] ?? unset]),
  );
}

async function shownRegion(given: Effective | undefined, profile: string | undefined): Promise<Shown> {
  if (given) return given;
  try {
    const value = await configuredRegion(profile);
    const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((name) => process.env[name]);
    return { value, origin: 'aws', source: variable ?? 'profile of the AWS configuration' };
  } catch (error) {
    return { value: null, origin: 'unset', source: error instanceof Error ? error.message : String(error) };
  }
}

/** The standard variables that are set, without the passwords that proxies may have in them. */
const standardEnvironment = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment)
      .filter(([name, value]) => standardVariables.test(name) && value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => [name, withoutSecrets(value ?? '')]),
  );

/** Lines with aligned columns. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
