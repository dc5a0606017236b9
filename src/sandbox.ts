import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UserError } from './errors/user-error.ts';

/** A running rehearsal, as a program outside sees it: an environment, and a URL to ask what happened. */
export interface SandboxProcess {
  /** The environment in which this tool, and any other, meets the rehearsal instead of AWS. */
  readonly env: Readonly<Record<string, string>>;
  /** What was asked of it since a position of the record. */
  record(since?: number): Promise<RecordedCall[]>;
  /** Everything that exists and that an untouched account would not have. */
  inventory(): Promise<{ kind: string; id: string }[]>;
  stop(): Promise<void>;
}

/** A call as the rehearsal recorded it. */
export interface RecordedCall {
  readonly sequence: number;
  readonly plane: 'aws' | 'kubernetes' | 'tool' | 'proxy';
  readonly call: string;
  readonly caller: string;
  readonly write: boolean;
  readonly status: number;
}

/** What a rehearsal is started with. */
export interface SandboxOptions {
  /** An empty folder for everything that it and the tools write. */
  readonly directory: string;
  /** Simulated seconds per second. */
  readonly speed: number;
  readonly seed?: number;
}

/** The rehearsal is a program of its own, beside this bundle: the two share no code, only sockets and environment. */
const program = fileURLToPath(new URL('../dist/sandbox.js', import.meta.url));

/** Starts a rehearsal that ends with this process. */
export async function startSandbox({ directory, speed, seed }: SandboxOptions): Promise<SandboxProcess> {
  const args = [program, '--directory', directory, '--speed', String(speed)];
  if (seed !== undefined) args.push('--seed', String(seed));
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const { env, control } = await firstLine(child);
  const ask = async (path: string) => {
    const answer = await fetch(`${control}/${path}`);
    if (!answer.ok) throw new Error(`the rehearsal answers ${answer.status} to ${path}`);
    return answer.json();
  };
  return {
    env,
    record: (since = 0) => ask(`record?since=${since}`) as Promise<RecordedCall[]>,
    inventory: () => ask('inventory') as Promise<{ kind: string; id: string }[]>,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin?.end();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<{ env: Record<string, string>; control: string }> {
  if (!child.stdout) throw new Error('the rehearsal has no output');
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => text as string),
    once(child, 'exit').then(() => undefined),
  ]);
  if (line !== undefined) return JSON.parse(line);
  throw new UserError({
    what: 'the rehearsal did not start',
    why: 'its own message stands above',
    fix: 'install kubectl and helm, or run it in a clone after npm ci',
  });
}
