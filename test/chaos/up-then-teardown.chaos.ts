import { describe, expect, it } from 'vitest';
import { startChaosWorld, type Victim } from './world.ts';

/** The n-th time that a call changed something: names are drawn anew in every world. */
interface Moment {
  readonly call: string;
  readonly nth: number;
  readonly hasChildren: boolean;
}

/** The moments of an `up` that nobody disturbs. */
async function momentsOfUp(): Promise<Moment[]> {
  const world = await startChaosWorld(1);
  try {
    expect(await world.run(['up', '--yes'])).toMatchObject({ exitCode: 0 });
    const seen = new Map<string, number>();
    return world.events().map(({ call, hasChildren }) => {
      const nth = (seen.get(call) ?? 0) + 1;
      seen.set(call, nth);
      return { call, nth, hasChildren };
    });
  } finally {
    await world.close();
  }
}

const moments = await momentsOfUp();

/** A group of one is the program. */
const kills: readonly [Victim, readonly Moment[]][] = [
  ['program', moments],
  ['group', moments.filter(({ hasChildren }) => hasChildren)],
];

describe.each(kills)('SIGKILL of the %s during up, then teardown', (victim, when) => {
  it.concurrent.each(when)('at $call ($nth): nothing is left', async ({ call, nth }) => {
    const world = await startChaosWorld(1);
    let times = 0;
    try {
      const up = await world.run(['up', '--yes'], {
        victim,
        at: (event) => event.call === call && ++times === nth,
      });
      expect(up.struck, up.stderr).toMatchObject({ call });
      const teardown = await world.run(['teardown', '--yes']);
      expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0 });
      expect(await world.inventory()).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
