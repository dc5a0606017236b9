import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { isRunning } from '../running.ts';

/** Who holds a lock. */
export interface Holder {
  /** Drawn for each run, so that a lock is never taken for another one. */
  readonly id: string;
  /** The subcommand. */
  readonly operation: string;
  /** `user@host`, for people. */
  readonly who: string;
  /** The ARN that AWS knows it by. */
  readonly arn: string;
  readonly pid: number;
  /** Where that process number means something; see `thisMachine`. */
  readonly machine: string;
  /** When it took the lock. */
  readonly created: Date;
  /** When it last said that it lives. */
  readonly heartbeat: Date;
}

/** Seconds between two signs of life. */
export const heartbeatInterval = 60;

/**
 * Seconds without a sign of life after which a lock is stale: five that failed. Two clocks are compared here, and AWS
 * itself refuses requests whose clock is more than five minutes off (IAM user guide, "Signature Version 4").
 */
export const staleAfter = 300;

const keys = {
  id: 'lbc-setup/lock-id',
  operation: 'lbc-setup/lock-operation',
  who: 'lbc-setup/lock-who',
  arn: 'lbc-setup/lock-arn',
  pid: 'lbc-setup/lock-pid',
  machine: 'lbc-setup/lock-machine',
  created: 'lbc-setup/lock-created',
  heartbeat: 'lbc-setup/lock-heartbeat',
} as const;

/** This run as a holder. */
export function thisRun(operation: string, arn: string, now: Date): Holder {
  const id = randomBytes(4).toString('hex');
  const who = `${userName()}@${hostname()}`;
  return { id, operation, who, arn, pid: process.pid, machine: thisMachine(), created: now, heartbeat: now };
}

/** A holder as the tags of its lock. */
export const tagsOf = (holder: Holder): Record<string, string> => ({
  [keys.id]: holder.id,
  [keys.operation]: holder.operation,
  [keys.who]: tagValue(holder.who),
  [keys.arn]: tagValue(holder.arn),
  [keys.pid]: String(holder.pid),
  [keys.machine]: holder.machine,
  [keys.created]: holder.created.toISOString(),
  ...heartbeatTag(holder.heartbeat),
});

/** The tag that a sign of life changes. */
export const heartbeatTag = (at: Date): Record<string, string> => ({ [keys.heartbeat]: at.toISOString() });

/** The holder that tags tell of; what they do not tell is `unknown`, and its times are those of the lock. */
export function holderOf(tags: Readonly<Record<string, string>>, made: Date): Holder {
  const text = (key: keyof typeof keys): string => tags[keys[key]] ?? 'unknown';
  const time = (key: 'created' | 'heartbeat'): Date => {
    const date = new Date(tags[keys[key]] ?? '');
    return Number.isNaN(date.getTime()) ? made : date;
  };
  return {
    id: text('id'),
    operation: text('operation'),
    who: text('who'),
    arn: text('arn'),
    pid: Number(tags[keys.pid] ?? 0),
    machine: text('machine'),
    created: time('created'),
    heartbeat: time('heartbeat'),
  };
}

/** Why nobody holds a lock any more, or undefined when somebody does. */
export function whyStale(holder: Holder, now: Date): string | undefined {
  if (holder.machine === thisMachine() && holder.pid > 0 && !isRunning(holder.pid))
    return `its process ${holder.pid} has ended`;
  const silent = Math.round((now.getTime() - holder.heartbeat.getTime()) / 1000);
  return silent > staleAfter ? `it gave no sign of life for ${silent} s` : undefined;
}

/**
 * The machine since it was started, and on Linux the set of process numbers: two containers may have the same name and
 * cannot see each other's processes (proc(5), boot_id; pid_namespaces(7)).
 */
function thisMachine(): string {
  const facts = [hostname(), readText('/proc/sys/kernel/random/boot_id'), readLink('/proc/self/ns/pid')];
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16);
}

const readText = (path: string): string => unlessAbsent(() => readFileSync(path, 'utf8').trim());
const readLink = (path: string): string => unlessAbsent(() => readlinkSync(path));
const userName = (): string => unlessAbsent(() => userInfo().username) || 'unknown';

function unlessAbsent(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** At most 256 of the characters that a tag may have (CloudWatch Logs API Reference, TagResource). */
const tagValue = (text: string): string => text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').slice(0, 256);
