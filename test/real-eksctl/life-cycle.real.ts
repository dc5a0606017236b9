import { afterAll, beforeAll, expect, it } from 'vitest';
import { pins } from '../../src/pins.ts';
import { type Rehearsal, startRehearsal } from '../e2e/rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

it('lbc-setup makes everything, then nothing, then takes everything away', async () => {
  const { stdout } = await rehearsal.tool('eksctl', ['version']);
  // A program built out of the module registry calls itself a development version.
  expect(stdout).toBe(`${pins.eksctl}-dev`);

  const up = await rehearsal.runJson(['up', '--yes']);
  expect(up, up.stderr).toMatchObject({ exitCode: 0 });
  const answers = up.data.steps.filter(({ id }: { id: string }) => id.startsWith('answer-'));
  expect(answers).toHaveLength(2);
  for (const { evidence } of answers)
    expect((await rehearsal.fetch(evidence)).body).toMatch(/^Hello version: v1, instance: helloworld-/);

  const position = (await rehearsal.record()).length;
  const again = await rehearsal.runJson(['up', '--yes']);
  expect(again, again.stderr).toMatchObject({ exitCode: 0, data: { changed: 0 } });
  expect(await rehearsal.writes(position)).toEqual([]);

  const teardown = await rehearsal.runJson(['teardown', '--yes']);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  expect(await rehearsal.inventory()).toEqual([]);
});
