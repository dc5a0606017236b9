import { EC2 } from '@aws-sdk/client-ec2';
import { EKS } from '@aws-sdk/client-eks';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rehearsal, startRehearsal, whileLocked } from './rehearsal.ts';

const region = 'ap-northeast-1';
const role = 'arn:aws:iam::123456789012:role/ops/teardown';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

// The rehearsal, asked as AWS: not what the tool says that it did.
const client = () => ({
  region,
  endpoint: rehearsal.env.AWS_ENDPOINT_URL,
  credentials: {
    accessKeyId: rehearsal.env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: rehearsal.env.AWS_SECRET_ACCESS_KEY ?? '',
  },
});
const eks = () => new EKS(client());
const ec2 = () => new EC2(client());

/** A role of the account that may do everything in AWS, and the environment of somebody who has assumed it. */
async function assumeNewRole(name: string): Promise<Record<string, string>> {
  const iam = new IAM(client());
  await iam.createRole({
    RoleName: name,
    Path: '/ops/',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::123456789012:root' } },
      ],
    }),
  });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await iam.attachRolePolicy({ RoleName: name, PolicyArn });
  const { Credentials } = await new STS(client()).assumeRole({
    RoleArn: `arn:aws:iam::123456789012:role/ops/${name}`,
    RoleSessionName: 'night-shift',
  });
  return {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
  };
}

describe('values that cannot be used end with exit code 2 and what would do', () => {
  const cases: [string, string, RegExp][] = [
    ['--api-cidr', '10.0.0.0', /--api-cidr: "10.0.0.0" cannot be used[\s\S]*IPv4 ranges such as/],
    ['--api-cidr', '203.0.113.7/24', /the range is 203\.0\.113\.0\/24/],
    ['--inbound-cidr', '300.1.1.0/24', /--inbound-cidr: "300/],
    ['--inbound-cidr', '203.0.113.0/33', /--inbound-cidr/],
    ['--inbound-cidr', '2001:db8::/32', /IPv4 ranges/],
    ['--admin-role-arn', 'arn:aws:iam::123456789012:user/me', /the ARN of an IAM role/],
  ];
  it.each(cases)('%s %s', async (option, value, message) => {
    const { exitCode, stderr } = await rehearsal.run(['up', '--yes', option, value]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});

it('API and load balancers are open to whom the options name, and the role that it names can tear down', {
  timeout: 240_000,
}, async () => {
  const options = ['--api-cidr', '203.0.113.0/24,198.51.100.7/32', '--admin-role-arn', role];
  const made = await rehearsal.runJson(['cluster', '--yes', ...options]);
  expect(made, made.stderr).toMatchObject({ exitCode: 0 });
  expect(await eks().describeCluster({ name: 'lbc-setup' })).toMatchObject({
    cluster: {
      resourcesVpcConfig: {
        publicAccessCidrs: ['203.0.113.0/24', '198.51.100.7/32'],
        endpointPublicAccess: true,
        endpointPrivateAccess: true,
      },
    },
  });
  expect(
    await eks().listAssociatedAccessPolicies({ clusterName: 'lbc-setup', principalArn: role }),
  ).toMatchObject({
    associatedAccessPolicies: [
      {
        policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
        accessScope: { type: 'cluster' },
      },
    ],
  });

  const position = (await rehearsal.record()).length;
  const again = await rehearsal.runJson(['cluster', '--yes', ...options]);
  expect(again, again.stderr).toMatchObject({ exitCode: 0, data: { changed: 0 } });
  const without = await rehearsal.runJson(['cluster', '--yes']);
  expect(without, without.stderr).toMatchObject({ exitCode: 0, data: { changed: 0 } });
  expect(await rehearsal.writes(position)).toEqual([]);

  const narrowed = await rehearsal.runJson(['cluster', '--yes', '--api-cidr', '198.51.100.7/32']);
  expect(narrowed, narrowed.stderr).toMatchObject({ exitCode: 0, data: { changed: 1 } });
  expect(whileLocked(await rehearsal.writes(position))).toEqual(['eks:UpdateClusterConfig']);

  const inbound = ['--inbound-cidr', '192.0.2.0/24'];
  for (const command of ['iam', 'install-controller', 'deploy-sample']) {
    const run = await rehearsal.runJson([command, '--yes', ...inbound]);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  }
  const { SecurityGroups = [] } = await ec2().describeSecurityGroups({});
  const open = SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions)
    .filter(({ FromPort }) => FromPort === 80)
    .flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp));
  expect(open).toEqual(['192.0.2.0/24', '192.0.2.0/24']);

  const stranger = await assumeNewRole('stranger');
  const refused = await rehearsal.run(['teardown', '--yes'], stranger);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('the cluster does not know this AWS identity');
  expect(refused.stderr).toContain('lbc-setup cluster --admin-role-arn ROLE-ARN');
  expect(await eks().describeCluster({ name: 'lbc-setup' })).toMatchObject({ cluster: { status: 'ACTIVE' } });

  const teardown = await rehearsal.runJson(['teardown', '--yes'], await assumeNewRole('teardown'));
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  const roles = (await rehearsal.inventory()).map(({ id }) => id);
  expect(roles.map((id) => id.split('/').at(-1)).sort()).toEqual(['stranger', 'teardown']);
});
