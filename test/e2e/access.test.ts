import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

const region = 'ap-northeast-1';
const role = 'arn:aws:iam::123456789012:role/ops/teardown';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());

// The rehearsal, asked as AWS: not what the tool says that it did.
async function aws(
  name: 'DescribeCluster' | 'ListAccessEntries' | 'ListAssociatedAccessPolicies',
  input: object,
) {
  const { EKS } = await import('@aws-sdk/client-eks');
  const { env } = rehearsal;
  const eks = new EKS({
    region,
    endpoint: env.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}` as 'describeCluster';
  return eks[method](input as { name: string });
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

it('the API is open to whom --api-cidr names, another role has access, and a later --api-cidr changes it', {
  timeout: 120_000,
}, async () => {
  const options = ['--api-cidr', '203.0.113.0/24,198.51.100.7/32', '--admin-role-arn', role];
  const made = await rehearsal.runJson(['cluster', '--yes', ...options]);
  expect(made, made.stderr).toMatchObject({ exitCode: 0 });
  expect(await aws('DescribeCluster', { name: 'lbc-setup' })).toMatchObject({
    cluster: {
      resourcesVpcConfig: {
        publicAccessCidrs: ['203.0.113.0/24', '198.51.100.7/32'],
        endpointPublicAccess: true,
        endpointPrivateAccess: true,
      },
    },
  });
  expect(
    await aws('ListAssociatedAccessPolicies', { clusterName: 'lbc-setup', principalArn: role }),
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
  expect(await rehearsal.writes(position)).toEqual(['eks:UpdateClusterConfig']);

  const teardown = await rehearsal.runJson(['teardown', '--yes']);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  expect(await rehearsal.inventory()).toEqual([]);
});
