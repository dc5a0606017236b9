import { parseArgs } from 'node:util';
import { parseDuration } from './duration.ts';
import { Failure, notEmulated } from './failure.ts';

/** The kinds of flags, as in Go's pflag. */
type FlagKind = 'string' | 'bool' | 'strings' | 'map' | 'duration' | 'number';

interface Flag {
  readonly kind: FlagKind;
  readonly short?: string;
  readonly default?: string | boolean | number;
}

export type FlagSet = Readonly<Record<string, Flag>>;

/** A parsed command line. */
export interface Arguments {
  /** The name argument after the command, when there is one. */
  readonly name: string | undefined;
  /** Seconds: every wait's own limit. */
  readonly timeout: number;
  /** True when the flag stood on the command line. */
  changed(flag: string): boolean;
  /** The value of a string flag; '' when it is absent. */
  string(flag: string): string;
  bool(flag: string): boolean;
  strings(flag: string): readonly string[];
  map(flag: string): Readonly<Record<string, string>>;
}

/** Flags that every command takes (facts/eksctl.md §2). */
export const globalFlags: FlagSet = {
  verbose: { kind: 'number', short: 'v', default: 3 },
  color: { kind: 'string', short: 'C', default: 'true' },
};

const defaultTimeout = 25 * 60;

interface Token {
  readonly name: string;
  readonly value: string;
}

/** Splits a command line into flags and the rest. Throws Failure on what the command does not take. */
function tokenize(
  argv: readonly string[],
  flags: FlagSet,
  command: string,
): { tokens: Token[]; rest: string[] } {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { kind, short }]) => [
      name,
      { type: kind === 'bool' ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
    ]),
  );
  const parsed = parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true });
  const tokens: Token[] = [];
  const rest: string[] = [];
  for (const token of parsed.tokens) {
    if (token.kind === 'positional') rest.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = flags[token.name];
    if (flag === undefined) throw notEmulated(`the flag ${token.rawName} of "eksctl ${command}"`);
    if (token.value === undefined && flag.kind !== 'bool')
      throw new Failure(`flag needs an argument: ${token.rawName}`);
    tokens.push({ name: token.name, value: token.value ?? 'true' });
  }
  return { tokens, rest };
}

const parseMap = (name: string, text: string): [string, string][] =>
  text.split(',').map((pair) => {
    const at = pair.indexOf('=');
    if (at < 0)
      throw new Failure(
        `invalid argument "${text}" for "--${name}" flag: ${pair} must be formatted as key=value`,
      );
    return [pair.slice(0, at), pair.slice(at + 1)];
  });

/** Parses the arguments after the command's name. Throws Failure. */
export function parseArguments(argv: readonly string[], flags: FlagSet, command: string): Arguments {
  const { tokens, rest } = tokenize(argv, flags, command);
  if (rest.length > 1) throw new Failure('only one argument is allowed to be used as a name');
  const values = (name: string): string[] =>
    tokens.filter((token) => token.name === name).map((token) => token.value);
  const last = (name: string): string | undefined => values(name).at(-1);
  const timeout = last('timeout');
  return {
    name: rest[0]?.trim(),
    timeout: timeout === undefined ? defaultTimeout : parseDuration(timeout, 'timeout'),
    changed: (name) => last(name) !== undefined,
    string: (name) => last(name) ?? String(flags[name]?.default ?? ''),
    bool: (name) => {
      const value = last(name) ?? String(flags[name]?.default ?? false);
      if (!/^(true|false|t|f|1|0)$/i.test(value))
        throw new Failure(
          `invalid argument "${value}" for "--${name}" flag: strconv.ParseBool: parsing "${value}": invalid syntax`,
        );
      return /^(true|t|1)$/i.test(value);
    },
    strings: (name) => values(name).flatMap((value) => value.split(',')),
    map: (name) => Object.fromEntries(values(name).flatMap((value) => parseMap(name, value))),
  };
}
