import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli.ts';
import { settings } from '../../src/config/settings.ts';

const columns = 80;

/** A command and those below it, by what one types to reach them. */
const all = (command: Command, name = command.name()): [string, Command][] => [
  [name, command],
  ...command.commands.flatMap((below) => all(below, `${name} ${below.name()}`)),
];

const commands = all(createProgram(() => {}));

describe.each(commands)('%s --help', (_, command) => {
  command.configureOutput({ getOutHelpWidth: () => columns });
  const help = command.helpInformation();

  it(`fits a terminal of ${columns} columns`, () => {
    // A word that is longer than its column, such as the name of an image, stands alone.
    const wide = help.split('\n').filter((line) => line.length > columns && /\S \S/.test(line.trim()));
    expect(wide).toEqual([]);
  });

  it('says what is meant in words, not in those of the library', () => {
    expect(help).not.toMatch(/\(preset: |\(choices: |\(env: |undefined/);
  });
});

it('every variable and key is named after its flag, as the help says', () => {
  for (const [key, { flag, environment }] of Object.entries(settings)) {
    const words = flag.replace(/^--/, '').replace(/ .*/, '').split('-');
    const camel = words
      .map((word, index) => (index ? word[0]?.toUpperCase() + word.slice(1) : word))
      .join('');
    expect(key).toBe(camel);
    expect(environment).toBe(`LBC_SETUP_${words.join('_').toUpperCase()}`);
  }
});
