import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpack } from '../../../src/tools/unpack.ts';

let directory: string;
let folder: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'unpack-test-'));
  folder = join(directory, 'out');
  await mkdir(folder);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Entry {
  readonly path: string;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'Directory' | 'FIFO';
  readonly linkpath?: string;
  readonly content?: string;
  readonly size?: number;
}

/** A .tar.gz with exactly these entries: libraries refuse to make such ones. */
async function archiveOf(...entries: Entry[]): Promise<string> {
  const blocks = entries.flatMap(({ path, type = 'File', linkpath, content = '', size }) => {
    const header = new Header({
      path,
      type,
      linkpath,
      size: size ?? content.length,
      mode: 0o755,
      mtime: new Date(0),
    });
    header.encode();
    const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    body.write(content);
    return [header.block ?? Buffer.alloc(0), body];
  });
  const path = join(directory, 'archive.tar.gz');
  await writeFile(path, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
  return path;
}

const program = { path: 'linux-amd64/helm', content: 'program' };

describe('unpacking', () => {
  it('takes the one file and leaves the others', async () => {
    const archive = await archiveOf(
      { path: 'linux-amd64/', type: 'Directory' },
      { path: 'linux-amd64/LICENSE', content: 'text' },
      program,
    );
    const path = await unpack(archive, program.path, folder);
    expect(await readFile(path, 'utf8')).toBe('program');
    expect(await readdir(join(folder, 'linux-amd64'))).toEqual(['helm']);
  });

  it.each<[string, Entry[], RegExp]>([
    [
      'a path that leads out',
      [program, { path: '../../evil', content: 'x' }],
      /holds the path \.\.\/\.\.\/evil/,
    ],
    ['such a path in its middle', [{ path: 'a/../../evil', content: 'x' }, program], /a\/\.\.\/\.\.\/evil/],
    ['an absolute path', [program, { path: '/tmp/evil', content: 'x' }], /holds the path \/tmp\/evil/],
    [
      'a symbolic link in the place of the file',
      [{ ...program, type: 'SymbolicLink', linkpath: '/bin/sh', content: '' }],
      /SymbolicLink/,
    ],
    [
      'a symbolic link that the file would follow',
      [{ path: 'linux-amd64', type: 'SymbolicLink', linkpath: '/tmp' }, program],
      /SymbolicLink/,
    ],
    ['a hard link', [program, { path: 'b', type: 'Link', linkpath: '/etc/passwd' }], /no file but a Link/],
    ['a device', [program, { path: 'dev', type: 'CharacterDevice' }], /CharacterDevice/],
    ['the file twice', [program, { ...program, content: 'other' }], /holds linux-amd64\/helm twice/],
    [
      'everything but the file',
      [{ path: 'linux-amd64/tiller', content: 'x' }],
      /does not hold linux-amd64\/helm/,
    ],
    ['a folder in its place', [{ path: 'linux-amd64/helm', type: 'Directory' }], /does not hold/],
    ['more than the limit', [program, { path: 'large', size: 700_000_000 }], /more than 600 MB/],
    ['less than it says', [{ ...program, size: 5000 }], /./],
  ])('refuses an archive with %s', async (_, entries, why) => {
    const archive = await archiveOf(...entries);
    const refusal = unpack(archive, program.path, folder);
    await expect(refusal).rejects.toMatchObject({ name: 'UserError', why: expect.stringMatching(why) });
    expect(await readdir(directory)).toEqual(['archive.tar.gz', 'out']);
  });

  it.each([
    ['a web page', Buffer.from('<html>Sign in</html>')],
    ['half an archive', gzipSync(Buffer.alloc(4096, 'x')).subarray(0, 30)],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', async (_, content) => {
    const archive = join(directory, 'archive.tar.gz');
    await writeFile(archive, content);
    await expect(unpack(archive, program.path, folder)).rejects.toMatchObject({ name: 'UserError' });
  });

  it('refuses what unpacks without end', async () => {
    const archive = join(directory, 'archive.tar.gz');
    const header = new Header({
      path: program.path,
      type: 'File',
      size: 50_000_000,
      mode: 0o755,
      mtime: new Date(0),
    });
    header.encode();
    await writeFile(
      archive,
      gzipSync(Buffer.concat([header.block ?? Buffer.alloc(0), Buffer.alloc(50_000_000)])),
    );
    await expect(unpack(archive, program.path, folder, 10)).rejects.toMatchObject({
      why: expect.stringMatching(/more than 10 MB/),
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
