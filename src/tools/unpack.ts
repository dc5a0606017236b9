import { join } from 'node:path';
import { extract } from 'tar';
import { UserError } from '../errors/user-error.ts';

/** Megabytes that all entries of an archive may have together; the largest, eksctl, has 207. */
const limit = 600;

const harmless = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory']);

/**
 * Unpacks one file of a .tar.gz into an empty folder, and nothing else. An archive that holds a link, a device, a path
 * that leads out of its folder, the file twice, or more than the limit is refused as a whole.
 *
 * @returns the path of the unpacked file
 * @throws UserError that names what is wrong with the archive
 */
export async function unpack(
  archive: string,
  entryPath: string,
  folder: string,
  maxMegabytes = limit,
): Promise<string> {
  let refusal: string | undefined;
  let megabytes = 0;
  let seen = 0;
  try {
    await extract({
      file: archive,
      cwd: folder,
      strict: true,
      preserveOwner: false,
      filter(path, entry) {
        const type = 'type' in entry ? entry.type : 'File';
        megabytes += (entry.size ?? 0) / 1e6;
        if (path.startsWith('/') || path.split(/[/\\]/).includes('..'))
          refusal ??= `it holds the path ${path}`;
        else if (!harmless.has(type)) refusal ??= `it holds ${path}, which is no file but a ${type}`;
        else if (megabytes > maxMegabytes) refusal ??= `it holds more than ${maxMegabytes} MB`;
        if (path !== entryPath || type === 'Directory') return false;
        seen++;
        if (seen > 1) refusal ??= `it holds ${path} twice`;
        return refusal === undefined;
      },
    });
  } catch (error) {
    if (isOwnTrouble(error)) throw error;
    refusal ??= (error as Error).message;
  }
  if (refusal === undefined && seen === 0) refusal = `it does not hold ${entryPath}`;
  if (refusal === undefined) return join(folder, entryPath);
  throw new UserError({
    what: 'a downloaded archive cannot be trusted, and was thrown away',
    why: refusal,
    fix: 'check what stands between this machine and the site (HTTPS_PROXY, --mirror), then run the same command once more',
  });
}

/** A full or read-only disk is no fault of the archive. */
const isOwnTrouble = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EMFILE'].includes(
    String((error as NodeJS.ErrnoException).code),
  );
