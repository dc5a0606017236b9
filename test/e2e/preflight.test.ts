import { CreateVpcCommand, DeleteVpcCommand } from '@aws-sdk/client-ec2';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientsOf } from './foreign-world.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

interface Found {
  readonly id: string;
  readonly evidence: readonly string[];
  readonly fix: string;
}

it('an account with room and leave is told so, and the doctor finds nothing', async () => {
  const plan = await rehearsal.runJson(['cluster', '--dry-run']);
  const step = plan.data.steps.find(({ id }: { id: string }) => id === 'preflight');
  expect(step, plan.stderr).toMatchObject({
    outcome: 'unchanged',
    evidence: 'looked at: region, zones, names, quotas, permissions',
  });
  const doctor = await rehearsal.runJson(['doctor']);
  expect(doctor, doctor.stderr).toMatchObject({ exitCode: 0, data: { findings: [], unknown: [] } });
  expect(doctor.data.looked).toEqual(expect.arrayContaining(['preflight-quotas', 'leftovers']));
});

it('without room for a VPC nothing is made, what helps is told, and --skip-preflight goes past it', async () => {
  const { ec2 } = clientsOf(rehearsal);
  const made: (string | undefined)[] = [];
  // The account has its default VPC, and may have five.
  for (let count = 0; count < 4; count++)
    made.push((await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId);
  const position = (await rehearsal.record()).length;

  const refused = await rehearsal.run(['up', '--yes']);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('the account may have 5 VPCs, has 5, and 1 more are needed');
  expect(refused.stderr).toMatch(/next: .*--service-code vpc --quota-code L-F678F1CE --desired-value 6/);
  expect(refused.stderr).toContain('--skip-preflight quotas');
  expect(await rehearsal.writes(position)).toEqual([]);

  const doctor = await rehearsal.runJson(['doctor']);
  expect(doctor.exitCode).toBe(3);
  expect(doctor.data.findings.map(({ id }: Found) => id)).toEqual(['preflight-quotas']);

  const past = await rehearsal.runJson([
    'cluster',
    '--dry-run',
    '--skip-preflight',
    'quotas',
    '--skip-preflight',
    'zones',
  ]);
  const step = past.data.steps.find(({ id }: { id: string }) => id === 'preflight');
  expect(step.evidence).toBe('looked at: region, names, permissions');
  for (const VpcId of made) await ec2.send(new DeleteVpcCommand({ VpcId }));
});

it('--skip-preflight of something else is refused with the names that there are', async () => {
  const { exitCode, stderr } = await rehearsal.run(['cluster', '--yes', '--skip-preflight', 'everything']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('names out of region, zones, names, quotas, permissions');
});

it("somebody else's policy of our name is found before a cluster is made", async () => {
  const { iam } = clientsOf(rehearsal);
  const statement = { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' };
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'taken',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
  const position = (await rehearsal.record()).length;
  const { exitCode, stderr } = await rehearsal.run(['cluster', '--yes', '--policy-name', 'taken']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('taken is not ours and differs');
  expect(stderr).toContain('--policy-name');
  expect(await rehearsal.writes(position)).toEqual([]);
  await iam.send(new DeletePolicyCommand({ PolicyArn: Policy?.Arn }));
});

it('an identity that may not do what is needed is told each action', async () => {
  const { iam } = clientsOf(rehearsal);
  const allow = (Action: string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource });
  const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const RoleName = 'narrow';
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, Path: '/ci/', AssumeRolePolicyDocument: document(trust) }),
  );
  const reads = ['ec2:Describe*', 'eks:Describe*', 'iam:Get*', 'iam:List*', 'iam:SimulatePrincipalPolicy'];
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'narrow',
      PolicyDocument: document(
        allow([...reads, 'cloudformation:*', 'elasticloadbalancing:Describe*']),
        allow(['ec2:*', 'eks:*', 'servicequotas:*']),
        allow(['iam:*'], 'arn:aws:iam::123456789012:role/eksctl-*'),
      ),
    }),
  );
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region = '' } = rehearsal.env;
  const credentials = {
    accessKeyId: rehearsal.env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: rehearsal.env.AWS_SECRET_ACCESS_KEY ?? '',
  };
  const sts = new STSClient({ endpoint, region, credentials });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'ci' }),
  );
  const doctor = await rehearsal.runJson(['doctor'], {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
  });
  const found = doctor.data.findings.find(({ id }: Found) => id === 'preflight-permissions');
  expect(found?.evidence, doctor.stderr).toEqual([
    'arn:aws:iam::123456789012:role/ci/narrow may not: iam:CreatePolicy, iam:TagPolicy, iam:CreateOpenIDConnectProvider, iam:TagOpenIDConnectProvider, logs:CreateLogGroup, logs:DeleteLogGroup',
  ]);
});
