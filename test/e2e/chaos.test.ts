import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killAtEveryEvent } from '../chaos/run-again.ts';
import { type ChaosWorld, type Event, startChaosWorld } from '../chaos/world.ts';

/** What draws the sample; `npm run test:chaos` has no sample but all. */
const seed = 4;
const oneIn = 10;
const drawn = ({ call }: Event): boolean =>
  createHash('sha256').update(`${seed} ${call}`).digest().readUInt32BE(0) % oneIn === 0;

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld(seed);
});
afterAll(() => world.close());

it('up and teardown, killed at a sample of their changes, come to their end', {
  timeout: 240_000,
}, async () => {
  const up = await killAtEveryEvent(world, ['up', '--yes'], 'program', drawn);
  expect(up.struck.length).toBeGreaterThan(1);
  const teardown = await killAtEveryEvent(world, ['teardown', '--yes'], 'group', drawn);
  expect(teardown.struck.length).toBeGreaterThan(1);
  expect(await world.inventory()).toEqual([]);
});
