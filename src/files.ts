import { randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from './errors/user-error.ts';

/** Permissions of group and others to write, and to do anything at all. */
const othersMayWrite = 0o022;
const othersMayAnything = 0o077;

/**
 * Writes a file in a folder of this tool so that a reader sees the old or the new content, never half of it. Readable by its owner only:
 * everything that this tool writes sits beside credentials. A link that stands in the file's place is replaced, not
 * followed.
 *
 * @throws UserError when the folder belongs to somebody else
 */
export async function writePrivateFile(path: string, content: string | Uint8Array): Promise<void> {
  await makePrivateFolder(dirname(path));
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a folder that only its owner can write into. Whoever else can could put programs into a kubeconfig. */
async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(path);
  const me = process.getuid?.() ?? uid;
  if (uid !== me && me !== 0) {
    throw new UserError({
      what: `${path} belongs to somebody else`,
      why: `its owner is user ${uid}, and this is user ${me}`,
      fix: 'set XDG_STATE_HOME and XDG_CACHE_HOME to folders of yours',
    });
  }
  if (mode & othersMayWrite) await chmod(path, 0o700);
}

/** Makes a folder that only its owner can enter, and that is gone when this process has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lbc-setup-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether a file is there as this tool writes it: a file, no link, for its owner only. */
export async function isPrivateFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true && (found.mode & othersMayAnything) === 0;
}

/** The content of a file, or undefined when there is none. */
export async function readFileIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The text of a file that somebody else wrote and that must be short; it may be a pipe.
 *
 * @throws Error when it is longer than `limit` bytes, or what the system says
 */
export async function readShortText(path: string, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path)) {
    length += (chunk as Buffer).length;
    if (length > limit) throw new Error(`it is longer than ${limit} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
