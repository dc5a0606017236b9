import { delimiter } from 'node:path';
import type { Changes } from '../sandbox/environment.ts';

/**
 * The commands by which a shell (sh, bash, zsh) makes the changes in its own environment, one a line. They end in
 * semicolons so that `eval $(…)` without quotes works too.
 */
export function shellCommands({ unset, set, tools }: Changes, current: NodeJS.ProcessEnv): string[] {
  const first = current.PATH?.split(delimiter)[0];
  return [
    ...unset.map((name) => `unset ${name};`),
    ...Object.entries(set).map(([name, value]) => `export ${name}=${quoted(value)};`),
    ...(first === tools ? [] : [`export PATH=${quoted(tools)}:"$PATH";`]),
  ];
}

/** A word that the shell takes as it is (POSIX Shell Command Language, 2.2.2 Single-Quotes). */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
