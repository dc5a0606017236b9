import { lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import type { Values } from '../../src/config/settings.ts';
import { prepareConfig, writeConfig } from '../../src/config/write.ts';
import { carryOut } from '../../src/writes.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'write-config-test-'));
  file = join(directory, 'lbc-setup.yaml');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const write = async (path: string, given: Values) => {
  const change = await prepareConfig(path, given, false);
  await writeConfig(change, carryOut());
  return change;
};
const values = { account: '012345678901', kubernetesVersion: '1.30' };

it.each([
  ['no file', undefined],
  ['an empty one', ''],
  ['one with a comment only', '# mine\n'],
])('%s gets the settings, and is read back as they are', async (_, before) => {
  if (before !== undefined) await writeFile(file, before);
  await write(file, values);
  const text = await readFile(file, 'utf8');
  expect(parseConfig(text, file)).toEqual(values);
  expect(text).toContain('account: "012345678901"');
  if (before) expect(text).toContain(before);
});

it('whatever is written is read back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (cluster, namespace) => {
      await rm(file, { force: true });
      await write(file, { cluster, namespace });
      expect(parseConfig(await readFile(file, 'utf8'), file)).toEqual({ cluster, namespace });
    }),
    { numRuns: 50 },
  );
});

it('a link stays a link, and the file keeps its permissions', async () => {
  const target = join(directory, 'shared.yaml');
  await writeFile(target, 'cluster: a\n', { mode: 0o640 });
  await symlink(target, file);
  expect(await write(file, values)).toMatchObject({
    file,
    outcome: 'changed',
    written: ['account', 'kubernetesVersion'],
  });
  expect((await lstat(file)).isSymbolicLink()).toBe(true);
  expect((await stat(target)).mode & 0o777).toBe(0o640);
  expect(parseConfig(await readFile(target, 'utf8'), file)).toEqual({ cluster: 'a', ...values });
});

it('a folder that cannot be written into is an error with exit code 2', async () => {
  const writing = write(join(directory, 'absent', 'file.yaml'), values);
  await expect(writing).rejects.toMatchObject({
    exitCode: 2,
    what: expect.stringContaining('cannot be written'),
  });
});
