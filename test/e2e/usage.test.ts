import { existsSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

const noStackTrace = /\n\s+at .*:\d+:\d+/;

describe('what cannot be used is refused with exit code 2, its name and a fix, and nothing is written', () => {
  const cases: [string, string[], Record<string, string>, RegExp][] = [
    ['an unknown option', ['up', '--clutser', 'x'], {}, /unknown option '--clutser'[\s\S]*--cluster/],
    ['an unknown command', ['upp'], {}, /unknown command 'upp'[\s\S]*up/],
    ['an impossible cluster name', ['up', '--cluster', '1 bad'], {}, /--cluster: "1 bad"[\s\S]*next:/],
    ['an impossible region', ['status', '--region', 'tokyo'], {}, /--region: "tokyo"/],
    [
      'an impossible value in the environment',
      ['up'],
      { LBC_SETUP_NAMESPACE: 'Upper' },
      /LBC_SETUP_NAMESPACE: "Upper"/,
    ],
    ['a missing configuration file', ['up', '--config', 'missing.yaml'], {}, /missing\.yaml cannot be read/],
    ['an unknown sample', ['verify', 'clb'], {}, /no sample "clb"[\s\S]*nlb, alb/],
    ['an unknown output format', ['status', '--output', 'xml'], {}, /xml[\s\S]*text, json/],
    ['a teardown without consent', ['teardown'], {}, /--yes/],
  ];
  it.each(cases)('%s', async (_, args, env, message) => {
    const position = (await rehearsal.record()).length;
    const { exitCode, stdout, stderr } = await rehearsal.run(args, env);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(noStackTrace);
    expect(await rehearsal.writes(position)).toEqual([]);
  });

  it('a configuration file that is no YAML, with its line', async () => {
    await writeFile(join(rehearsal.directory, 'broken.yaml'), 'cluster: a\nregion: [\n');
    const { exitCode, stderr } = await rehearsal.run(['status', '--config', 'broken.yaml']);
    expect(stderr).toMatch(/line \d+ of broken\.yaml/);
    expect(exitCode).toBe(2);
  });
});

describe('credentials that AWS does not take end with exit code 1 and what to do', () => {
  const cases: [string, Record<string, string>, RegExp][] = [
    [
      'wrong keys',
      { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
      /does not accept the credentials[\s\S]*aws configure list/,
    ],
    ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'wrong' }, /does not accept the credentials/],
    [
      'no keys',
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: 'none' },
      /no AWS credentials were found[\s\S]*aws configure/,
    ],
    [
      'nobody answers',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      /AWS cannot be reached[\s\S]*AWS_ENDPOINT_URL/,
    ],
  ];
  it.each(cases)('%s', async (_, env, message) => {
    const { exitCode, stdout, stderr } = await rehearsal.run(['status'], env);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(noStackTrace);
  });
});

it('a program in the current directory is never run', async () => {
  const folder = join(rehearsal.directory, 'here');
  await mkdir(folder);
  const program = '#!/bin/sh\ntouch "$(dirname "$0")/ran"\necho 0.230.0\n';
  for (const place of [folder, rehearsal.directory])
    await writeFile(join(place, 'eksctl'), program, { mode: 0o755 });
  const effect = { kind: 'error', code: 'NotFound', message: 'not here', status: 404 } as const;
  await rehearsal.fail({ plane: 'proxy', call: '^github\\.com/', effect });
  const others = join(rehearsal.directory, 'others');
  await mkdir(others);
  for (const tool of ['helm', 'kubectl'])
    await symlink(join(rehearsal.directory, 'bin', tool), join(others, tool));
  const PATH = `.:here:${rehearsal.directory}:${others}`;
  const { stderr, exitCode } = await rehearsal.run(['cluster', '--yes'], { PATH });
  await rehearsal.fail();
  expect(stderr).toMatch(/eksctl_checksums.txt cannot be downloaded\n.*HTTP status 404/);
  expect(exitCode).toBe(1);
  for (const place of [folder, rehearsal.directory]) expect(existsSync(join(place, 'ran'))).toBe(false);
});

it.each([
  ['nothing', undefined, /eksctl was not found in \S+tools-of-ours/],
  ['one that is too old', 'echo 0.100.0', /eksctl is 0\.100\.0, needed is 0\.230\.0 or newer/],
  ['one that prints garbage', 'echo "<html>"', /printed no version but "<html>"/],
  ['one that fails', 'echo no luck >&2; exit 7', /cannot be run: no luck/],
])('a folder of tools that has %s as eksctl is an error, and nothing is downloaded', async (_, text, why) => {
  const folder = join(rehearsal.directory, 'tools-of-ours');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  if (text) await writeFile(join(folder, 'eksctl'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const position = (await rehearsal.record()).length;
  const { stderr, exitCode } = await rehearsal.run(['cluster', '--yes'], { LBC_SETUP_TOOLS_DIR: folder });
  expect(stderr).toMatch(/no usable eksctl, helm, kubectl/);
  expect(stderr).toMatch(why);
  expect(stderr).not.toMatch(noStackTrace);
  expect(exitCode).toBe(1);
  const calls = await rehearsal.record(position);
  expect(calls.filter(({ plane }) => plane === 'proxy')).toEqual([]);
  expect(await rehearsal.writes(position)).toEqual([]);
});

it('credentials of another account than the one that is meant are refused with exit code 2', async () => {
  const position = (await rehearsal.record()).length;
  const { stderr, exitCode } = await rehearsal.run(['cluster', '--yes', '--account', '111122223333']);
  expect(stderr).toMatch(/belong to account 123456789012, but 111122223333 is meant/);
  expect(exitCode).toBe(2);
  expect(await rehearsal.writes(position)).toEqual([]);
});

it('status of an empty account says absent, reads only, and keeps stdout for the result', async () => {
  const position = (await rehearsal.record()).length;
  const { exitCode, data } = await rehearsal.runJson(['status']);
  expect(exitCode).toBe(0);
  const states = Object.fromEntries(
    data.steps.map((step: { id: string; status: string }) => [step.id, step.status]),
  );
  expect(states).toMatchObject({
    cluster: 'absent',
    policy: 'absent',
    'sample-nlb': 'absent',
    tools: 'ready',
  });
  expect(await rehearsal.writes(position)).toEqual([]);
});

it('teardown of an empty account has nothing to do and says so', async () => {
  const position = (await rehearsal.record()).length;
  const { exitCode, stdout } = await rehearsal.run(['teardown', '--yes']);
  expect(stdout).toBe('Nothing is left.');
  expect(exitCode).toBe(0);
  expect(await rehearsal.writes(position)).toEqual([]);
});

it('token prints a credential for kubectl, and nothing else', async () => {
  const { stdout, stderr, exitCode } = await rehearsal.run([
    'token',
    '--cluster',
    'x',
    '--region',
    'ap-northeast-1',
  ]);
  expect(exitCode).toBe(0);
  expect(stderr).toBe('');
  const { kind, status } = JSON.parse(stdout);
  expect(kind).toBe('ExecCredential');
  const url = new URL(Buffer.from(status.token.replace('k8s-aws-v1.', ''), 'base64url').toString());
  expect(url.searchParams.get('Action')).toBe('GetCallerIdentity');
  expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
});
