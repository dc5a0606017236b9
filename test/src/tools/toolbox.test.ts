import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requireCache } from '../../../src/tools/cache.ts';
import { sha256 } from '../../../src/tools/checksum.ts';
import { releases } from '../../../src/tools/releases.ts';
import { createToolbox, type Toolbox } from '../../../src/tools/toolbox.ts';

/** How the mirror answers a path: with bytes, with a status, or with less than it announces. */
type Answer = Buffer | number | { readonly truncated: Buffer };

let directory: string;
let cache: string;
let server: Server;
let files: Map<string, Answer[]>;
let asked: string[];
let mirror: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'toolbox-test-'));
  cache = join(directory, 'cache', 'lbc-setup', 'tools');
  files = new Map();
  asked = [];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answers = files.get(path) ?? [404];
    // The last answer stands.
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 404;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else if (Buffer.isBuffer(answer)) response.end(answer);
    else {
      response.writeHead(200, { 'content-length': answer.truncated.length + 1000 });
      response.write(answer.truncated, () => response.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror/`;
  vi.stubEnv('XDG_CACHE_HOME', join(directory, 'cache'));
  vi.stubEnv('PATH', '');
  vi.stubEnv('LBC_SETUP_TOOLS_DIR', '');
  vi.stubEnv('NO_PROXY', '127.0.0.1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

const toolbox = (kubernetes = '1.35'): Toolbox =>
  createToolbox({ mirror, signal: new AbortController().signal, kubernetesVersion: async () => kubernetes });

const platform = {
  os: process.platform as 'linux',
  arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
} as const;
const pinned = releases.eksctl.pinned;
const below = (url: string) => `/mirror/${url.replace('https://', '')}`;
const archiveUrl = below(releases.eksctl.url(pinned, platform));
const checksumUrl = below(releases.eksctl.checksumUrl(pinned, platform));
const kept = (version: string) => join(cache, `eksctl-${version}-${platform.os}-${platform.arch}`);

/** Publishes an eksctl that says its version, as the mirror of its release page. */
async function publishEksctl(...before: Answer[]): Promise<Buffer> {
  const folder = join(directory, 'published');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'eksctl'), `#!/bin/sh\necho ${pinned}\n`, { mode: 0o600 });
  const chunks: Buffer[] = [];
  for await (const chunk of create({ cwd: folder, gzip: true }, ['eksctl'])) chunks.push(chunk as Buffer);
  const archive = Buffer.concat(chunks);
  files.set(archiveUrl, [...before, archive]);
  files.set(checksumUrl, [Buffer.from(`${sha256(archive)}  ${archiveUrl.split('/').at(-1)}\n`)]);
  return archive;
}

async function program(folder: string, name: string, text: string): Promise<string> {
  const path = join(directory, folder);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

describe('looking for a program', () => {
  it('takes the first on PATH whose version fits', async () => {
    const old = await program('old', 'eksctl', 'echo 0.76.0');
    const good = await program('good', 'eksctl', `echo ${pinned}`);
    vi.stubEnv('PATH', `${old}:${good}`);
    expect(await toolbox().look('eksctl')).toEqual({
      name: 'eksctl',
      path: join(good, 'eksctl'),
      version: pinned,
      origin: 'PATH',
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['1.33', undefined],
    ['1.34', '1.35.2'],
    ['1.36', '1.35.2'],
    ['1.37', undefined],
  ])('a kubectl 1.35.2 fits a cluster of %s by one minor version at most', async (kubernetes, expected) => {
    const folder = await program('bin', 'kubectl', `echo '{"clientVersion":{"gitVersion":"v1.35.2"}}'`);
    vi.stubEnv('PATH', folder);
    expect(await toolbox(kubernetes).look('kubectl')).toMatchObject(
      expected
        ? { version: expected }
        : { reasons: [expect.stringMatching(/is 1\.35\.2, needed is 1\.\d\d to/), expect.anything()] },
    );
  });

  it.each([
    ['v3.15.4', false],
    ['v3.16.0', true],
    ['v4.0.1', true],
    ['v5.0.0', false],
  ])('a helm %s fits: %s', async (version, fits) => {
    vi.stubEnv('PATH', await program('bin', 'helm', `echo ${version}`));
    expect('path' in (await toolbox().look('helm'))).toBe(fits);
  });

  it('looks nowhere but in LBC_SETUP_TOOLS_DIR when that is set, and then downloads nothing', async () => {
    await publishEksctl();
    vi.stubEnv('PATH', await program('good', 'eksctl', `echo ${pinned}`));
    vi.stubEnv('LBC_SETUP_TOOLS_DIR', await program('ours', 'helm', 'echo v4.1.4'));
    expect(await toolbox().look('eksctl')).toMatchObject({
      reasons: [expect.stringContaining('not found in')],
    });
    await expect(toolbox().install(['eksctl', 'helm'])).rejects.toMatchObject({
      what: 'no usable eksctl',
      fix: expect.stringContaining('nothing is downloaded'),
    });
    expect(asked).toEqual([]);
  });

  it('refuses a relative LBC_SETUP_TOOLS_DIR with exit code 2', async () => {
    vi.stubEnv('LBC_SETUP_TOOLS_DIR', 'tools');
    await expect(toolbox().look('eksctl')).rejects.toMatchObject({ exitCode: 2 });
  });

  it('passes over a cache that others can write into', async () => {
    await publishEksctl();
    await toolbox().install(['eksctl']);
    expect(await toolbox().look('eksctl')).toMatchObject({ origin: 'cache' });
    await chmod(cache, 0o777);
    expect(await toolbox().look('eksctl')).toMatchObject({ reasons: [expect.anything()] });
    await expect(toolbox().install(['eksctl'])).rejects.toMatchObject({
      what: `${cache} is no place for programs`,
    });
  });
});

describe('downloading a program', () => {
  it('keeps it executable, alone, once', async () => {
    await publishEksctl();
    await toolbox().install(['eksctl']);
    const found = await toolbox().require('eksctl');
    expect(found).toEqual({
      name: 'eksctl',
      path: join(kept(pinned), 'eksctl'),
      version: pinned,
      origin: 'cache',
    });
    expect((await stat(found.path)).mode & 0o777).toBe(0o755);
    expect(await readdir(cache)).toEqual([kept(pinned).split('/').at(-1)]);
    expect(asked).toEqual([checksumUrl, archiveUrl]);
    await toolbox().install(['eksctl']);
    expect(asked).toHaveLength(2);
  });

  it('several runs at once all end with a program', async () => {
    await publishEksctl();
    const runs = [toolbox(), toolbox(), toolbox()];
    await Promise.all(runs.map((run) => run.install(['eksctl'])));
    for (const run of runs) expect(await run.look('eksctl')).toMatchObject({ origin: 'cache' });
    expect(await readdir(cache)).toHaveLength(1);
  });

  it.each<[string, Answer[]]>([
    ['unavailable', [503, 503]],
    ['limiting its rate', [429]],
    ['cutting the answer short', [{ truncated: Buffer.alloc(100) }]],
  ])('tries again when the site is %s', async (_, before) => {
    await publishEksctl(...before);
    await toolbox().install(['eksctl']);
    expect(asked.filter((path) => path === archiveUrl)).toHaveLength(before.length + 1);
    expect(await toolbox().look('eksctl')).toMatchObject({ origin: 'cache' });
  });

  it.each<[string, () => void, object]>([
    ['that is not there', () => files.delete(archiveUrl), { why: 'HTTP status 404' }],
    [
      'whose checksum does not say it',
      () => files.set(checksumUrl, [Buffer.from(`${'0'.repeat(64)}  another.tar.gz\n`)]),
      { what: expect.stringMatching(/eksctl_checksums\.txt does not hold a SHA-256/) },
    ],
    [
      'with other bytes than published',
      () => files.set(archiveUrl, [Buffer.from('<html>Sign in</html>')]),
      { what: expect.stringMatching(/is not what was published, and was thrown away/) },
    ],
    [
      'that is published, and no archive',
      () => {
        const page = Buffer.from('<html>Sign in</html>');
        files.set(archiveUrl, [page]);
        files.set(checksumUrl, [Buffer.from(sha256(page))]);
      },
      { what: expect.stringMatching(/archive cannot be trusted/) },
    ],
  ])('refuses a file %s, and leaves nothing', async (_, change, error) => {
    await publishEksctl();
    change();
    await expect(toolbox().install(['eksctl'])).rejects.toMatchObject({ name: 'UserError', ...error });
    expect(await readdir(cache)).toEqual([]);
  });

  it.runIf(platform.os === 'linux' && platform.arch === 'amd64')(
    'refuses a kubectl whose bytes are known to be others, whatever the checksum beside it says',
    async () => {
      const forged = Buffer.from('#!/bin/sh\necho forged\n');
      const { url, checksumUrl: sum, pinned: version } = releases.kubectl;
      files.set(below(url(version, platform)), [forged]);
      files.set(below(sum(version, platform)), [Buffer.from(sha256(forged))]);
      await expect(toolbox().install(['kubectl'])).rejects.toMatchObject({
        what: `kubectl ${version} is not what was published, and was thrown away`,
        why: expect.stringContaining('known to lbc-setup'),
      });
      expect(await readdir(cache)).toEqual([]);
    },
  );

  it('gets the newest kubectl of the cluster, where the pinned one does not fit it', async () => {
    const content = Buffer.from('#!/bin/sh\n');
    files.set('/mirror/dl.k8s.io/release/stable-1.31.txt', [Buffer.from('v1.31.9')]);
    files.set(below(releases.kubectl.url('1.31.9', platform)), [content]);
    files.set(below(releases.kubectl.checksumUrl('1.31.9', platform)), [Buffer.from(sha256(content))]);
    await toolbox('1.31').install(['kubectl']);
    expect(await toolbox('1.32').look('kubectl')).toMatchObject({ version: '1.31.9', origin: 'cache' });
    expect(await toolbox('1.33').look('kubectl')).toMatchObject({ reasons: [expect.anything()] });
  });

  it.each(['v1.36.0', '<html>', '1.31', ''])('refuses %j as the newest kubectl of 1.31', async (text) => {
    files.set('/mirror/dl.k8s.io/release/stable-1.31.txt', [Buffer.from(text)]);
    const installing = toolbox('1.31').install(['kubectl']);
    await expect(installing).rejects.toMatchObject({ name: 'UserError' });
  });

  it('takes away versions that nobody used for a day, and leaves others', async () => {
    await publishEksctl();
    const yesterday = new Date(Date.now() - 25 * 3600_000);
    for (const [name, used] of [
      ['0.76.0', yesterday],
      ['0.100.0', new Date()],
    ] as const) {
      await mkdir(kept(name), { recursive: true });
      await writeFile(join(kept(name), 'eksctl'), '', { mode: 0o755 });
      await utimes(kept(name), used, used);
    }
    const left = join(cache, '.eksctl-x1y2z3');
    await mkdir(left);
    await utimes(left, yesterday, yesterday);
    await chmod(cache, 0o700);
    await toolbox().install(['eksctl']);
    const names = (await readdir(cache)).sort();
    expect(names).toEqual([kept('0.100.0'), kept(pinned)].map((path) => path.split('/').at(-1)));
  });

  it('asks for room before it begins', async () => {
    await expect(requireCache(1e12)).rejects.toMatchObject({
      what: `there is no room for the tools in ${cache}`,
      why: expect.stringMatching(/^1000000000000 MB are needed, \d+ MB are free$/),
    });
  });
});
