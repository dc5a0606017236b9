import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/list.ts';
import { settings } from '../../src/config/settings.ts';

const read = (name: string): Promise<string> => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
const english = await read('README.md');
const japanese = await read('README.ja.md');

const headings = (text: string): string[] => [...text.matchAll(/^(#+) /gm)].map(([, level]) => level ?? '');
const commandBlocks = (text: string): string[] =>
  [...text.matchAll(/^```\n([\s\S]*?)^```/gm)]
    .map(([, block]) => block ?? '')
    .filter((block) => !block.startsWith('$'));

describe.each([
  ['README.md', english],
  ['README.ja.md', japanese],
])('%s', (_, text) => {
  it.each(Object.values(settings).map(({ flag }) => flag.split(' ')[0] ?? flag))('explains %s', (flag) => {
    expect(text).toMatch(new RegExp(`\`${flag}\``));
  });

  it.each(commands.map(({ name }) => name))('explains the command %s', (name) => {
    expect(text).toMatch(new RegExp(`^\\| \`${name}[\` ]`, 'm'));
  });
});

it('both have the same sections', () => {
  expect(headings(japanese)).toEqual(headings(english));
});

it('both show the same commands', () => {
  expect(commandBlocks(japanese)).toEqual(commandBlocks(english));
});
