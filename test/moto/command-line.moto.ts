import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createCertificateAuthority } from '../../sandbox/pki.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { type AwsCli, type CliRun, startAwsCli } from './aws-cli.ts';
import { until } from './case.ts';
import { ec2, ec2End } from './commands/ec2.ts';
import { eks, eksEnd, roles } from './commands/eks.ts';
import { elb, elbv2, elbv2End, tagging } from './commands/elbv2.ts';
import { given } from './commands/given.ts';
import { iam, iamEnd, sts } from './commands/iam.ts';
import { cloudFormation, logs, quotas, shield } from './commands/others.ts';
import { type CommandTable, commandOf, type Row } from './commands/row.ts';

const beginning: readonly CommandTable[] = [sts, iam, ec2, elbv2, elb, tagging, eks];
const end: readonly CommandTable[] = [
  roles,
  cloudFormation,
  logs,
  quotas,
  shield,
  eksEnd,
  elbv2End,
  ec2End,
  iamEnd,
];
const tables = [...beginning, ...end];

const region = 'ap-northeast-1';
const saved = new Map(Object.entries(given));
let directory: string;
let sandbox: Sandbox;
let cli: AwsCli;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lbc-setup-cli-'));
  sandbox = await startSandbox({ directory: join(directory, 'sandbox'), speed: 3000, seed: 1, region });
  const { certificate, key } = await (await createCertificateAuthority('test')).issue(['shop.example.com']);
  saved.set('certificate', certificate).set('key', key);
  cli = startAwsCli(inject('python'), sandbox.env);
});
afterAll(async () => {
  cli?.stop();
  await sandbox?.stop();
  await rm(directory, { recursive: true, force: true });
});

const filled = (text: string): string =>
  text.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = saved.get(name);
    if (value === undefined) throw new Error(`nothing was saved as ${name}`);
    return value;
  });

const run = ({ command }: CommandTable, { operation, args }: Row): Promise<CliRun> =>
  cli.run([command, commandOf(operation), ...args.split(' ').filter(Boolean).map(filled)]);

async function check(table: CommandTable, row: Row): Promise<void> {
  const { shows, waits, save = {}, refused } = row.expect;
  let result = await run(table, row);
  if (waits) {
    await until(async () => {
      if (!result.stdout.includes(filled(shows ?? ''))) result = await run(table, row);
      return result.stdout.includes(filled(shows ?? ''));
    });
  }
  if (refused) {
    expect(result.stderr).toContain(`(${refused})`);
    expect(result.code).not.toBe(0);
    return;
  }
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
  if (shows === undefined) expect(result.stdout).toBe('');
  else expect(result.stdout).toContain(filled(shows));
  for (const [name, path] of Object.entries(save)) {
    const found = path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], JSON.parse(result.stdout));
    expect(found, path).toBeTypeOf('string');
    saved.set(name, found as string);
  }
}

/** What is between the two: a role for a ServiceAccount, and a token of that account. */
async function grantServiceAccount(): Promise<void> {
  const { env } = sandbox;
  const client = new IAMClient({
    endpoint: env.AWS_ENDPOINT_URL,
    region,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const issuer = saved.get('clusterIssuer') ?? '';
  const { OpenIDConnectProviderArn: Federated } = await client.send(
    new CreateOpenIDConnectProviderCommand({
      Url: issuer,
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'],
    }),
  );
  const subject = `${issuer.replace('https://', '')}:sub`;
  const { Role } = await client.send(
    new CreateRoleCommand({
      RoleName: 'irsa',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [subject]: 'system:serviceaccount:default:default' } },
          },
        ],
      }),
    }),
  );
  saved.set('irsa', Role?.Arn ?? '');
  const cluster = sandbox.world.kubernetes.find('walk', region);
  const account = { namespace: 'default', name: 'default' };
  saved.set('token', (await cluster?.createToken(account, ['sts.amazonaws.com'], 3600)) ?? '');
}

const rowsOf = (some: readonly CommandTable[]) =>
  some.flatMap((table) =>
    table.rows.map((row) => ({ name: `${table.command} ${commandOf(row.operation)}`, table, row })),
  );

let broken = false;
/** Each command builds on those before: after a failure the rest says nothing. */
async function checkUnlessBroken(table: CommandTable, row: Row, skip: () => void): Promise<void> {
  if (broken) return skip();
  broken = true;
  await check(table, row);
  broken = false;
}

describe('the Python AWS CLI gets what it understands from', () => {
  it.for(rowsOf(beginning))('$name', ({ table, row }, { skip }) => checkUnlessBroken(table, row, skip));
  it('a role for a ServiceAccount', grantServiceAccount);
  it.for(rowsOf(end))('$name', ({ table, row }, { skip }) => checkUnlessBroken(table, row, skip));
});

describe('the tables of commands', () => {
  it('have every operation that is emulated, and no other', () => {
    const emulated = [...sandbox.operations].flatMap(([service, names]) =>
      names.map((name) => `${service}:${name}`),
    );
    const called = tables.flatMap(({ service, rows }) =>
      rows.map(({ operation }) => `${service}:${operation}`),
    );
    expect([...new Set(called)].sort()).toEqual(emulated.sort());
  });

  it('left nothing uncalled and nothing behind', async () => {
    const prefixes: Record<string, string> = { classicloadbalancing: 'elasticloadbalancing', tagging: 'tag' };
    const recorded = new Set(
      sandbox.world.record.calls().map(({ call, status }) => `${call} ${status === 501 ? 'refused' : ''}`),
    );
    for (const [service, names] of sandbox.operations)
      for (const name of names) expect(recorded).toContain(`${prefixes[service] ?? service}:${name} `);
    const left = (await sandbox.inventory()).map(({ kind }) => kind);
    // Made by the test itself.
    expect(left.sort()).toEqual(['iam:oidc-provider', 'iam:role']);
  });
});
