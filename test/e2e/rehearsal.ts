import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Fault } from '../../sandbox/faults.ts';
import type { InventoryItem } from '../../sandbox/inventory.ts';
import type { RecordedCall } from '../../sandbox/record.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the built program did. */
export interface Run {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const launch = (file: string, args: string[], cwd: string, env: Record<string, string>) =>
  execa(file, args, { env, cwd, reject: false, stdin: 'ignore' });

/** A program that was started and may be interrupted. */
type Running = ReturnType<typeof launch>;

/** A rehearsal in a process of its own, and the built program in front of it. */
export interface Rehearsal {
  readonly env: Record<string, string>;
  readonly directory: string;
  /** Runs the built program to its end, as a user without a terminal would. */
  run(args: string[], env?: Record<string, string>): Promise<Run>;
  /** The same with --output json; the parsed result is beside it. */
  // Each test reads the few fields that it is about.
  // biome-ignore lint/suspicious/noExplicitAny: a parsed result
  runJson(args: string[], env?: Record<string, string>): Promise<Run & { data: any }>;
  /** Starts the program; the caller interrupts it. */
  start(args: string[]): Running;
  /** What the internet is answered by a host of the rehearsal. */
  fetch(url: string): Promise<{ status: number; body: string }>;
  /** Runs another program (kubectl, helm, eksctl, …) in the rehearsal's environment. */
  tool(file: string, args: string[], env?: Record<string, string>): Promise<Run>;
  record(since?: number): Promise<RecordedCall[]>;
  /** What the user wrote, himself or through a program, since a position of the record. */
  writes(since: number): Promise<string[]>;
  inventory(): Promise<InventoryItem[]>;
  fail(...faults: Fault[]): Promise<void>;
  stop(): Promise<void>;
}

// `npm run test:real-eksctl` (test/real-eksctl).
const realEksctl = process.env.LBC_REAL_EKSCTL;

/** For a test that creates a cluster. The real eksctl sleeps for minutes. */
export const patience = { timeout: realEksctl === undefined ? 180_000 : 1_800_000 };

/** For a test of what comes before the cluster, which takes longest: eksctl makes none, and `up` ends there. */
export const noCluster: Fault = {
  plane: 'tool',
  call: 'create cluster',
  effect: { kind: 'exit', code: 1, stderr: 'Error: refused by the test\n' },
};

/** Who runs the program: the administrator, or a session of the role that a CI job has (test/policies). */
const isUser = /:user\/|:assumed-role\/ci\//;

/** Starts a rehearsal, much faster than a user's: what takes AWS a minute takes it 20 ms. */
export async function startRehearsal(args: string[] = []): Promise<Rehearsal> {
  const directory = await mkdtemp(join(tmpdir(), 'lbc-setup-test-'));
  const eksctl = realEksctl === undefined ? [] : ['--eksctl', realEksctl];
  const sandbox = execa(
    process.execPath,
    [
      join(root, 'dist/sandbox.js'),
      '--directory',
      directory,
      '--speed',
      '3000',
      '--seed',
      '1',
      ...eksctl,
      ...args,
    ],
    { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit', buffer: false, reject: false },
  );
  const lines = createInterface({ input: sandbox.stdout as NodeJS.ReadableStream });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => text as string),
    sandbox.then(() => ''),
  ]);
  if (!line) throw new Error('the rehearsal did not start');
  const { env, control } = JSON.parse(line) as { env: Record<string, string>; control: string };
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${control}/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`the rehearsal answers ${answer.status} to ${method} ${path}`);
    return answer.json();
  };
  const start = (file: string, fileArgs: string[], extra: Record<string, string> = {}) =>
    launch(file, fileArgs, directory, { ...env, ...extra });
  const program = (programArgs: string[], extra?: Record<string, string>) =>
    start(process.execPath, [join(root, 'bin/lbc-setup.js'), ...programArgs], extra);
  const ended = async (running: Running): Promise<Run> => {
    const { exitCode, stdout, stderr } = await running;
    return { exitCode, stdout, stderr };
  };
  const record = (since = 0) => ask('GET', `record?since=${since}`) as Promise<RecordedCall[]>;
  return {
    env,
    directory,
    run: (programArgs, extra) => ended(program(programArgs, extra)),
    async runJson(programArgs, extra) {
      const run = await ended(program([...programArgs, '--output', 'json'], extra));
      return { ...run, data: run.stdout ? JSON.parse(run.stdout) : undefined };
    },
    start: program,
    fetch: (url) => fetchThrough(env.HTTP_PROXY ?? '', url),
    tool: (file, fileArgs, extra) => ended(start(file, fileArgs, extra)),
    record,
    writes: async (since) =>
      (await record(since))
        .filter(({ plane, write, caller }) => write && plane !== 'tool' && isUser.test(caller))
        .map(({ call }) => call),
    inventory: () => ask('GET', 'inventory') as Promise<InventoryItem[]>,
    fail: async (...faults) => void (await ask('PUT', 'faults', faults)),
    async stop() {
      sandbox.stdin?.end();
      await sandbox;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Of the writes of one run: those between taking the lock, which comes first, and letting go of it, which is last. */
export function whileLocked(writes: readonly string[]): readonly string[] {
  const [first, last] = [writes[0], writes.at(-1)];
  if (first !== 'logs:CreateLogGroup' || last !== 'logs:DeleteLogGroup' || writes.length < 2)
    throw new Error(`written without the lock, from ${first} to ${last}`);
  return writes.slice(1, -1);
}

async function fetchThrough(proxy: string, url: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(proxy);
  const request = get({ hostname, port, path: url, headers: { host: new URL(url).host } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}
