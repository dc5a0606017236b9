import { createHash } from 'node:crypto';
import { UserError } from '../errors/user-error.ts';

/** SHA-256 in hexadecimal. */
export const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * The checksum of one file in a published checksum file: a SHA-256 alone, or lines of `sha256sum` (hash, two characters,
 * name). Undefined when it says nothing of the file.
 */
export function findChecksum(text: string, file: string): string | undefined {
  const lines = text.split('\n').map((line) => /^([0-9a-f]{64})(?: [ *](\S+))?\s*$/i.exec(line));
  const found =
    lines.find((line) => line?.[2] === file) ?? (lines.length <= 2 && !lines[0]?.[2] ? lines[0] : null);
  return found?.[1]?.toLowerCase();
}

/**
 * Holds downloaded bytes against a checksum.
 *
 * @throws UserError when they are others
 */
export function requireChecksum(what: string, content: Uint8Array, expected: string, source: string): void {
  const actual = sha256(content);
  if (actual === expected) return;
  throw new UserError({
    what: `${what} is not what was published, and was thrown away`,
    why: `its SHA-256 is ${actual} instead of ${expected} (${source})`,
    fix: 'check what stands between this machine and the site (HTTPS_PROXY, --mirror), then run the same command once more',
  });
}
