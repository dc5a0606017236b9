import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../src/errors/explain.ts';
import { ReadCache } from '../../src/read-cache.ts';
import { createToolRunner, type Invocation } from '../../src/tools/tool.ts';
import { carryOut } from '../../src/writes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lbc-setup-tool-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a program of these lines of Node as if it were kubectl. */
async function run(lines: string, invocation: Partial<Invocation> = {}) {
  const path = join(folder, `${Math.random()}`);
  await writeFile(path, `#!${process.execPath}\n${lines}\n`, { mode: 0o755 });
  const logged: object[] = [];
  const tools = createToolRunner({
    locate: async () => path,
    env: {},
    shownEnv: {},
    reads: new ReadCache(),
    writes: carryOut(),
    signal: new AbortController().signal,
    log: (entry) => logged.push(entry),
  });
  const running = tools.run({
    tool: 'kubectl',
    args: ['get', 'x'],
    writes: false,
    timeout: 20,
    ...invocation,
  });
  return { logged, ended: await running.catch(explain) };
}

describe('a program', () => {
  it('that hangs is stopped and named', async () => {
    const { ended } = await run('setInterval(() => {}, 1000)', { timeout: 1 });
    expect(ended).toMatchObject({
      what: 'kubectl did not finish within 1 s and was stopped',
      transient: true,
    });
  });

  it('that prints without end is stopped and named', async () => {
    const { ended } = await run('const a = "x".repeat(2 ** 20); for (;;) require("fs").writeSync(1, a)');
    expect(ended).toMatchObject({
      what: expect.stringMatching(/was stopped, since it printed more than 64 MiB/),
    });
  });

  it('that is killed is named with the signal', async () => {
    const { ended } = await run('process.kill(process.pid, "SIGKILL")');
    expect(ended).toMatchObject({ what: 'kubectl get x was ended by SIGKILL' });
  });

  it('that cannot be started is named', async () => {
    const tools = createToolRunner({
      locate: async () => folder,
      env: {},
      shownEnv: {},
      reads: new ReadCache(),
      writes: carryOut(),
      signal: new AbortController().signal,
      log: () => {},
    });
    const ended = await tools.run({ tool: 'helm', args: ['x'], writes: false, timeout: 5 }).catch(explain);
    expect(ended).toMatchObject({ what: 'helm x could not be started' });
  });

  it('whose output is a secret is logged without it', async () => {
    const { logged, ended } = await run('console.log("secret")', { confidential: true });
    expect(ended).toMatchObject({ stdout: 'secret\n' });
    expect(JSON.stringify(logged)).not.toContain('secret');
  });
});
