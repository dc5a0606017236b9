import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Puts content where a command can read it, and returns the path. */
export type Keep = (content: string) => string;

/**
 * The one gate that every change passes: to AWS, to the cluster, and to files that outlive the run. In a dry run it
 * notes the command instead of carrying it out, so that no step needs to know which kind of run it is in. Else it sees
 * to it that no other run changes the same cluster (src/lock).
 */
export interface Writes {
  readonly dryRun: boolean;
  /**
   * Carries `work` out. In a dry run notes `line` and gives `instead`.
   *
   * @param line the change as a command line, or after `# ` in words where no command does it; `keep` is for what the command is given on its standard input
   */
  perform<T>(line: (keep: Keep) => string, work: () => Promise<T>, instead: T): Promise<T>;
  /** The same for what no other run can be at: files of this machine, and the lock itself. */
  performUnlocked: Writes['perform'];
  /** Whether a change was begun. */
  any(): boolean;
  /** The lines noted since the last call; always none when changes are carried out. */
  take(): string[];
}

/**
 * Changes are carried out.
 *
 * @param hold is awaited before each; what it throws is thrown in place of the change. Default: nobody else is at it
 */
export function carryOut(hold: () => Promise<void> = async () => {}): Writes {
  let any = false;
  const performUnlocked: Writes['perform'] = (_line, work) => {
    any = true;
    return work();
  };
  return {
    dryRun: false,
    async perform(line, work, instead) {
      await hold();
      return performUnlocked(line, work, instead);
    },
    performUnlocked,
    any: () => any,
    take: () => [],
  };
}

/** Changes are only noted; what commands would be given on their standard input is put into `folder`. */
export function createDryRun(folder: string): Writes {
  const noted: string[] = [];
  let inputs = 0;
  const keep: Keep = (content) => {
    inputs++;
    const path = join(folder, `input-${inputs}.json`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const note: Writes['perform'] = async (line, _work, instead) => {
    noted.push(line(keep));
    return instead;
  };
  return {
    dryRun: true,
    perform: note,
    performUnlocked: note,
    any: () => false,
    take: () => noted.splice(0),
  };
}
