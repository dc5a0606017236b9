import { Ajv } from 'ajv';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { loadSettings, parseConfig } from '../../src/config/load.ts';
import { configSchema } from '../../src/config/schema.ts';
import { type Setting, type SettingKey, settings } from '../../src/config/settings.ts';
import { UsageError } from '../../src/errors/user-error.ts';

const table: Record<SettingKey, Setting> = settings;
const accepted = new Ajv().compile(configSchema());

/** Whether the tool takes the value. A flag, the environment and the file go the same way. */
const taken = (key: string, value: string): Promise<boolean> =>
  loadSettings({ [key]: value }, undefined).then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(UsageError);
      return false;
    },
  );

/** Changes a value into others, most of them wrong and some of them right. */
const near = (good: string) =>
  fc
    .tuple(fc.nat(good.length), fc.nat(2), fc.constantFrom('', '-', '_', 'A', '9', ' ', '.', '/', 'é'))
    .map(([position, removed, added]) => good.slice(0, position) + added + good.slice(position + removed));

describe('the JSON schema of the configuration file', () => {
  beforeEach(() => vi.unstubAllEnvs());

  it('knows every setting and nothing else', () => {
    expect(accepted({ clutser: 'a' })).toBe(false);
    expect(
      accepted(Object.fromEntries(Object.values(table).map(({ key, default: value }) => [key, value]))),
    ).toBe(true);
    expect(Object.entries(table).filter(([name, { key }]) => name !== key)).toEqual([]);
  });

  it.each(Object.values(table))(
    'takes of $key what the tool takes',
    async ({ key, pattern, problem, ...rest }) => {
      // fast-check makes no text from a pattern that looks ahead.
      const matching = pattern.source.includes('(?=') ? near('abc') : fc.stringMatching(pattern);
      const candidates = fc.oneof(fc.string(), matching, near(rest.default ?? 'abc'), matching.chain(near));
      await fc.assert(
        fc.asyncProperty(candidates, async (value) => {
          // What only the tool can see beyond the form of a value, it may still refuse.
          if (problem && pattern.test(value)) expect(accepted({ [key]: value })).toBe(true);
          else expect(await taken(key, value)).toBe(accepted({ [key]: value }));
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each([
    ['albListenPorts: [{HTTP: 80}, {HTTPS: 443}]', '[{"HTTP": 80}, {"HTTPS": 443}]'],
    ['albListenPorts:\n  - HTTP: 8080\n', '[{"HTTP": 8080}]'],
    ['apiCidr: [203.0.113.0/24, 198.51.100.7/32]', '203.0.113.0/24,198.51.100.7/32'],
    ['inboundCidr:\n  - 203.0.113.0/24', '203.0.113.0/24'],
    ['samples: [nlb, tgb]', 'nlb,tgb'],
  ])('takes a list, as the tool does: %s', (text, expected) => {
    expect(Object.values(parseConfig(text, 'a.yaml'))).toEqual([expected]);
    expect(accepted(parse(text))).toBe(true);
  });

  it.each([
    'albListenPorts: []',
    'albListenPorts: [80]',
    'albListenPorts: [null]',
    'albListenPorts: [{HTTP: 0}]',
    'albListenPorts: [{TCP: 80}]',
    'albListenPorts: [{HTTP: {a: b}}]',
    'albListenPorts: [{HTTP: 80, HTTPS: 443}]',
    'apiCidr: [203.0.113.0]',
    'samples: [[nlb], clb]',
    'cluster: [a]',
  ])('refuses a list, as the tool does: %s', async (text) => {
    expect(accepted(parse(text))).toBe(false);
    const read = async () => loadSettings(parseConfig(text, 'a.yaml'), undefined);
    await expect(read()).rejects.toBeInstanceOf(UsageError);
  });

  it('takes nothing but text', () => {
    for (const value of [1.35, true, null, [], {}]) expect(accepted({ cluster: value })).toBe(false);
  });
});
