import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { UserError } from '../errors/user-error.ts';
import type { ToolName } from './tool.ts';

/**
 * The path of an external program: from the folder that LBC_SETUP_TOOLS_DIR names, else from PATH. Relative entries
 * of PATH are passed over, so that a program in the current directory is never run.
 *
 * @throws UserError when it is nowhere
 */
export async function findTool(name: ToolName): Promise<string> {
  const own = process.env.LBC_SETUP_TOOLS_DIR;
  const folders = [own ?? '', ...(process.env.PATH ?? '').split(delimiter)].filter((folder) =>
    isAbsolute(folder),
  );
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  throw new UserError({
    what: `${name} was not found`,
    why: `looked in ${folders.join(', ') || 'nowhere: PATH is empty'}`,
    fix: `install ${name} and put it on PATH, or name its folder in LBC_SETUP_TOOLS_DIR`,
  });
}
