import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from './paths.ts';

/** The log of one run: one JSON object a line, without secrets, readable by its owner only. */
export interface RunLog {
  readonly path: string;
  add(entry: object): void;
}

/** Opens the log of a run. It is written as it happens, so that a killed run leaves one too. */
export function openRunLog(command: string): RunLog {
  const folder = join(stateFolder(), 'logs');
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const path = join(folder, `${stamp}-${command}-${process.pid}.jsonl`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    path,
    add(entry) {
      appendFileSync(path, `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`, {
        mode: 0o600,
      });
    },
  };
}
