import { expect, it } from 'vitest';
import { type Control, startControl } from '../../sandbox/control.ts';
import { createFaultList } from '../../sandbox/faults.ts';
import { createRecorder } from '../../sandbox/record.ts';
import type { World } from '../../sandbox/world.ts';

it('who tells a rehearsal to end is answered, however fast it ends', async () => {
  // All of a world that the control API asks.
  const world = { record: createRecorder(), faults: createFaultList() } as World;
  let ended: Promise<void> | undefined;
  const control: Control = await startControl(world, {
    inventory: async () => [],
    status: () => ({}),
    end: () => {
      ended = control.close();
    },
  });
  const answer = await fetch(control.url, { method: 'DELETE' });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({});
  await ended;
});
