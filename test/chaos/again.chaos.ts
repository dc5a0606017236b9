import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killAtEveryEvent } from './run-again.ts';
import { type ChaosWorld, startChaosWorld, type Victim } from './world.ts';

describe.each<Victim>(['program', 'group'])(
  'SIGKILL of the %s at every event, then the same command',
  (victim) => {
    let world: ChaosWorld;
    beforeAll(async () => {
      world = await startChaosWorld(1);
    });
    afterAll(() => world.close());

    it('up converges', async () => {
      const { struck } = await killAtEveryEvent(world, ['up', '--yes'], victim);
      console.log(`up, ${victim}: killed at ${struck.length} events`);
      const position = world.position();
      expect(await world.run(['up', '--yes'])).toMatchObject({ exitCode: 0 });
      expect(world.writes(position)).toEqual([]);
    });

    it('teardown leaves nothing', async () => {
      const { struck } = await killAtEveryEvent(world, ['teardown', '--yes'], victim);
      console.log(`teardown, ${victim}: killed at ${struck.length} events`);
      expect(await world.inventory()).toEqual([]);
    });
  },
);
