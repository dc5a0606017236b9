import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { preflightNames } from '../../src/preflight/check-names.ts';
import { regionCheck, zonesCheck } from '../../src/preflight/place.ts';
import { checks, runPreflight } from '../../src/preflight/table.ts';

/** A context whose EC2 gives one answer to everything. */
const answering = (answer: object, skipPreflight: readonly string[] = []): Context =>
  ({
    config: { region: 'ca-central-1', skipPreflight },
    aws: { ec2: { send: async () => answer } },
    signal: new AbortController().signal,
  }) as unknown as Context;

it('every check can be skipped by its name', () => {
  expect(checks.map(({ name }) => name)).toEqual([...preflightNames]);
});

it.each([
  ['opt-in-not-required', 0],
  ['opted-in', 0],
  ['not-opted-in', 1],
])('a region that is %s has %i obstacles', async (OptInStatus, count) => {
  expect(await regionCheck.check(answering({ Regions: [{ OptInStatus }] }))).toHaveLength(count);
});

describe('zones', () => {
  const zone = (ZoneId: string, State = 'available') => ({ ZoneName: `zone of ${ZoneId}`, ZoneId, State });
  const obstacles = (...AvailabilityZones: object[]) => zonesCheck.check(answering({ AvailabilityZones }));

  it('of which two take a cluster and Fargate are enough', async () => {
    expect(await obstacles(zone('cac1-az1'), zone('cac1-az2'), zone('cac1-az3'))).toEqual([]);
  });

  it('without EKS, without Fargate or impaired do not count', async () => {
    for (const other of [zone('cac1-az3'), zone('apne1-az3'), zone('cac1-az2', 'impaired')]) {
      const [obstacle] = await obstacles(zone('cac1-az1'), other);
      expect(obstacle?.evidence).toContain('may use: zone of cac1-az1 (cac1-az1)');
    }
  });
});

it('what cannot be looked at is told and stops nothing', async () => {
  const context = answering({}, ['names', 'quotas', 'permissions']);
  const denied = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: {} });
  Object.assign(context.aws.ec2, { send: () => Promise.reject(denied) });
  expect(await runPreflight(context)).toEqual({
    looked: [],
    obstacles: [],
    unknown: [
      { name: 'region', why: 'the credentials lack a permission' },
      { name: 'zones', why: 'the credentials lack a permission' },
    ],
  });
});
