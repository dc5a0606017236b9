import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

it.each(['up', 'cluster'])(
  '%s without consent names what it would make and what that costs, and makes nothing',
  async (command) => {
    const position = (await rehearsal.record()).length;
    const soon = new Date(Date.now() + 20 * 60_000 + 30_000).toISOString();
    const { exitCode, stdout, stderr } = await rehearsal.run([command], {
      AWS_CREDENTIAL_EXPIRATION: soon,
      AWS_PROFILE: '',
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/warning: the credentials last 20 minutes, and "up" takes up to 45/);
    expect(stdout).toBe('');
    expect(stderr).toContain('To be made for cluster lbc-setup in ap-northeast-1, account 123456789012:');
    expect(stderr).toMatch(/1 NAT gateway +\$0\.0620 per hour/);
    expect(stderr).toMatch(/together about \$\d+\.\d\d per hour, \$\d+\.\d\d per day/);
    expect(stderr).toContain('from everywhere: --api-cidr limits that');
    expect(stderr).toContain('next: add --yes');
    expect(/Application Load Balancer sample/.test(stderr)).toBe(command === 'up');
    expect(await rehearsal.writes(position)).toEqual([]);
  },
);

it('an unknown price is said to be', async () => {
  const { exitCode, stderr } = await rehearsal.run(['cluster'], { AWS_REGION: 'eu-west-1' });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/NAT gateway +unknown[\s\S]*together more than/);
  expect(stderr).not.toContain('the credentials last');
});

it('a dry run tells the price as well, also that of a version in extended support', async () => {
  const position = (await rehearsal.record()).length;
  const { exitCode, stdout, stderr } = await rehearsal.run([
    'cluster',
    '--dry-run',
    ...['--kubernetes-version', '1.33'],
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/1 EKS control plane in extended support +\$0\.6000 per hour/);
  expect(stderr).toMatch(/together about \$0\.\d\d per hour/);
  const file = /--config-file (\S+cluster\.yaml)/.exec(stdout)?.[1] ?? 'none';
  expect(await readFile(file, 'utf8')).toMatch(/upgradePolicy:\n +supportType: EXTENDED\n/);
  expect(await rehearsal.writes(position)).toEqual([]);
});

it('a failure ends with what is billed and how to end that; with everything there no consent is needed', {
  timeout: 120_000,
}, async () => {
  await rehearsal.fail({
    plane: 'aws',
    call: '^eks:CreateFargateProfile$',
    effect: { kind: 'error', code: 'AccessDeniedException', message: 'refused by the test', status: 403 },
  });
  const failed = await rehearsal.run(['cluster', '--yes']);
  expect(failed.exitCode, failed.stderr).toBe(1);
  expect(failed.stderr).toMatch(/still billed: about \$0\.\d\d per hour/);
  expect(failed.stderr).toContain('end it: lbc-setup teardown --cluster lbc-setup --region ap-northeast-1');

  await rehearsal.fail();
  const made = await rehearsal.run(['cluster', '--yes']);
  expect(made.exitCode, made.stderr).toBe(0);
  const position = (await rehearsal.record()).length;
  const again = await rehearsal.run(['cluster']);
  expect(again.exitCode, again.stderr).toBe(0);
  expect(await rehearsal.writes(position)).toEqual([]);

  await rehearsal.fail({
    plane: 'aws',
    call: '^cloudformation:DeleteStack$',
    effect: { kind: 'error', code: 'AccessDenied', message: 'refused by the test', status: 403 },
  });
  const kept = await rehearsal.run(['teardown', '--yes']);
  expect(kept.exitCode, kept.stderr).toBe(1);
  expect(kept.stderr).toMatch(/still billed: /);
  expect(kept.stderr).toMatch(/NAT gateway nat-\w+, about \$0\.06 per hour, \$1\.49 per day/);
});
