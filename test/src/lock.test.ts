import { spawnSync } from 'node:child_process';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogs } from '../../sandbox/aws/logs.ts';
import { type Holder, staleAfter, tagsOf, thisRun, whyStale } from '../../src/lock/holder.ts';
import { createLock, LockedError } from '../../src/lock/lock.ts';
import { createLockGroups, type LockGroups } from '../../src/lock/lock-groups.ts';
import { account, keysOnly, startAws } from '../sandbox/aws-core/fixture.ts';

const owner = { cluster: 'shop', region: 'eu-west-1', account, partition: 'aws' };

let started: Awaited<ReturnType<typeof startAws>>;
let groups: LockGroups;
let notes: string[];
beforeEach(async () => {
  started = await startAws((world) => [keysOnly, createLogs(world)]);
  groups = createLockGroups(new CloudWatchLogsClient(started.config), owner);
  notes = [];
});
afterEach(() => started.cloud.close());

const lockOf = (operation: string, interval?: number) =>
  createLock({
    ...owner,
    operation,
    interval,
    groups: async () => groups,
    arn: async () => `arn:aws:iam::${account}:user/me`,
    note: (text) => notes.push(text),
  });

/** The number of a process that has ended. */
const endedProcess = (): number => spawnSync(process.execPath, ['--version']).pid;

const ofThisMachine = (changes: Partial<Holder> = {}): Holder => ({
  ...thisRun('teardown', 'arn:aws:iam::1:user/a', new Date()),
  ...changes,
});
const elsewhere = (silentFor: number): Holder =>
  ofThisMachine({ machine: 'another', heartbeat: new Date(Date.now() - silentFor * 1000) });

/** How many of so many runs that begin at once get the lock. */
async function race(count: number): Promise<PromiseSettledResult<void>[]> {
  const runs = Array.from({ length: count }, (_, index) => lockOf(`run-${index}`));
  return Promise.allSettled(runs.map((lock) => lock.hold()));
}

const won = (results: readonly PromiseSettledResult<void>[]): number =>
  results.filter(({ status }) => status === 'fulfilled').length;

describe('of several runs at once', () => {
  it('one gets a lock that nobody has, and the others are told who it is', async () => {
    const results = await race(8);
    expect(won(results)).toBe(1);
    const [lock] = await groups.list();
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const error of refused) {
      expect(error).toBeInstanceOf(LockedError);
      expect(error.why).toContain(`ID:        ${lock?.holder.id}`);
      expect(error.why).toContain(`Operation: lbc-setup ${lock?.holder.operation}`);
      expect(error.fix).toContain(`lbc-setup force-unlock ${lock?.holder.id} --cluster shop`);
    }
  });

  it('one gets a lock that is stale, and the stale one is gone', async () => {
    await groups.create(1, ofThisMachine({ pid: endedProcess() }));
    expect(won(await race(8))).toBe(1);
    const locks = await groups.list();
    expect(locks.map(({ number }) => number)).toEqual([2]);
    expect(notes).toEqual([expect.stringMatching(/^took over from `lbc-setup teardown` of .*has ended$/)]);
  });
});

it('a run that has two numbers to choose from steps back from the living one', async () => {
  await groups.create(2, elsewhere(10));
  await expect(lockOf('up').hold()).rejects.toThrow(LockedError);
  expect((await groups.list()).map(({ number }) => number)).toEqual([2]);
});

it('is taken once, let go of once, and free for the next', async () => {
  const first = lockOf('up');
  expect(first.name).toBeUndefined();
  await Promise.all([first.hold(), first.hold()]);
  expect(first.name).toBe('/lbc-setup/shop/lock/1');
  await first.hold();
  expect(started.world.record.calls().filter(({ call }) => call === 'logs:CreateLogGroup')).toHaveLength(1);
  await first.release();
  await first.release();
  expect(await groups.list()).toEqual([]);
  await lockOf('teardown').hold();
});

it('is taken although the answer to taking it was lost', async () => {
  groups = createLockGroups(new CloudWatchLogsClient({ ...started.config, maxAttempts: 2 }), owner);
  started.world.faults.set([
    { plane: 'aws', call: '^logs:CreateLogGroup$', times: 1, effect: { kind: 'cut' } },
  ]);
  const lock = lockOf('up');
  await lock.hold();
  expect(lock.name).toBe('/lbc-setup/shop/lock/1');
});

it('an untouched lock writes nothing, and sweeping takes stale ones away', async () => {
  const idle = lockOf('teardown');
  await idle.sweep();
  await idle.release();
  expect(started.world.record.calls().filter(({ write }) => write)).toEqual([]);
  await groups.create(3, elsewhere(staleAfter + 60));
  const sweeping = lockOf('teardown');
  await sweeping.sweep();
  await sweeping.release();
  expect(await groups.list()).toEqual([]);
});

it('gives signs of life, and notices that somebody broke it', async () => {
  const lock = lockOf('up', 0.02);
  await lock.hold();
  const [taken] = await groups.list();
  await vi.waitFor(async () => {
    const [now] = await groups.list();
    expect(now?.holder.heartbeat.getTime()).toBeGreaterThan(taken?.holder.heartbeat.getTime() ?? 0);
  });
  if (taken) await lock.remove(taken);
  await groups.create(1, elsewhere(0));
  await vi.waitFor(() => expect(lock.hold()).rejects.toThrow('the lock of this run on cluster shop'));
  await lock.release();
  expect((await groups.list()).map(({ holder }) => holder.machine)).toEqual(['another']);
});

describe('a lock is stale', () => {
  const now = new Date();
  it.each<[string, Holder, RegExp | undefined]>([
    ['when its process has ended', ofThisMachine({ pid: endedProcess() }), /^its process \d+ has ended$/],
    ['but not while its process runs', ofThisMachine(), undefined],
    ['when it was silent for long', elsewhere(staleAfter + 1), /^it gave no sign of life for 30[12] s$/],
    ['but not when it was silent for a while', elsewhere(staleAfter - 5), undefined],
    ['but not for a process number of another machine', { ...elsewhere(0), pid: endedProcess() }, undefined],
  ])('%s', (_, holder, why) => {
    if (why) expect(whyStale(holder, now)).toMatch(why);
    else expect(whyStale(holder, now)).toBeUndefined();
  });
});

it('is told in tags that CloudWatch Logs takes', () => {
  const tags = tagsOf(ofThisMachine({ who: `"o'neil"@${'h'.repeat(300)}` }));
  expect(Object.keys(tags).length).toBeLessThanOrEqual(50);
  // CloudWatch Logs API Reference, TagResource
  for (const [key, value] of Object.entries(tags)) {
    expect(key).toMatch(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128})$/u);
    expect(value).toMatch(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256})$/u);
  }
});
