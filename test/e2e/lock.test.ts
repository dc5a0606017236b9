import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterEach(async () => {
  await rehearsal.fail();
  expect(await rehearsal.inventory()).toEqual([]);
});
afterAll(() => rehearsal.stop());

/** Starts an `up` that takes the lock and then hangs in its first step. */
async function startHanging() {
  await rehearsal.fail(
    { plane: 'aws', call: '^iam:CreatePolicy$', effect: { kind: 'hang' } },
    { plane: 'tool', call: '^eksctl create', effect: { kind: 'exit', code: 1, stderr: 'not now' } },
  );
  const position = (await rehearsal.record()).length;
  const up = rehearsal.start(['up', '--yes']);
  await vi.waitFor(
    async () => {
      const calls = (await rehearsal.record(position)).map(({ call }) => call);
      expect(calls).toContain('iam:CreatePolicy');
      expect(calls).toContainEqual(expect.stringContaining('eksctl create cluster'));
    },
    { timeout: 60_000, interval: 20 },
  );
  // Not the program itself, which would be waited for.
  return { up };
}

it('while an up runs, another up and a teardown say who is at it; killed, it is in nobody’s way', {
  timeout: 120_000,
}, async () => {
  const { up } = await startHanging();
  const position = (await rehearsal.record()).length;
  const [second, teardown] = await Promise.all([
    rehearsal.run(['up', '--yes']),
    rehearsal.run(['teardown', '--yes']),
  ]);
  for (const { exitCode, stderr } of [second, teardown]) {
    expect(stderr).toContain('error: another run is changing cluster lbc-setup in ap-northeast-1');
    expect(stderr).toContain('Operation: lbc-setup up');
    expect(stderr).toMatch(new RegExp(`Who: {7}.+@.+, process ${up.pid}, arn:aws:iam::`));
    expect(stderr).toMatch(/Created: {3}\d{4}-/);
    expect(stderr).toMatch(/lbc-setup force-unlock [0-9a-f]{8} --cluster lbc-setup --region ap-northeast-1/);
    expect(exitCode).toBe(1);
  }
  // Reading is free, and nothing but the attempt to take the lock was written.
  expect(await rehearsal.run(['status'])).toMatchObject({ exitCode: 0 });
  expect(new Set(await rehearsal.writes(position))).toEqual(new Set(['logs:CreateLogGroup']));

  up.kill('SIGKILL');
  await up;
  await rehearsal.fail();
  const after = await rehearsal.runJson(['teardown', '--yes']);
  expect(after, after.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  expect(after.stderr).toMatch(/took over from `lbc-setup up` of .+: its process \d+ has ended/);
});

it('an interrupted up lets go of the lock', { timeout: 60_000 }, async () => {
  const { up } = await startHanging();
  up.kill('SIGINT');
  expect(await up).toMatchObject({ exitCode: 130 });
});

it('a lock of another machine is broken by the command that the refusal names', {
  timeout: 60_000,
}, async () => {
  const logs = new CloudWatchLogs({
    region: 'ap-northeast-1',
    endpoint: rehearsal.env.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: rehearsal.env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: rehearsal.env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  await logs.createLogGroup({
    logGroupName: '/lbc-setup/lbc-setup/lock/1',
    tags: {
      'lbc-setup/lock-id': 'cafe0123',
      'lbc-setup/lock-operation': 'up',
      'lbc-setup/lock-who': 'runner@elsewhere',
      'lbc-setup/lock-heartbeat': new Date().toISOString(),
    },
  });
  const refused = await rehearsal.run(['teardown', '--yes']);
  expect(refused.exitCode, refused.stderr).toBe(1);
  expect(refused.stderr).toContain('runner@elsewhere');
  const [, command = ''] = /lbc-setup (force-unlock .*)/.exec(refused.stderr) ?? [];

  const other = await rehearsal.run(['force-unlock', '00000000', '--yes']);
  expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cafe0123') });
  const unasked = await rehearsal.run(command.split(' '));
  expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('add --yes') });
  const shown = await rehearsal.run([...command.split(' '), '--dry-run']);
  expect(shown.stdout).toBe(
    'aws logs delete-log-group --log-group-name /lbc-setup/lbc-setup/lock/1 --region ap-northeast-1',
  );

  const broken = await rehearsal.run([...command.split(' '), '--yes']);
  expect(broken).toMatchObject({ exitCode: 0, stdout: 'The lock cafe0123 is broken.' });
  const none = await rehearsal.run([...command.split(' '), '--yes']);
  expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no run holds a lock') });
});
