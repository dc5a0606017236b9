import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { InventoryItem } from '../../sandbox/inventory.ts';
import type { RecordedCall } from '../../sandbox/record.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

/** Who gets SIGKILL: the program alone, whose children live on, or its whole process group. */
export type Victim = 'program' | 'group';

/** A change of the world. */
export interface Event {
  /** The call that made it. */
  readonly call: string;
  /** The call and what it was about: a repetition of the call has the same. */
  readonly name: string;
  /** Whether the program had children at that moment. Without, its group is the program alone. */
  readonly hasChildren: boolean;
}

/** A SIGKILL, sent from within the call that made the event: its answer is on the way to nobody. */
export interface Strike {
  readonly victim: Victim;
  /** Whether this event is the one. */
  readonly at: (event: Event) => boolean;
}

/** How a run ended. */
export interface Ended {
  /** The event at which it was killed, or undefined when it ended by itself. */
  readonly struck: Event | undefined;
  readonly exitCode: number | undefined;
  /** What it said. */
  readonly stderr: string;
}

/** A rehearsal in this process, so that a run can be killed at an event and not some milliseconds after it. */
export interface ChaosWorld {
  /** Runs the built program. */
  run(args: readonly string[], strike?: Strike): Promise<Ended>;
  /** The events so far, in order. */
  events(): readonly Event[];
  /** What the user wrote, himself or through a program, since a position of the record. */
  writes(since: number): readonly string[];
  position(): number;
  inventory(): Promise<InventoryItem[]>;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL('../../bin/lbc-setup.js', import.meta.url));

/** Names that stay the same when a call is repeated; times and tokens do not. */
const naming = /(?:Name|Arn|Id|Key)$/i;

/**
 * What is another when a call is repeated: numbers that are one higher (of the run's lock, and of a release's revision),
 * and what CloudFormation draws for the names of roles.
 */
const drawn = /(\d+|-[A-Z0-9]{8,})$/;

/**
 * What a call changed, or undefined when it changed nothing: a read leaves the world as the write before it did, so that
 * a kill at either is the same. Of AWS anybody's writes count (CloudFormation's and the controller's go on in the
 * background), of Kubernetes those of the user's programs.
 */
function eventOf(
  { plane, call, caller, write, status, input }: RecordedCall,
  hasChildren: boolean,
): Event | undefined {
  const counts = plane === 'aws' || (plane === 'kubernetes' && caller.includes(':user/'));
  if (!write || status >= 400 || !counts) return undefined;
  const names = Object.entries(input ?? {})
    .filter(([key, value]) => naming.test(key) && typeof value === 'string')
    .map(([, value]) => value);
  return { call, name: [call, ...names].map((name) => name.replace(drawn, '')).join(' '), hasChildren };
}

/** Whether a process has children that live; where the system does not say, it counts as if it had (Linux: proc(5)). */
function hasChildren(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() !== '';
  } catch {
    return true;
  }
}

/** Starts a rehearsal to be disturbed. */
export async function startChaosWorld(seed: number): Promise<ChaosWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'lbc-setup-chaos-'));
  const sandbox = await startSandbox({ directory, speed: 2000, seed });
  const { record } = sandbox.world;
  const events: Event[] = [];
  let hear: (event: Event) => void = () => {};
  let running: number | undefined;
  const add = record.add;
  record.add = (call) => {
    add(call);
    const event = eventOf({ sequence: 0, at: 0, ...call }, running !== undefined && hasChildren(running));
    if (event === undefined) return;
    events.push(event);
    hear(event);
  };
  return {
    async run(args, strike) {
      const child = execa(process.execPath, [program, ...args], {
        env: sandbox.env,
        cwd: directory,
        stdin: 'ignore',
        stdout: 'ignore',
        reject: false,
        // A group of its own.
        detached: true,
      });
      const { pid } = child;
      let struck: Event | undefined;
      running = pid;
      hear = (event) => {
        if (!strike || pid === undefined || struck !== undefined || !strike.at(event)) return;
        struck = event;
        process.kill(strike.victim === 'group' ? -pid : pid, 'SIGKILL');
      };
      const { exitCode, stderr } = await child;
      hear = () => {};
      running = undefined;
      return { struck, exitCode, stderr };
    },
    events: () => events,
    writes: (since) =>
      record
        .calls(since)
        .filter(({ plane, write, caller }) => write && plane !== 'tool' && caller.includes(':user/'))
        .map(({ call }) => call),
    position: () => record.position(),
    inventory: () => sandbox.inventory(),
    async close() {
      await sandbox.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
