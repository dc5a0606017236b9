import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';

it('every sabotage of test/sabotage still fits the sources', async () => {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const { exitCode, stderr } = await execa(process.execPath, ['scripts/test-sabotage.mjs', '--check'], {
    cwd,
    reject: false,
  });
  expect(exitCode, stderr).toBe(0);
});
