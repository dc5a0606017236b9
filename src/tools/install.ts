import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DownloadOptions, download } from '../download.ts';
import { UserError } from '../errors/user-error.ts';
import { keep, toolCache } from './cache.ts';
import { findChecksum, requireChecksum } from './checksum.ts';
import type { Platform, Release } from './releases.ts';
import { unpack } from './unpack.ts';
import { formatVersion, parseVersion, type Version } from './version.ts';

/** The longest download in bytes; the published files have some 20 to 60 MB. */
const maxBytes = 256 * 1024 * 1024;

/**
 * Downloads a program into the cache: checked against the published checksum and, where its bytes are known, against
 * those; there complete or not at all, however many runs do it at once.
 *
 * @returns its path
 * @throws UserError when it cannot be got or is not what was published
 */
export async function install(
  release: Release,
  kubernetes: Version,
  platform: Platform,
  options: DownloadOptions,
): Promise<string> {
  const version = await versionToGet(release, kubernetes, options);
  const content = await publishedFile(release, version, platform, options);
  // Beside its final place, so that the last move is a rename.
  const work = await mkdtemp(join(toolCache(), `.${release.name}-`));
  try {
    const folder = join(work, 'kept');
    const program = join(folder, release.name);
    await mkdir(folder);
    await place(content, release.entry?.(platform), work, program);
    const known = release.known[`${version} ${platform.os}/${platform.arch}`];
    if (known)
      requireChecksum(`${release.name} ${version}`, await readFile(program), known, 'known to lbc-setup');
    await chmod(program, 0o755);
    return await keep(folder, release, version, platform);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The pinned version, or the newest of the cluster's minor version where the pinned one does not fit it. */
async function versionToGet(
  { pinned, accepts, newest }: Release,
  kubernetes: Version,
  options: DownloadOptions,
): Promise<string> {
  const version = parseVersion(pinned);
  if (!newest || (version && accepts(version, kubernetes))) return pinned;
  const url = newest(kubernetes);
  const text = (await download(url, options)).toString('utf8');
  const found = parseVersion(text);
  if (found && accepts(found, kubernetes)) return formatVersion(found);
  throw notPublished(url, `a version of ${kubernetes.major}.${kubernetes.minor}`, text);
}

async function publishedFile(
  { url, checksumUrl }: Release,
  version: string,
  platform: Platform,
  options: DownloadOptions,
): Promise<Buffer> {
  const source = url(version, platform);
  const listing = checksumUrl(version, platform);
  const text = (await download(listing, options)).toString('utf8');
  const expected = findChecksum(text, source.split('/').at(-1) ?? '');
  if (!expected) throw notPublished(listing, 'a SHA-256 checksum of the file', text);
  const content = await download(source, { ...options, maxBytes });
  requireChecksum(source, content, expected, listing);
  return content;
}

async function place(
  content: Buffer,
  entry: string | undefined,
  work: string,
  program: string,
): Promise<void> {
  if (!entry) return writeFile(program, content);
  const archive = join(work, 'archive.tar.gz');
  const unpacked = join(work, 'unpacked');
  await writeFile(archive, content);
  await mkdir(unpacked);
  await rename(await unpack(archive, entry, unpacked), program);
}

const notPublished = (url: string, wanted: string, text: string): UserError =>
  new UserError({
    what: `${url} does not hold ${wanted}`,
    why: `it begins with ${JSON.stringify(text.slice(0, 60))}`,
    fix: 'check what stands between this machine and the site (HTTPS_PROXY, --mirror), then run the same command once more',
  });
