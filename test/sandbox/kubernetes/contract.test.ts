import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tables } from '../../kubernetes-contract/cases.ts';
import { compare } from '../../kubernetes-contract/compare.ts';
import { readRecording } from '../../kubernetes-contract/fixture.ts';
import { type Known, known } from '../../kubernetes-contract/known-differences.ts';
import { createPlayer, type Player } from '../../kubernetes-contract/play.ts';
import { startControlPlane } from './control-plane.ts';

// Every case was played on a real kube-apiserver (npm run record:kubernetes); it must give the same here, but for what
// known-differences.ts names.
const recording = await readRecording();
const met = new Set<Known>();
let player: Player;
let stop: () => Promise<void>;

beforeAll(async () => {
  const { target, stop: stopServer } = await startControlPlane();
  player = await createPlayer(target);
  stop = stopServer;
  await player.prepare(tables.flatMap(({ cases }) => cases));
});
afterAll(async () => {
  await player.dispose();
  await stop();
});

describe.each(tables)('$subject', ({ cases }) => {
  test.each(cases)('$name', async (one) => {
    const result = compare(one, recording.cases[one.name] ?? {}, await player.play(one), known);
    for (const row of result.met) met.add(row);
    expect(result.differences).toEqual([]);
  });
});

test('every known difference is still one', () => {
  expect(known.filter((row) => !met.has(row))).toEqual([]);
});

test('nothing was recorded that is not played', () => {
  const names = tables.flatMap(({ cases }) => cases.map(({ name }) => name));
  expect(Object.keys(recording.cases)).toEqual(names);
});
