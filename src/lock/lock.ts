import { UserError } from '../errors/user-error.ts';
import { type Holder, heartbeatInterval, staleAfter, thisRun, whyStale } from './holder.ts';
import type { HeldLock, LockGroups } from './lock-groups.ts';

/** What the lock of a run is made with. */
export interface LockOptions {
  /** Asked when the lock is first needed. */
  readonly groups: () => Promise<LockGroups>;
  /** The ARN of who runs this. */
  readonly arn: () => Promise<string>;
  readonly operation: string;
  readonly cluster: string;
  readonly region: string;
  /** Tells the user. */
  readonly note: (text: string) => void;
  /** Seconds between two signs of life; default `heartbeatInterval`. */
  readonly interval?: number;
}

/** Another run changes the same cluster: this one is to end, whatever step it is in. */
export class LockedError extends UserError {}

/**
 * Sees to it that one run at a time changes a cluster and what belongs to it. Taken by the first change, so that a run
 * that changes nothing writes nothing.
 *
 * The lock is a CloudWatch log group without logs. It costs nothing, needs no cluster (a Lease would), is regional and
 * not eventually consistent by design as IAM is, and CreateLogGroup makes a name once: who comes second gets
 * ResourceAlreadyExistsException (CloudWatch Logs API Reference, CreateLogGroup). Its tags tell who holds it and when
 * that run last lived.
 *
 * Nothing deletes a log group only if it is still the one that was looked at. A stale lock is therefore not replaced: the
 * next number is taken, which again only one run can, and then the stale one is deleted. Whoever has taken a number
 * looks once more at all of them and steps back from a living one.
 */
export interface Lock {
  /** Takes the lock, or makes sure that it is still held. Throws LockedError when another run has it. */
  hold(): Promise<void>;
  /** The log group, while it is held. */
  readonly name: string | undefined;
  /** Takes the lock when anybody's is there, so that none is left after the release. */
  sweep(): Promise<void>;
  /** Every lock on the cluster, stale ones too. */
  list(): Promise<HeldLock[]>;
  /** Takes somebody's lock away. */
  remove(lock: HeldLock): Promise<void>;
  /** Lets go of it. Never throws: what is left is stale as soon as this process has ended. */
  release(): Promise<void>;
}

/** How often a number is tried for that another run took at the same moment. */
const tries = 5;

/** Makes the lock of one run; nothing is taken yet. */
export function createLock(options: LockOptions): Lock {
  const { interval = heartbeatInterval } = options;
  let taking: Promise<Mine> | undefined;
  let mine: Mine | undefined;
  let timer: NodeJS.Timeout | undefined;

  const take = async (): Promise<Mine> => {
    const groups = await options.groups();
    const holder = thisRun(options.operation, await options.arn(), new Date());
    const lock = await takeNumber(groups, holder, options);
    const own: Mine = { groups, lock, confirmed: Date.now(), lost: false };
    mine = own;
    // What fails is tried again at the next beat, and asked at the next change at the latest.
    timer = setInterval(() => void confirm(own).catch(() => {}), interval * 1000).unref();
    return own;
  };
  const hold = async (): Promise<void> => {
    taking ??= take();
    const own = await taking;
    // A machine that slept gave no sign of life meanwhile: another run may have taken over.
    if (Date.now() - own.confirmed > 2 * interval * 1000) await confirm(own);
    if (own.lost) throw lost(options);
  };

  const list = async () => (await options.groups()).list();
  return {
    hold,
    get name() {
      return mine?.lock.name;
    },
    list,
    remove: async ({ name }) => (await options.groups()).remove(name),
    async sweep() {
      if (taking || (await list()).length > 0) await hold();
    },
    async release() {
      try {
        const own = await taking;
        clearInterval(timer);
        if (!own) return;
        if (Date.now() - own.confirmed > staleAfter * 1000) await confirm(own);
        if (!own.lost) await own.groups.remove(own.lock.name);
        own.lost = true;
        mine = undefined;
      } catch (error) {
        if (mine) options.note(`the lock ${mine.lock.name} is left: ${(error as Error).message}`);
      }
    },
  };
}

/** A lock that this run took. */
interface Mine {
  readonly groups: LockGroups;
  readonly lock: HeldLock;
  /** Milliseconds since the epoch, when it was last known to be held. */
  confirmed: number;
  /** Somebody else broke it. */
  lost: boolean;
}

/** Looks whether the lock is still this run's, and gives a sign of life. */
async function confirm(own: Mine): Promise<void> {
  const { groups, lock } = own;
  const now = new Date();
  if ((await groups.find(lock.number))?.holder.id !== lock.holder.id) own.lost = true;
  if (own.lost) return;
  await groups.beat(lock, now);
  own.confirmed = now.getTime();
}

async function takeNumber(groups: LockGroups, holder: Holder, options: LockOptions): Promise<HeldLock> {
  let number = 1;
  let seen: HeldLock | undefined;
  for (let count = 0; count < tries; count++) {
    const present = (await groups.create(number, holder)) ?? (await groups.find(number));
    // Refused, it may be ours all the same: a call whose answer is lost is made again.
    const own = present?.holder.id === holder.id ? present : undefined;
    const others = (await groups.list()).filter((lock) => lock.holder.id !== holder.id);
    // The list may be behind.
    const known = present && !own ? [present, ...others] : others;
    const living = known.find((lock) => !whyStale(lock.holder, new Date()));
    if (own && !living) {
      await breakStale(groups, others, options);
      return own;
    }
    if (own) await groups.remove(own.name);
    if (living) throw held(living, options);
    number = Math.max(number, ...others.map((lock) => lock.number)) + 1;
    seen = present ?? others[0];
  }
  throw seen ? held(seen, options) : contended(options);
}

async function breakStale(
  groups: LockGroups,
  stale: readonly HeldLock[],
  { note }: LockOptions,
): Promise<void> {
  for (const { name, holder } of stale) {
    await groups.remove(name);
    const why = whyStale(holder, new Date());
    note(`took over from \`lbc-setup ${holder.operation}\` of ${holder.who}: ${why ?? 'it has ended'}`);
  }
}

/** Who holds a lock, as lines. */
export const describeHolder = ({ id, operation, who, pid, arn, created, heartbeat }: Holder): string[] => [
  `ID:        ${id}`,
  `Operation: lbc-setup ${operation}`,
  `Who:       ${who}, process ${pid}, ${arn}`,
  `Created:   ${created.toISOString()}, last sign of life ${heartbeat.toISOString()}`,
];

const held = ({ holder }: HeldLock, { cluster, region }: LockOptions): LockedError =>
  new LockedError({
    what: `another run is changing cluster ${cluster} in ${region}`,
    why: ['it holds the lock:', ...describeHolder(holder)].join('\n'),
    fix: `wait until it has ended; if it cannot end any more: lbc-setup force-unlock ${holder.id} --cluster ${cluster} --region ${region}`,
  });

const lost = ({ cluster, region }: LockOptions): LockedError =>
  new LockedError({
    what: `the lock of this run on cluster ${cluster} in ${region} is gone`,
    why: 'somebody broke it, or this machine slept and another run took over',
    fix: 'see that no other run is at it, then run the same command once more; it continues where it stopped',
  });

const contended = ({ cluster, region }: LockOptions): LockedError =>
  new LockedError({
    what: `the lock on cluster ${cluster} in ${region} could not be taken`,
    why: `${tries} times another run took it at the same moment`,
    fix: 'run the same command once more',
  });
