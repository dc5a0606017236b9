import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../sandbox/record.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

/** Where the system's own programs are, and none of the three. */
const bare = '/nowhere';
const account = '123456789012';

const configFile = () => join(rehearsal.directory, 'lbc-setup.yaml');
const downloads = (calls: RecordedCall[]): string[] =>
  calls
    .filter(({ plane, status }) => plane === 'proxy' && status === 200)
    .map(({ call }) => call.slice(call.lastIndexOf('/') + 1))
    .sort();

// The rehearsal has real programs to publish for this platform only.
describe.runIf(process.platform === 'linux' && process.arch === 'x64')('without tools on PATH', () => {
  it('init gets all three through the proxy, also when sites stumble, and writes the settings', async () => {
    const refused = { kind: 'error', code: 'Busy', message: 'later', status: 503 } as const;
    await rehearsal.fail(
      { plane: 'proxy', call: '^get\\.helm\\.sh/', times: 1, effect: refused },
      { plane: 'proxy', call: '^cdn\\.dl\\.k8s\\.io/.*kubectl$', times: 1, effect: { kind: 'cut' } },
    );
    const { exitCode, stdout, stderr } = await rehearsal.run(['init', '--yes'], { PATH: bare });
    expect(stderr).not.toContain('FAILED');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^account +123456789012$/m);
    expect(stdout).toMatch(/^arn +arn:aws:iam::123456789012:user\/admin$/m);
    expect(stdout).toMatch(/^credentials +do not expire$/m);
    for (const tool of ['eksctl +0.230.0', 'helm +4.1.4', 'kubectl +1.35.2'])
      expect(stdout).toMatch(new RegExp(`^${tool} +/\\S+ \\(cache\\)$`, 'm'));
    expect(downloads(await rehearsal.record())).toEqual([
      'eksctl_Linux_amd64.tar.gz',
      'eksctl_checksums.txt',
      'helm-v4.1.4-linux-amd64.tar.gz',
      'helm-v4.1.4-linux-amd64.tar.gz.sha256sum',
      'kubectl',
      'kubectl.sha256',
    ]);
    const text = await readFile(configFile(), 'utf8');
    expect(text).toMatch(/^account: "123456789012"\ncluster: lbc-setup\nregion: ap-northeast-1$/m);
    // Nothing else of the user's: no shell profile, no kubeconfig.
    expect(await readdir(join(rehearsal.directory, 'home'))).toEqual([]);
  });

  it('a second init downloads nothing and changes nothing', async () => {
    const before = await readFile(configFile(), 'utf8');
    const position = (await rehearsal.record()).length;
    const { exitCode, data } = await rehearsal.runJson(['init'], { PATH: bare });
    expect(exitCode).toBe(0);
    expect(data).toMatchObject({ account, partition: 'aws', changed: 0, config: { outcome: 'unchanged' } });
    expect(data.tools.map(({ origin }: { origin: string }) => origin)).toEqual(['cache', 'cache', 'cache']);
    const calls = await rehearsal.record(position);
    expect(calls.filter(({ plane }) => plane === 'proxy')).toEqual([]);
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expect(await readFile(configFile(), 'utf8')).toBe(before);
  });

  it('cluster then works with them', async () => {
    const { exitCode, stderr } = await rehearsal.run(['cluster', '--yes'], { PATH: bare });
    expect(stderr).toMatch(/eksctl 0\.230\.0 \(cache\), helm 4\.1\.4 \(cache\)/);
    expect(exitCode).toBe(0);
    const kinds = (await rehearsal.inventory()).map(({ kind }) => kind);
    expect(kinds).toContain('eks:cluster');
  });

  it('a kubectl that the pinned one cannot stand in for is asked for by its minor version', async () => {
    const folder = join(rehearsal.directory, 'two-tools');
    await mkdir(folder);
    for (const tool of ['eksctl', 'helm'])
      await symlink(join(rehearsal.directory, 'bin', tool), join(folder, tool));
    const position = (await rehearsal.record()).length;
    const { exitCode, stderr } = await rehearsal.run(
      ['init', '--cluster', 'older', '--kubernetes-version', '1.33', '--config', 'older.yaml'],
      { PATH: folder },
    );
    // The rehearsal has no such kubectl, and answers as the real site would.
    expect(stderr).toMatch(/stable-1\.33\.txt cannot be downloaded[\s\S]*HTTP status 404/);
    expect(exitCode).toBe(1);
    const asked = (await rehearsal.record(position)).filter(({ plane }) => plane === 'proxy');
    expect(asked.map(({ call }) => call)).toEqual(
      ['dl.k8s.io', 'cdn.dl.k8s.io'].map((host) => `${host}/release/stable-1.33.txt`),
    );
    expect(existsSync(join(rehearsal.directory, 'older.yaml'))).toBe(false);
  });

  it.each<[string, string, RegExp]>([
    ['a page in the place of the checksum', 'kubectl\\.sha256$', /kubectl\.sha256 does not hold a SHA-256/],
    ['a page in the place of the program', 'kubectl$', /kubectl is not what was published/],
  ])('a proxy that answers %s is refused, and nothing is kept', async (name, call, message) => {
    const effect = { kind: 'error', code: 'OK', message: '<html>Sign in</html>', status: 200 } as const;
    await rehearsal.fail({ plane: 'proxy', call: `^cdn\\.dl\\.k8s\\.io/.*${call}`, effect });
    const cache = join(rehearsal.directory, `cache of ${name}`);
    const { exitCode, stderr } = await rehearsal.run(['init'], { PATH: bare, XDG_CACHE_HOME: cache });
    await rehearsal.fail();
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/next: check what stands between/);
    expect(exitCode).toBe(1);
    const kept = await readdir(join(cache, 'lbc-setup', 'tools'));
    expect(kept.filter((folder) => folder.includes('kubectl'))).toEqual([]);
  });
});

