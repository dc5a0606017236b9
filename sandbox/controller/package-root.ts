import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory of the package's package.json, found by walking up from this module: the same files are reached from
 * the source tree and from a bundle in `dist/`. Throws when there is none.
 */
export function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('package.json not found above the rehearsal');
    directory = parent;
  }
  return directory;
}
