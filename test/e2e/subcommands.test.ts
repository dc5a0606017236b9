import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await startRehearsal();
});
afterEach(() => rehearsal.stop());

it('each command does its part, does nothing the second time, and names the command that must come first', {
  timeout: 180_000,
}, async () => {
  const early = await rehearsal.run(['install-controller']);
  expect(early.exitCode).toBe(1);
  expect(early.stderr).toContain('next: lbc-setup cluster --cluster lbc-setup --region ap-northeast-1');

  for (const command of [
    ['cluster', '--yes'],
    ['iam'],
    ['install-controller'],
    ['deploy-sample', 'nlb'],
    ['verify', 'nlb'],
  ]) {
    const first = await rehearsal.runJson(command);
    expect(first, `${command}: ${first.stderr}`).toMatchObject({ exitCode: 0 });
    const position = (await rehearsal.record()).length;
    const second = await rehearsal.runJson(command);
    expect(second, `${command}: ${second.stderr}`).toMatchObject({ exitCode: 0, data: { changed: 0 } });
    expect(await rehearsal.writes(position), String(command)).toEqual([]);
  }
  const verify = await rehearsal.run(['verify', 'alb']);
  expect(verify.exitCode).toBe(3);
  expect(verify.stdout + verify.stderr).toContain('lbc-setup deploy-sample');

  const teardown = await rehearsal.runJson(['teardown', '--yes']);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  expect(await rehearsal.inventory()).toEqual([]);
});