describe('the configuration file', () => {
  it('keeps what stands in it, with comments, and gets what is missing', async () => {
    const file = join(rehearsal.directory, 'mine.yaml');
    await writeFile(file, '# the test cluster\ncluster: mine # not yours\nnamespace: demo\n', {
      mode: 0o640,
    });
    const { exitCode, data } = await rehearsal.runJson(['init', '--config', file]);
    expect(exitCode).toBe(0);
    expect(data.config).toEqual({ file, outcome: 'changed', written: ['account', 'region'] });
    expect(await readFile(file, 'utf8')).toBe(
      '# the test cluster\ncluster: mine # not yours\nnamespace: demo\naccount: "123456789012"\nregion: ap-northeast-1\n',
    );
  });

  it('is not changed unasked, and is with --force', async () => {
    const file = join(rehearsal.directory, 'mine.yaml');
    const before = await readFile(file, 'utf8');
    const refused = await rehearsal.run(['init', '--config', file, '--cluster', 'yours']);
    expect(refused.stderr).toMatch(/mine\.yaml says cluster: mine, not yours[\s\S]*--force/);
    expect(refused.exitCode).toBe(2);
    expect(await readFile(file, 'utf8')).toBe(before);
    const changed = await rehearsal.run(['init', '--config', file, '--cluster', 'yours', '--force']);
    expect(changed.exitCode).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(before.replace('cluster: mine', 'cluster: yours'));
  });

  it('names the account: credentials of another one are refused by everything else', async () => {
    const file = join(rehearsal.directory, 'other.yaml');
    await writeFile(file, 'account: "000011112222"\n');
    const position = (await rehearsal.record()).length;
    for (const command of ['up', 'teardown', 'init']) {
      const { exitCode, stderr } = await rehearsal.run([command, '--yes', '--config', file]);
      expect(stderr).toMatch(/belong to account 123456789012, but 000011112222 is meant/);
      expect(stderr).toMatch(/account in \S*other\.yaml/);
      expect(exitCode).toBe(2);
    }
    expect(await rehearsal.writes(position)).toEqual([]);
    const moved = await rehearsal.run(['init', '--account', account, '--force', '--config', file]);
    expect(moved.exitCode).toBe(0);
    expect(await readFile(file, 'utf8')).toMatch(/^account: "123456789012"$/m);
  });

  it.each([
    ['the tools are missing', ['init'], 1, /no usable eksctl, helm, kubectl/],
    [
      'a setting is refused',
      ['init', '--cluster', 'new', '--kubernetes-version', '1.21'],
      2,
      /does not offer Kubernetes 1\.21/,
    ],
  ])('is not written when %s', async (_, args, status, message) => {
    const folder = join(rehearsal.directory, 'empty');
    await mkdir(folder, { recursive: true });
    const file = join(rehearsal.directory, 'early.yaml');
    const { exitCode, stderr } = await rehearsal.run([...args, '--config', file], {
      LBC_SETUP_TOOLS_DIR: folder,
    });
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(status);
    expect(existsSync(file)).toBe(false);
  });
});

it('says when credentials end before up would', async () => {
  const soon = new Date(Date.now() + 20 * 60_000 + 30_000).toISOString();
  const { exitCode, stdout, stderr } = await rehearsal.run(['init'], {
    AWS_CREDENTIAL_EXPIRATION: soon,
    AWS_PROFILE: '',
  });
  expect(stderr).toMatch(/warning: the credentials last 20 minutes, and "up" takes up to 45/);
  expect(stdout).toMatch(/^credentials +last until .* UTC \(20 minutes\)$/m);
  expect(exitCode).toBe(0);
});

it('--dry-run says what would be written and downloaded, and does neither', async () => {
  const cache = join(rehearsal.directory, 'untouched');
  const file = join(rehearsal.directory, 'dry.yaml');
  const position = (await rehearsal.record()).length;
  const { exitCode, stdout } = await rehearsal.run(['init', '--dry-run', '--config', file], {
    PATH: bare,
    XDG_CACHE_HOME: cache,
  });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^cp \S+ \S*dry\.yaml$/m);
  expect(stdout).toMatch(/download into the cache what is missing: eksctl was not found/);
  expect(existsSync(file)).toBe(false);
  expect(existsSync(cache)).toBe(false);
  expect((await rehearsal.record(position)).filter(({ plane }) => plane === 'proxy')).toEqual([]);
});
