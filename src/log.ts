import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from './paths.ts';
import { redact } from './redact.ts';
import { isRunning } from './running.ts';

/** The log of one run: a folder without secrets, readable by its owner only. */
export interface RunLog {
  /** The folder; undefined when none can be written, and then the run goes on without. */
  readonly folder: string | undefined;
  /** Adds an event to run.jsonl, one JSON object a line. */
  add(entry: object): void;
  /** Keeps a text as a file of its own, and returns the file's name; equal texts share one. */
  keep(name: string, text: string): string | undefined;
}

/** So many logs are kept, the newest. */
const keptLogs = 20;

/** The longest text that is kept, in characters; of a longer one the beginning and the end. */
const longestText = 256 * 1024;

const folderName = /^\d{4}-\d{2}-\d{2}T[\d-]+Z-[\w-]+-(\d+)$/;

/**
 * Opens the log of a run: `<time>-<command>-<process>/`. It is written as it happens, so that a killed run leaves one too.
 * A log that cannot be written (read-only home, full disk) ends no run.
 */
export function openRunLog(command: string): RunLog {
  let folder: string | undefined;
  const kept = new Map<string, string>();
  /** Runs what writes; after the first failure nothing more is written. */
  const writing = (write: (into: string) => void): void => {
    if (folder === undefined) return;
    try {
      write(folder);
    } catch {
      folder = undefined;
    }
  };
  try {
    folder = createFolder(command);
  } catch {
    // Without a log, then.
  }
  return {
    get folder() {
      return folder;
    },
    add(entry) {
      const line = redact(JSON.stringify({ time: new Date().toISOString(), ...entry }));
      writing((into) => appendFileSync(join(into, 'run.jsonl'), `${line}\n`, { mode: 0o600 }));
    },
    keep(name, text) {
      if (text === '') return undefined;
      const content = shorten(redact(text));
      const digest = createHash('sha256').update(content).digest('hex');
      const known = kept.get(digest);
      if (known) return known;
      const file = `${String(kept.size + 1).padStart(4, '0')}-${name}`;
      kept.set(digest, file);
      writing((into) => writeFileSync(join(into, file), content, { mode: 0o600, flag: 'wx' }));
      return file;
    },
  };
}

function createFolder(command: string): string {
  const logs = join(stateFolder(), 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  prune(logs);
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const folder = join(logs, `${stamp}-${command}-${process.pid}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** Removes the oldest logs, but none of a run that still goes on. */
function prune(logs: string): void {
  const names = readdirSync(logs)
    .filter((name) => folderName.test(name))
    .sort();
  for (const name of names.slice(0, Math.max(0, names.length + 1 - keptLogs))) {
    if (!isRunning(Number(folderName.exec(name)?.[1])))
      rmSync(join(logs, name), { recursive: true, force: true });
  }
}

function shorten(text: string): string {
  if (text.length <= longestText) return text;
  const half = longestText / 2;
  return `${text.slice(0, half)}\n[… ${text.length - longestText} characters …]\n${text.slice(-half)}`;
}
