import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../../src/tools/probe.ts';
import { releases } from '../../../src/tools/releases.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'probe-test-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const { signal } = new AbortController();
async function ask(name: keyof typeof releases, text: string, seconds?: number) {
  const path = join(directory, name);
  await writeFile(path, text, { mode: 0o755 });
  return probe(path, releases[name], signal, seconds);
}

describe('asking a program for its version', () => {
  it.each([
    ['eksctl', 'echo 0.230.0', { major: 0, minor: 230, patch: 0 }],
    ['helm', 'echo "v3.17.3"', { major: 3, minor: 17, patch: 3 }],
    ['kubectl', `echo '{"clientVersion":{"gitVersion":"v1.35.2"}}'`, { major: 1, minor: 35, patch: 2 }],
  ] as const)('%s tells it', async (name, text, version) => {
    expect(await ask(name, `#!/bin/sh\n${text}\n`)).toEqual({ version });
  });

  it.each([
    ['prints something else', 'kubectl', '#!/bin/sh\necho hello', /printed no version but "hello"/],
    ['prints half an answer', 'kubectl', `#!/bin/sh\necho '{"clientVersion":{}}'`, /printed no version/],
    ['prints control characters', 'eksctl', `#!/bin/sh\nprintf '\\033[2J'`, /printed no version but ""/],
    ['prints without end', 'eksctl', '#!/bin/sh\nexec yes', /cannot be run|printed no version/],
    ['fails', 'helm', '#!/bin/sh\necho boom >&2; exit 3', /cannot be run: boom/],
    ['is for another machine', 'helm', '\x7fELFgarbage', /cannot be run/],
    ['needs an interpreter that is absent', 'helm', '#!/nowhere/sh\n', /cannot be run/],
  ] as const)('a program that %s is a problem, not an error', async (_, name, text, problem) => {
    expect(await ask(name, text)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('a program that hangs is stopped, and so is waiting for what it started', async () => {
    const began = Date.now();
    const answer = await ask('eksctl', '#!/bin/sh\nsleep 60\n', 0.3);
    expect(answer).toEqual({ problem: 'did not tell its version within 0.3 s' });
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});
