import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await startRehearsal(['--speed', '1000']);
});
afterEach(() => rehearsal.stop());

/** Runs `up` until it has spoken and the record shows a call (a child of a killed run may be faster), then sends the signal. */
async function interruptAt(call: RegExp, signal: NodeJS.Signals) {
  const position = (await rehearsal.record()).length;
  const up = rehearsal.start(['up', '--yes', '--cluster', 'lbc-setup']);
  await once(up.stderr, 'data');
  await vi.waitFor(
    async () => {
      const calls = await rehearsal.record(position);
      expect(calls.some((recorded) => call.test(recorded.call))).toBe(true);
    },
    { timeout: 60_000, interval: 20 },
  );
  up.kill(signal);
  return up;
}

it('up goes on where it was interrupted, wherever that was', { timeout: 240_000 }, async () => {
  const creating = await interruptAt(/^cloudformation:CreateStack$/, 'SIGINT');
  expect(creating.exitCode).toBe(130);
  expect(creating.stderr).toContain('continue: lbc-setup up --cluster lbc-setup --yes\n');

  const killed = await interruptAt(/^iam:CreatePolicy$|serviceaccounts/, 'SIGKILL');
  expect(killed.signal).toBe('SIGKILL');

  const installing = await interruptAt(/helm\.release|deployments\/aws-load-balancer-controller/, 'SIGTERM');
  expect(installing.exitCode).toBe(130);

  const up = await rehearsal.runJson(['up', '--yes']);
  expect(up, up.stderr).toMatchObject({ exitCode: 0 });
  const position = (await rehearsal.record()).length;
  const again = await rehearsal.runJson(['up', '--yes']);
  expect(again, again.stderr).toMatchObject({ exitCode: 0 });
  expect(await rehearsal.writes(position)).toEqual([]);

  const teardown = await rehearsal.runJson(['teardown', '--yes']);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0 });
  expect(await rehearsal.inventory()).toEqual([]);
});
