import { type Document, parseDocument } from 'yaml';
import { UsageError } from '../errors/user-error.ts';
import { readShortText } from '../files.ts';
import { nearest } from './nearest.ts';
import { type Setting, type SettingKey, settings, type Values } from './settings.ts';

/** The configuration file that is read when none is named. */
export const defaultConfigFile = 'lbc-setup.yaml';

/** Where an effective value came from. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** An effective value and where it came from. */
export interface Effective {
  readonly value: string;
  readonly origin: Origin;
  /** The same by name: `--cluster`, `LBC_SETUP_CLUSTER`, `cluster in lbc-setup.yaml`, `default`. */
  readonly source: string;
}

export type EffectiveValues = { readonly [Key in SettingKey]?: Effective };

const keys = Object.keys(settings) as SettingKey[];
const table: Record<SettingKey, Setting> = settings;

/**
 * Determines every setting: flags, then `LBC_SETUP_*` variables, then the configuration file, then defaults.
 * Every given value is validated, also one that another overrides.
 *
 * @param mayBeAbsent whether no file is as good as an empty one; default: when none is named
 * @throws UsageError that names the value, where it stands and what is accepted
 */
export async function loadSettings(
  flags: Values,
  configFile: string | undefined,
  mayBeAbsent = configFile === undefined,
): Promise<EffectiveValues> {
  const file = await readConfigFile(configFile ?? defaultConfigFile, mayBeAbsent);
  const effective: { [Key in SettingKey]?: Effective } = {};
  for (const key of keys) {
    const setting = table[key];
    const sources: [Origin, string | undefined, string][] = [
      ['flag', flags[key], setting.flag.split(' ')[0] ?? setting.flag],
      ['environment', process.env[setting.environment] || undefined, setting.environment],
      ['file', file.values[key], `${key} in ${file.name}`],
      ['default', setting.default, 'default'],
    ];
    for (const [origin, value, name] of sources) {
      if (value === undefined) continue;
      validate(setting, value, name);
      effective[key] ??= { value, origin, source: name };
    }
  }
  return effective;
}

function validate(setting: Setting, value: string, name: string): void {
  const wellFormed = setting.pattern.test(value);
  const problem = wellFormed ? setting.problem?.(value) : `${setting.description}: ${setting.accepts}`;
  if (problem === undefined) return;
  throw new UsageError({
    what: `${name}: ${JSON.stringify(value)} cannot be used`,
    why: problem,
    fix: `give ${name} another value`,
  });
}

/** The longest configuration file that is read, in bytes; a real one has some hundred. */
const longestFile = 256 * 1024;

async function readConfigFile(name: string, mayBeAbsent: boolean): Promise<{ name: string; values: Values }> {
  let text: string;
  try {
    text = await readShortText(name, longestFile);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeAbsent) return { name, values: {} };
    throw new UsageError({
      what: `the configuration file ${name} cannot be read`,
      why: (error as Error).message,
      fix: 'name a readable file with --config',
    });
  }
  return { name, values: parseConfig(text, name) };
}

/** Reads the text of a configuration file. Throws UsageError with the line of a mistake. */
export function parseConfig(text: string, name: string): Values {
  // The failsafe schema leaves every value the text that it is: 1.30 is no number, and an account may begin with 0.
  const document = parseDocument(text, { prettyErrors: true, schema: 'failsafe', logLevel: 'error' });
  const [mistake] = document.errors;
  if (mistake) {
    throw new UsageError({
      what: `${name} is not valid YAML`,
      why: mistake.message,
      fix: `correct line ${mistake.linePos?.[0].line ?? '?'} of ${name}`,
    });
  }
  const content = expand(document, name) ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new UsageError({
      what: `${name} does not hold settings`,
      why: 'it must be a mapping of setting to value',
      fix: `write lines such as "cluster: my-cluster" into ${name}`,
    });
  }
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(content as object)) {
    if (!Object.hasOwn(settings, key)) {
      const near = nearest(key, keys);
      throw new UsageError({
        what: `${name} has an unknown setting ${JSON.stringify(key)}`,
        why: near ? `the nearest known one is ${near}` : `known are: ${keys.join(', ')}`,
        fix: near ? `write ${near}; lbc-setup config shows all` : `remove ${key} or correct its name`,
      });
    }
    const { list } = table[key as SettingKey];
    const text = list && Array.isArray(value) ? list.text(value) : value;
    if (typeof text !== 'string') {
      throw new UsageError({
        what: `${name}: ${key} must be text${list ? ' or a list' : ''}`,
        why: `it is ${JSON.stringify(value)}`,
        fix: `write ${key}: "value"`,
      });
    }
    values[key] = text;
  }
  return values;
}

/** A configuration has no use for aliases; refusing them also stops documents that expand without end. */
function expand(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw new UsageError({
      what: `${name} uses aliases`,
      why: (error as Error).message,
      fix: 'write each value out',
    });
  }
}
