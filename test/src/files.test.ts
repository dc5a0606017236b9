import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePrivateFile } from '../../src/files.ts';
import { writeKubeconfig } from '../../src/kubeconfig.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lbc-setup-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a private file', () => {
  it('takes the place of a link instead of following it', async () => {
    const target = join(folder, 'target');
    const path = join(folder, 'file');
    await writeFile(target, 'theirs');
    await symlink(target, path);
    await writePrivateFile(path, 'ours');
    expect(await readFile(target, 'utf8')).toBe('theirs');
    expect((await lstat(path)).isFile()).toBe(true);
  });

  it('is for its owner only, and so is a folder that others could write into', async () => {
    const open = join(folder, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    await writePrivateFile(join(open, 'file'), 'ours');
    expect((await stat(open)).mode & 0o777).toBe(0o700);
    expect((await stat(join(open, 'file'))).mode & 0o777).toBe(0o600);
  });
});

describe('the kubeconfig', () => {
  const input = {
    cluster: { name: 'x', arn: 'arn:x', endpoint: 'https://x.invalid' } as Cluster,
    region: 'ap-northeast-1',
    markedAs: {},
  };

  it('is written anew when others may read it, and when it has become a link', async () => {
    const path = join(folder, 'kubeconfig');
    await writeKubeconfig(path, input);
    const text = await readFile(path, 'utf8');
    await chmod(path, 0o644);
    await writeKubeconfig(path, input);
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    const elsewhere = join(folder, 'elsewhere');
    await writeFile(elsewhere, text);
    await rm(path);
    await symlink(elsewhere, path);
    await writeKubeconfig(path, input);
    expect((await lstat(path)).isFile()).toBe(true);
  });
});
