import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { Case } from './case.ts';
import { cloudFormationCases } from './cases/cloudformation.ts';
import { ec2NetworkCases } from './cases/ec2-network.ts';
import { ec2SecurityGroupCases } from './cases/ec2-security-groups.ts';
import { elbv2Cases } from './cases/elbv2.ts';
import { eksCases, logsCases, taggingCases } from './cases/small-services.ts';
import { iamCases, stsCases } from './cases/sts-iam.ts';
import { type Answer, connect, type Endpoint } from './clients.ts';
import { compare, type Difference } from './compare.ts';
import { type Known, known } from './known-differences.ts';

const tables = [
  stsCases,
  iamCases,
  ec2NetworkCases,
  ec2SecurityGroupCases,
  elbv2Cases,
  cloudFormationCases,
  logsCases,
  taggingCases,
  eksCases,
];

const region = 'ap-northeast-1';
const agreed: string[] = [];
const tolerated: string[] = [];
const used = new Set<Known>();

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lbc-setup-moto-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function play({ play: run }: Case, endpoint: Endpoint): Promise<Answer[]> {
  const aws = connect(endpoint);
  // The comparison shows at which call one of the two went another way.
  await run(aws).catch(() => undefined);
  return [...aws.answers];
}

async function playOnMoto(one: Case): Promise<Answer[]> {
  const url = inject('moto');
  await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  return play(one, { url, region, accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' });
}

async function playOnRehearsal(one: Case): Promise<Answer[]> {
  const sandbox: Sandbox = await startSandbox({
    directory: await mkdtemp(join(directory, 'case-')),
    speed: 3000,
    seed: 1,
    region,
  });
  const { env } = sandbox;
  try {
    return await play(one, {
      url: env.AWS_ENDPOINT_URL ?? '',
      region,
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    });
  } finally {
    await sandbox.stop();
  }
}

const say = ({ operation, path, moto, rehearsal }: Difference): string =>
  `${operation} ${path || '(call)'}\n  moto:      ${moto}\n  rehearsal: ${rehearsal}`;

describe.each(tables)('$service', ({ cases }) => {
  it.each(cases)('$name', async (one) => {
    const [moto, rehearsal] = await Promise.all([playOnMoto(one), playOnRehearsal(one)]);
    const found = compare(one.name, moto, rehearsal);
    agreed.push(...found.agreed);
    tolerated.push(...found.tolerated);
    for (const row of found.used) used.add(row);
    expect(rehearsal.length).toBeGreaterThan(0);
    expect(found.differences.map(say)).toEqual([]);
  });
});

describe('the list of known differences', () => {
  it('has no row that nothing meets any more', () => {
    expect(known.filter((row) => !used.has(row)).map(({ because }) => because)).toEqual([]);
  });
});

afterAll(() => {
  const count = (calls: readonly string[], service: string): number =>
    calls.filter((call) => call.startsWith(`${service}:`)).length;
  for (const service of new Set([...agreed, ...tolerated].map((call) => call.split(':')[0] ?? ''))) {
    const operations = new Set([...agreed, ...tolerated].filter((call) => call.startsWith(`${service}:`)));
    console.log(
      `${service}: ${operations.size} operations, ${count(agreed, service)} calls agree, ${count(tolerated, service)} but for known differences`,
    );
  }
});
