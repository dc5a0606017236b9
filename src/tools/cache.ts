import { constants } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors/user-error.ts';
import { cacheFolder } from '../paths.ts';
import type { Platform, Release } from './releases.ts';
import { compareVersions, parseVersion, type Version } from './version.ts';

/** A program in the cache. */
export interface Cached {
  readonly path: string;
  readonly version: Version;
}

/** Hours after which a version that nobody used is taken away; longer than any run that may still need it. */
const hoursKept = 24;

/** The folder of downloaded programs: each has a folder of its own, `kubectl-1.35.2-linux-amd64/kubectl`. */
export const toolCache = (): string => join(cacheFolder(), 'tools');

const folderName = (name: string, version: string, { os, arch }: Platform): string =>
  `${name}-${version}-${os}-${arch}`;

/**
 * The versions of a program in the cache, the pinned one first, then newest first. They are not asked for their version:
 * they were checked when they came. A cache that somebody else can write into counts as empty.
 */
export async function cached({ name, pinned }: Release, platform: Platform): Promise<Cached[]> {
  const found: Cached[] = [];
  if (!(await isTrusted(toolCache()))) return found;
  for (const folder of await list()) {
    const text = folder.startsWith(`${name}-`) ? folder.slice(name.length + 1).split('-')[0] : undefined;
    const version = text && folder === folderName(name, text, platform) ? parseVersion(text) : undefined;
    const path = join(toolCache(), folder, name);
    if (version && (await isExecutable(path))) found.push({ path, version });
  }
  const preference = ({ path }: Cached): number =>
    path.includes(`/${folderName(name, pinned, platform)}/`) ? 0 : 1;
  return found.sort((a, b) => preference(a) - preference(b) || compareVersions(b.version, a.version));
}

/** Notes that a cached program is in use, so that it is kept. */
export async function markUsed({ path }: Cached): Promise<void> {
  const now = new Date();
  // A cache that cannot be written to (an image, another user's) is as good.
  await utimes(join(path, '..'), now, now).catch(() => {});
}

/** Moves a finished folder to its place. When another run was faster, its program stays and this one goes. */
export async function keep(
  folder: string,
  { name }: Release,
  version: string,
  platform: Platform,
): Promise<string> {
  const target = join(toolCache(), folderName(name, version, platform));
  try {
    await rename(folder, target);
  } catch (error) {
    if (!(await isExecutable(join(target, name)))) throw error;
    await rm(folder, { recursive: true, force: true });
  }
  return join(target, name);
}

/** Takes away other versions of the program, and what interrupted downloads left, unless in use lately. */
export async function prune({ name }: Release, now = Date.now()): Promise<void> {
  for (const folder of await list()) {
    if (!folder.startsWith(`${name}-`) && !folder.startsWith(`.${name}-`)) continue;
    const path = join(toolCache(), folder);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > hoursKept * 3600_000) await rm(path, { recursive: true, force: true });
  }
}

/**
 * Makes sure that the cache is there, nobody else's, and has room.
 *
 * @throws UserError that names the folder, what is there and what is needed
 */
export async function requireCache(megabytes: number): Promise<void> {
  await mkdir(toolCache(), { recursive: true, mode: 0o700 });
  if (!(await isTrusted(toolCache()))) {
    throw new UserError({
      what: `${toolCache()} is no place for programs`,
      why: 'it belongs to somebody else, or others can write into it',
      fix: `rm -r ${toolCache()}, or put the cache elsewhere with XDG_CACHE_HOME`,
    });
  }
  const { bavail, bsize } = await statfs(toolCache());
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free >= megabytes) return;
  throw new UserError({
    what: `there is no room for the tools in ${toolCache()}`,
    why: `${megabytes} MB are needed, ${free} MB are free`,
    fix: `make room, put the cache elsewhere with XDG_CACHE_HOME, or name a folder that has the tools in LBC_SETUP_TOOLS_DIR`,
  });
}

/** Whether there is a file that may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Whether a folder belongs to this user (or to root), and nobody else can write into it. */
async function isTrusted(folder: string): Promise<boolean> {
  const { uid, mode } = await stat(folder).catch(() => ({ uid: -1, mode: 0 }));
  return [0, process.getuid?.() ?? uid].includes(uid) && (mode & 0o022) === 0;
}

const list = (): Promise<string[]> => readdir(toolCache()).catch(() => []);
