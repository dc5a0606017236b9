import { randomBytes } from 'node:crypto';
import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { type Document, isMap, isScalar, parseDocument, Scalar } from 'yaml';
import { UsageError } from '../errors/user-error.ts';
import type { Writes } from '../writes.ts';
import type { SettingKey, Values } from './settings.ts';

/** What writing settings comes to. */
export interface ConfigChange {
  readonly file: string;
  readonly outcome: 'created' | 'changed' | 'unchanged';
  /** The settings that are added or changed. */
  readonly written: readonly string[];
  /** The whole content afterwards. */
  readonly text: string;
}

const header =
  ' Settings of lbc-setup. Flags and LBC_SETUP_* variables come before them; "lbc-setup config" shows all.';

/**
 * Puts settings into the content of a configuration file. What stands there stays, with its comments; only what is
 * missing is added.
 *
 * @param force whether a setting that stands there with another value is changed
 * @throws UsageError when one does and it may not be changed
 */
export async function prepareConfig(file: string, values: Values, force: boolean): Promise<ConfigChange> {
  const before = await readText(file);
  // As it is read: every value is the text that it is.
  const document: Document = parseDocument(before ?? '', { schema: 'failsafe' });
  const written: string[] = [];
  for (const [key, value] of Object.entries(values) as [SettingKey, string | undefined][]) {
    if (value === undefined) continue;
    const present = isMap(document.contents) ? document.get(key, true) : undefined;
    if (isScalar(present) && present.value === value) continue;
    if (present !== undefined && !force) throw conflict(file, key, String(present), value);
    // Changed in place, a value keeps the comment behind it.
    const scalar = isScalar(present) ? present : new Scalar(value);
    scalar.value = value;
    // Quoted: other readers of YAML take 1.30 for a number, and 012345678901 for another.
    scalar.type = /^[\d.]+$/.test(value) ? 'QUOTE_DOUBLE' : undefined;
    if (scalar !== present) document.set(key, scalar);
    written.push(key);
  }
  if (written.length === 0) return { file, outcome: 'unchanged', written, text: before ?? '' };
  if (before === undefined) document.commentBefore = header;
  const outcome = before === undefined ? 'created' : 'changed';
  return { file, outcome, written, text: document.toString() };
}

/**
 * Writes the file: never half of it, a link stays a link, and a file keeps its permissions.
 *
 * @throws UsageError when it cannot be written
 */
export async function writeConfig({ file, outcome, text }: ConfigChange, writes: Writes): Promise<void> {
  if (outcome === 'unchanged') return;
  await writes.performUnlocked(
    (keep) => `cp ${keep(text)} ${file}`,
    () => replace(file, outcome === 'changed', text),
    undefined,
  );
}

const conflict = (file: string, key: string, present: string, value: string): UsageError =>
  new UsageError({
    what: `${file} says ${key}: ${present}, not ${value}`,
    why: 'what stands in the file is not changed unasked',
    fix: `add --force to change it, or name another file with --config`,
  });

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function replace(file: string, exists: boolean, text: string): Promise<void> {
  try {
    const target = exists ? await realpath(file) : file;
    const mode = exists ? (await stat(target)).mode & 0o777 : 0o644;
    const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, text, { mode, flag: 'wx' });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new UsageError({
      what: `${file} cannot be written`,
      why: (error as Error).message,
      fix: 'name a file that can be written with --config, or run it in another folder',
    });
  }
}
