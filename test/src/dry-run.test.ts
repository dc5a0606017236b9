import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsCommandLine } from '../../src/aws/command-line.ts';
import { commandLine } from '../../src/command-line.ts';
import type { Context } from '../../src/context.ts';
import type { Reporter } from '../../src/output/reporter.ts';
import { ReadCache } from '../../src/read-cache.ts';
import { applySteps, removeSteps } from '../../src/runner.ts';
import { type Step, state } from '../../src/steps/step.ts';
import { createDryRun } from '../../src/writes.ts';

it('a printed command is read back by the shell as it was', () => {
  const word = fc
    .string({ unit: 'binary' })
    .filter((text) => !text.includes('\0') && !/[\ud800-\udfff]/.test(text));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (args) => {
      const line = commandLine(['printf', '%s\\0', ...args]);
      const read = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
      expect(read).toBe(args.length === 0 ? '\0' : args.map((arg) => `${arg}\0`).join(''));
    }),
    { numRuns: 50 },
  );
});

it.each([
  ['IAMClient', 'TagOpenIDConnectProviderCommand', 'aws iam tag-open-id-connect-provider'],
  ['ElasticLoadBalancingV2Client', 'DeleteTargetGroupCommand', 'aws elbv2 delete-target-group'],
  ['EC2Client', 'RevokeSecurityGroupIngressCommand', 'aws ec2 revoke-security-group-ingress'],
  ['EKSClient', 'CreateAccessEntryCommand', 'aws eks create-access-entry'],
])('%s %s is %s', (client, command, expected) => {
  const line = awsCommandLine(
    { client, command, input: { a: "it's" } },
    { region: 'eu-west-1', profile: 'me' },
  );
  expect(line).toBe(`${expected} --region eu-west-1 --profile me --cli-input-json '{"a":"it'\\''s"}'`);
});

describe('a dry run', () => {
  const silent = { plan() {}, start() {}, progress() {}, finish() {}, note() {}, warn() {} };
  const context = {
    config: { cluster: 'test', region: 'ap-northeast-1' },
    out: { ...silent, close: async () => {} } as Reporter,
    log: { add() {} },
    reads: new ReadCache(),
    writes: createDryRun('/nowhere'),
    signal: new AbortController().signal,
  } as unknown as Context;
  const done: string[] = [];
  const step = (id: string, needs: string[], extra: Partial<Step> = {}): Step => {
    const change = (verb: string) => async () => {
      await context.writes.perform(
        () => `${verb} ${id}`,
        async () => void done.push(id),
        undefined,
      );
    };
    const base = { id, title: id, subject: id, command: 'cluster' as const, needs, deadline: 1 };
    return {
      ...base,
      check: async () => state.absent('none'),
      apply: change('make'),
      remove: change('take'),
      ...extra,
    };
  };

  it('tells what each step would do, removal of the broken first, and does nothing', async () => {
    const steps = [
      step('a', []),
      step('b', ['a'], { check: async () => state.broken('half made') }),
      step('c', ['b'], { comesWith: { step: 'a', afterwards: 'mark c' } }),
      step('d', ['c'], {
        apply: async () => {
          throw new Error('c has no id');
        },
      }),
      step('e', [], { check: async () => state.ready('there') }),
    ];
    const results = await applySteps(context, steps, steps);
    expect(results.map(({ id, outcome, writes }) => [id, outcome, writes])).toEqual([
      ['a', 'planned', ['make a']],
      ['b', 'planned', ['take b', 'make b']],
      ['c', 'planned', ['mark c']],
      ['d', 'planned', []],
      ['e', 'unchanged', undefined],
    ]);
    expect(results[3]?.evidence).toMatch(/only be told after: .*c has no id/);
    expect(done).toEqual([]);
  });

  it('fails where the run would fail whatever came before', async () => {
    const broken = step('a', [], { apply: () => Promise.reject(new Error('no')) });
    expect(await applySteps(context, [broken], [broken])).toMatchObject([{ outcome: 'failed' }]);
    const foreign = step('a', [], { check: async () => state.inTheWay('theirs', 'go elsewhere') });
    expect(await applySteps(context, [foreign], [foreign])).toMatchObject([{ outcome: 'failed' }]);
  });

  it('lists removals against the direction of making', async () => {
    const there = { check: async () => state.ready('there') };
    const steps = [step('a', [], there), step('b', ['a'], there), step('c', ['a'])];
    const results = await removeSteps(context, steps);
    expect(results.map(({ id, writes }) => [id, writes])).toEqual([
      ['c', undefined],
      ['b', ['take b']],
      ['a', ['take a']],
    ]);
    expect(done).toEqual([]);
  });
});
