import { Option } from 'commander';
import { commandLine } from './command-line.ts';
import type { CommandEntry } from './commands/list.ts';
import { type Setting, type SettingKey, settings } from './config/settings.ts';
import type { GlobalOptions } from './global-options.ts';

const table: Readonly<Record<SettingKey, Setting>> = settings;

/** The options that say what a command is about. How it asks and answers is left out. */
function subjectOf(options: GlobalOptions): string[] {
  const given = Object.values(table).flatMap(({ key, flag }) => {
    const value = options[key as SettingKey];
    return value === undefined ? [] : [flag.split(' ')[0] ?? flag, value];
  });
  return [
    ...(options.sandbox || options.inSandbox ? ['--sandbox'] : []),
    ...(options.config === undefined ? [] : ['--config', options.config]),
    ...given,
  ];
}

/** What was typed, again, so that it goes on with the same thing in the same way. */
function commandToContinue(entry: CommandEntry, args: readonly string[], options: GlobalOptions): string {
  const own = (entry.options ?? []).map(([flags]) => new Option(flags));
  const given = own.filter((option) => options[option.attributeName() as keyof GlobalOptions]);
  return commandLine([
    'lbc-setup',
    entry.name,
    ...args,
    ...subjectOf(options),
    ...given.map((option) => option.long ?? option.flags),
    ...(options.yes ? ['--yes'] : []),
  ]);
}

/**
 * What is told after an interruption: what became of it, and each command to go on with.
 *
 * @param changed whether anything was changed before it
 */
export function describeInterruption(
  entry: CommandEntry,
  args: readonly string[],
  options: GlobalOptions,
  changed: boolean,
): string {
  const { name, costsNothing } = entry;
  const also = (command: string): string => commandLine(['lbc-setup', command, ...subjectOf(options)]);
  const onward = `  continue: ${commandToContinue(entry, args, options)}`;
  if (!changed) return ['interrupted: nothing was changed', onward].join('\n');
  if (costsNothing) return ['interrupted: what was done stays', onward].join('\n');
  return [
    'interrupted: what exists stays, and is billed',
    `  look:     ${also('status')}`,
    onward,
    ...(name === 'teardown' ? [] : [`  undo:     ${also('teardown')}`]),
  ].join('\n');
}
