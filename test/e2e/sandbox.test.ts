import { access, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const executable = fileURLToPath(new URL('../../bin/lbc-setup.js', import.meta.url));

let home: string;
let env: Record<string, string>;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lbc-setup-home-'));
  env = { HOME: home, XDG_STATE_HOME: join(home, 'state'), TMPDIR: home };
});
afterEach(async () => {
  await program('sandbox', 'stop');
  await rm(home, { recursive: true, force: true });
});

const program = (...args: string[]) =>
  execa(process.execPath, [executable, ...args], { cwd: home, env, reject: false, stdin: 'ignore' });
const json = async (...args: string[]) => JSON.parse((await program(...args, '-o', 'json')).stdout);
const entryFile = () => join(home, 'state/lbc-setup/sandbox.json');
const entry = async () => JSON.parse(await readFile(entryFile(), 'utf8'));
const folders = async () => (await readdir(home)).filter((name) => name.startsWith('lbc-setup-sandbox-'));
const gone = (path: string) =>
  vi.waitFor(() => expect(access(path)).rejects.toThrow('ENOENT'), { timeout: 20_000 });

describe('the sandbox in the background', () => {
  it('is one that every command and every program of a terminal can go on in, until it is stopped', {
    timeout: 120_000,
  }, async () => {
    const cluster = await program('cluster', '--yes', '--sandbox', '--cluster', 'demo');
    expect(cluster.exitCode, cluster.stderr).toBe(0);
    const [first, second] = cluster.stderr.split('\n');
    expect(first).toMatch(/^sandbox: account 123456789012, ap-northeast-1, speed 300, .* started just now/);
    expect(second).toMatch(
      /^sandbox: AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+, account 123456789012, arn:/,
    );
    expect((await stat(entryFile())).mode & 0o777).toBe(0o600);

    const status = await json('sandbox', 'status');
    expect(status).toMatchObject({ running: true, speed: 300, inventory: { 'eks:cluster': 1 } });
    expect(status.idleLeft).toBeGreaterThan(3000);

    const script = [
      `lbc() { ${process.execPath} ${executable} "$@"; }`,
      'eval "$(lbc sandbox env --cluster demo)"',
      'kubectl config current-context',
      'kubectl get deployment coredns --namespace kube-system --output name',
      'curl --silent --output /dev/null --write-out "%{http_code}\\n" https://example.com',
      'lbc sandbox status -o json',
    ];
    const terminal = await execa('bash', ['-c', script.join('\n')], { cwd: home, env, reject: false });
    const [context, deployment, refused, inside] = terminal.stdout.split('\n');
    expect(context).toBe('sandbox:arn:aws:eks:ap-northeast-1:123456789012:cluster/demo');
    expect(deployment).toBe('deployment.apps/coredns');
    expect(refused).toBe('000');
    expect(JSON.parse(inside ?? '')).toMatchObject({ running: true, pid: status.pid });

    const { directory } = await entry();
    expect(await json('sandbox', 'stop')).toEqual({ running: false, stopped: true });
    await expect(access(directory)).rejects.toThrow('ENOENT');
    expect(await json('sandbox', 'status')).toEqual({ running: false });
    expect(await json('sandbox', 'stop')).toEqual({ running: false, stopped: false });
    const none = await program('sandbox', 'env');
    expect(none).toMatchObject({ exitCode: 1, stdout: '' });
    expect(none.stderr).toContain('next: lbc-setup sandbox start');
    await expect(access(join(home, '.kube'))).rejects.toThrow('ENOENT');
  });

  it('is started once, however many ask for it at the same moment, and refuses to be another', async () => {
    const started = await Promise.all([1, 2, 3].map(() => json('sandbox', 'start', '--region', 'eu-west-1')));
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
    expect(await folders()).toHaveLength(1);
    const other = await program('sandbox', 'start', '--speed', '60');
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toMatch(/with speed 300, not 60[\s\S]*next: lbc-setup sandbox stop/);
    const elsewhere = await program('status', '--sandbox', '--region', 'us-east-1');
    expect(elsewhere.exitCode).toBe(2);
    expect(elsewhere.stderr).toContain('with region eu-west-1, not us-east-1');
  });

  it('that was killed is noticed, and nothing of it is left', async () => {
    await json('sandbox', 'start');
    const { pid, directory } = await entry();
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await json('sandbox', 'status')).toEqual({ running: false }));
    await expect(access(directory)).rejects.toThrow('ENOENT');
    await expect(access(entryFile())).rejects.toThrow('ENOENT');
    expect(await json('sandbox', 'start')).toMatchObject({ running: true });
  });

  it('ends by itself when nobody uses it', async () => {
    const { idleLeft } = await json('sandbox', 'start', '--idle-timeout', '0.02');
    expect(idleLeft).toBeLessThanOrEqual(1.2);
    const { directory } = await entry();
    await gone(directory);
    expect(await json('sandbox', 'status')).toEqual({ running: false });
  });

  it('ends with whoever started it, when that one ends before it is written down', async () => {
    const directory = join(home, 'lbc-setup-sandbox-test');
    const sandbox = execa(
      process.execPath,
      [join(dirname(executable), '../dist/sandbox.js'), '--directory', directory],
      {
        env,
        stdin: 'pipe',
        reject: false,
      },
    );
    await new Promise((resolve) => sandbox.stdout.once('data', resolve));
    sandbox.stdin.end();
    expect(await sandbox).toMatchObject({ exitCode: 0 });
  });

  it('keeps a configuration for a real account away from its own, and gives back exit codes', async () => {
    env = {
      ...env,
      AWS_PROFILE: 'work',
      AWS_ENDPOINT_URL_EKS: 'http://127.0.0.1:9',
      LBC_SETUP_ACCOUNT: '999999999999',
    };
    const status = await program('status', '--sandbox');
    expect(status.stderr).not.toContain('error');
    expect(status.stdout).toContain('absent  Cluster');
    expect(status.exitCode).toBe(0);
    const early = await program('iam', '--sandbox');
    expect(early.exitCode).toBe(1);
    expect((await program('up', '--sandbox', '--cluster', '1 bad')).exitCode).toBe(2);
    const init = await program('init', '--sandbox');
    expect(init.exitCode, init.stderr).toBe(0);
    const written = await readFile(join(home, 'lbc-setup.yaml'), 'utf8');
    expect(written.split('\n').filter((line) => line && !line.startsWith('#'))).toEqual([
      'cluster: lbc-setup',
    ]);
  });

  it('does not start with an eksctl that cannot be run', async () => {
    const { exitCode, stderr } = await program('sandbox', 'start', '--eksctl', 'missing/eksctl');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`--eksctl: ${join(home, 'missing/eksctl')} cannot be run`);
    expect(await folders()).toEqual([]);
  });
});
