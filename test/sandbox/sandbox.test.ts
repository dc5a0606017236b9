import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateVpcCommand, DeleteVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../sandbox/record.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';

const run = promisify(execFile);

let directory: string;
let sandbox: Sandbox;
let env: Record<string, string | undefined>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
  sandbox = await startSandbox({ directory, speed: 1000, seed: 1 });
  env = { ...process.env, ...sandbox.env };
}, 60_000);
afterAll(async () => {
  await sandbox.stop();
  await rm(directory, { recursive: true, force: true });
});

const ec2 = () =>
  new EC2Client({
    endpoint: sandbox.env.AWS_ENDPOINT_URL,
    region: sandbox.env.AWS_REGION,
    credentials: {
      accessKeyId: sandbox.env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: sandbox.env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
const control = async (path: string, init?: RequestInit) => {
  const answer = await fetch(`${sandbox.control}${path}`, init);
  return { status: answer.status, body: await answer.json() };
};

describe('a rehearsal', () => {
  it('begins with an empty inventory, and shows what is made until it is deleted', async () => {
    expect(await sandbox.inventory()).toEqual([]);
    const { Vpc } = await ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const { body } = await control('/inventory');
    expect(body).toContainEqual(
      expect.objectContaining({ kind: 'ec2:vpc', id: expect.stringContaining(Vpc?.VpcId ?? '') }),
    );
    await ec2().send(new DeleteVpcCommand({ VpcId: Vpc?.VpcId }));
    expect(await sandbox.inventory()).toEqual([]);
  });

  it('tells what was asked of it', async () => {
    const position = sandbox.world.record.position();
    await ec2()
      .send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/8', DryRun: true }))
      .catch(() => undefined);
    const { body } = await control(`/record?since=${position}`);
    expect((body as RecordedCall[]).map(({ plane, call }) => ({ plane, call }))).toEqual([
      { plane: 'aws', call: 'ec2:CreateVpc' },
    ]);
  });

  it('misbehaves for tools that ask whether they must, and records their runs', async () => {
    const effect = { kind: 'exit', code: 1, stderr: 'no' };
    const faults = JSON.stringify([{ plane: 'tool', call: '^eksctl create', times: 1, effect }]);
    await control('/faults', { method: 'PUT', body: faults });
    expect((await control('/fault?call=eksctl%20get%20cluster')).body).toBeNull();
    expect((await control('/fault?call=eksctl%20create%20cluster')).body).toEqual(effect);
    const report = { call: 'eksctl create cluster', write: true, status: 1 };
    await control('', { method: 'POST', body: JSON.stringify(report) });
    expect(sandbox.world.record.calls().at(-1)).toMatchObject({ plane: 'tool', caller: 'eksctl', ...report });
  });

  it('answers nobody who does not know its token', async () => {
    const { origin } = new URL(sandbox.control);
    expect((await fetch(`${origin}/record`)).status).toBe(404);
    expect((await fetch(`${origin}/${'0'.repeat(32)}/record`)).status).toBe(404);
  });

  it('puts a real helm on PATH that finds the chart repository through the guard proxy', async () => {
    await run('helm', ['repo', 'add', 'eks', 'https://aws.github.io/eks-charts'], { env });
    const { stdout } = await run('helm', ['search', 'repo', 'aws-load-balancer-controller', '-o', 'json'], {
      env,
    });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'eks/aws-load-balancer-controller', version: '3.5.0', app_version: 'v3.5.0' },
    ]);
  }, 30_000);

  it('puts a real kubectl on PATH', async () => {
    const { stdout } = await run('kubectl', ['version', '--client', '-o', 'json'], { env });
    expect(JSON.parse(stdout).clientVersion.minor).toBe('35');
  }, 30_000);
});
