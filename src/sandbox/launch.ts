import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors/user-error.ts';
import type { SandboxStatus } from './client.ts';

/** What a rehearsal is started with. */
export interface SandboxOptions {
  /** Simulated seconds per second. */
  readonly speed: number;
  /** What its choices replay from; default: drawn. */
  readonly seed?: number;
  /** The absolute path of a real eksctl to use in place of the stand-in. */
  readonly eksctl?: string;
  readonly region?: string;
  /** Seconds after which it ends when nobody asked anything; default: never. */
  readonly idleTimeout?: number;
  /** Whether it may outlive this process. Its messages then go to a file, not to the terminal. */
  readonly background?: boolean;
}

/** A rehearsal that was started: it ends with this process, unless it is let go (which one in the background can be). */
export interface LaunchedSandbox {
  readonly control: string;
  readonly status: SandboxStatus;
  /** Everything that it and the tools in it write. */
  readonly directory: string;
  /** Makes it stay when this process ends. It then removes its folder itself. */
  letGo(): void;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** The beginning of the name of every rehearsal's folder. */
export const folderPrefix = 'lbc-setup-sandbox-';

/** The rehearsal is a program of its own, beside this bundle: the two share no code, only sockets and environment. */
const program = fileURLToPath(new URL('../dist/sandbox.js', import.meta.url));

/** Starts a rehearsal in a folder of its own. Throws UserError when it does not come up. */
export async function launchSandbox(options: SandboxOptions): Promise<LaunchedSandbox> {
  const directory = await mkdtemp(join(tmpdir(), folderPrefix));
  // In the background it has a terminal no more, and a group of its own: who interrupts a command means that one only.
  const messages = options.background ? join(directory, 'sandbox.log') : undefined;
  const child = spawn(process.execPath, [program, '--directory', directory, ...argumentsFor(options)], {
    cwd: directory,
    detached: options.background === true,
    stdio: ['pipe', 'pipe', messages ? openSync(messages, 'a', 0o600) : 'inherit'],
  });
  const stop = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.stdin?.end();
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  const line = await firstLine(child);
  if (line === undefined) {
    const why = messages ? (await readFile(messages, 'utf8')).trim() : 'its own message stands above';
    await stop();
    throw new UserError({
      what: 'the rehearsal did not start',
      why: why.split('\n').slice(-5).join('\n'),
      fix: 'install kubectl and helm, or run it in a clone after npm ci',
    });
  }
  const { control, ...status } = JSON.parse(line) as SandboxStatus & { control: string };
  return {
    control,
    status,
    directory,
    letGo() {
      child.stdin?.end('stay\n');
      child.stdout?.destroy();
      child.unref();
    },
    stop,
  };
}

function argumentsFor(options: SandboxOptions): string[] {
  const given: Record<string, string | number | undefined> = {
    speed: options.speed,
    seed: options.seed,
    eksctl: options.eksctl,
    region: options.region,
    'idle-timeout': options.idleTimeout,
  };
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) throw new Error('the rehearsal has no output');
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => text as string),
    once(child, 'exit').then(() => undefined),
  ]);
  lines.close();
  return line;
}
