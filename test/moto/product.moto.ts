import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTagsCommand, DescribeSecurityGroupsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { CreateClusterCommand, DeleteClusterCommand } from '@aws-sdk/client-eks';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
} from '@aws-sdk/client-iam';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeVpc } from './cases/ec2-network.ts';
import { makeGroup } from './cases/ec2-security-groups.ts';
import { makeBalancer, makeNetwork, makeTargetGroup } from './cases/elbv2.ts';
import { type Aws, connect } from './clients.ts';

const program = fileURLToPath(new URL('../../bin/lbc-setup.js', import.meta.url));
const region = 'ap-northeast-1';
const policyName = `AWSLoadBalancerController-walk-${region}`;
const policyArn = `arn:aws:iam::123456789012:policy/${policyName}`;
const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' };
const mark = [
  { Key: 'lbc-setup/cluster', Value: 'walk' },
  { Key: 'lbc-setup/region', Value: region },
];
const marks = Object.fromEntries(mark.map(({ Key, Value }) => [Key, Value]));
const anything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }],
});

let home: string;
let env: Record<string, string>;
let aws: Aws;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'lbc-setup-home-'));
  // Nothing but the endpoint and keys: no rehearsal, no stand-ins, no tools, no way to the internet.
  env = {
    PATH: join(home, 'bin'),
    HOME: home,
    AWS_ENDPOINT_URL: inject('moto'),
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_REGION: region,
  };
});
beforeEach(async () => {
  await fetch(`${inject('moto')}/moto-api/reset`, { method: 'POST' });
  aws = connect({ url: inject('moto'), region, ...keys });
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Runs the built program. */
const run = (...args: string[]) =>
  execa(process.execPath, [program, ...args, '--cluster', 'walk'], {
    env,
    extendEnv: false,
    cwd: home,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  });

/** An end that says what is wrong and what to do, and is no crash. */
function expectClearError(stderr: string): void {
  expect(stderr).toMatch(/^error: /m);
  expect(stderr).toMatch(/^ {2}next: /m);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
}

// Not a VPC: of those, moto leaves one behind when it deletes the stack.
const template = JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue' } } });
const createStack = (StackName: string, Tags: { Key: string; Value: string }[] = []) =>
  aws.cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: template, Tags }));
const stacks = async (): Promise<(string | undefined)[]> =>
  ((await aws.cloudFormation.send(new DescribeStacksCommand({}))).Stacks ?? []).map(
    ({ StackName }) => StackName,
  );
const localPolicies = async (): Promise<(string | undefined)[]> =>
  ((await aws.iam.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies ?? []).map(
    ({ PolicyName }) => PolicyName,
  );
const policyVersion = async () => {
  const { Policy } = await aws.iam.send(new GetPolicyCommand({ PolicyArn: policyArn }));
  const { PolicyVersion } = await aws.iam.send(
    new GetPolicyVersionCommand({ PolicyArn: policyArn, VersionId: Policy?.DefaultVersionId }),
  );
  const { Statement } = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')) as {
    Statement: { Action: string | string[] }[];
  };
  const actions = new Set(Statement.flatMap(({ Action }) => Action));
  return { id: PolicyVersion?.VersionId, tags: Policy?.Tags, actions };
};

describe('on moto, with nothing of the rehearsal underneath', () => {
  it('status reads everything, and says what it could not read', async () => {
    const { exitCode, stdout, stderr } = await run('status', '--output', 'json');
    expect(stderr).not.toMatch(/^\s+at /m);
    const { account, steps } = JSON.parse(stdout) as {
      account: string;
      steps: { id: string; status: string; evidence: string }[];
    };
    expect(account).toBe('123456789012');
    expect(steps.find(({ id }) => id === 'policy')).toMatchObject({ status: 'absent' });
    // moto has no DescribeClusterVersions.
    expect(steps.filter(({ status }) => status === 'unknown')).toEqual([
      expect.objectContaining({
        id: 'version',
        evidence: expect.stringContaining('what answers is not AWS'),
      }),
    ]);
    expect(exitCode).toBe(1);
  });

  it('cluster ends with a clear error before it makes anything', async () => {
    const { exitCode, stderr } = await run('cluster', '--yes');
    expect(exitCode).toBe(1);
    expectClearError(stderr);
    expect(stderr).toContain('what answers is not AWS');
    expect(await stacks()).toEqual([]);
  });

  it('iam makes the policy of the controller once, and says what the rest waits for', async () => {
    const first = await run('iam');
    expect(first.exitCode).toBe(1);
    expectClearError(first.stderr);
    const made = await policyVersion();
    // The published policy of controller 3.5.0 names 80 actions.
    expect(made).toMatchObject({ id: 'v1', tags: expect.arrayContaining(mark) });
    expect(made.actions.size).toBe(80);
    await run('iam');
    expect((await policyVersion()).id).toBe('v1');
  });

  it('iam brings a policy that was changed back to what the controller needs', async () => {
    await run('iam');
    await aws.iam.send(
      new CreatePolicyVersionCommand({ PolicyArn: policyArn, PolicyDocument: anything, SetAsDefault: true }),
    );
    await run('iam');
    const { id, actions } = await policyVersion();
    expect(id).toBe('v3');
    expect(actions.size).toBe(80);
  });

  it("leaves somebody else's policy of that name alone", async () => {
    await aws.iam.send(new CreatePolicyCommand({ PolicyName: policyName, PolicyDocument: anything }));
    const iam = await run('iam');
    expect(iam.exitCode).toBe(1);
    expect(iam.stderr).toContain('choose another --policy-name');
    expect(await policyVersion()).toMatchObject({ id: 'v1', actions: new Set(['ec2:*']) });
    const teardown = await run('teardown', '--yes');
    expect(teardown.exitCode).toBe(0);
    expect(await localPolicies()).toEqual([policyName]);
  });

  it('status reads a cluster in which nothing can be read', async () => {
    const network = await makeNetwork(aws);
    const cluster = {
      name: 'walk',
      roleArn: 'arn:aws:iam::123456789012:role/eks',
      resourcesVpcConfig: { subnetIds: network.Subnets },
      tags: marks,
    };
    await aws.eks.send(new CreateClusterCommand(cluster));
    const { exitCode, stdout, stderr } = await run('status', '--output', 'json');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(exitCode).toBe(1);
    const { steps } = JSON.parse(stdout) as { steps: { id: string; status: string; evidence: string }[] };
    const found = (id: string) => steps.find((step) => step.id === id);
    expect(found('cluster')).toMatchObject({ evidence: 'cluster walk lost its CloudFormation stack' });
    // Without kubectl nothing in it can be read.
    expect(found('api')).toMatchObject({
      status: 'unknown',
      evidence: expect.stringContaining('no usable kubectl'),
    });
    await aws.eks.send(new DeleteClusterCommand({ name: 'walk' }));
  });

  it('teardown takes away what carries our mark, and nothing else', async () => {
    // Ours: the policy and its role, two stacks, an OIDC provider, and what the controller left behind.
    await run('iam');
    const RoleName = 'eksctl-walk-addon-iamserviceaccount-Role1';
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: policyArn }));
    await createStack('eksctl-walk-cluster', mark);
    await createStack('eksctl-walk-addon-vpc-cni', mark);
    // Without its audience: ours all the same.
    await aws.iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: `https://oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
        ThumbprintList: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'],
        Tags: mark,
      }),
    );
    const network = await makeNetwork(aws);
    await makeBalancer(aws, network, { Tags: mark });
    await makeTargetGroup(aws, network.VpcId, { Tags: mark });
    const shared = await makeGroup(aws, network.VpcId, 'k8s-traffic-walk-0123456789');
    await aws.ec2.send(new CreateTagsCommand({ Resources: [shared], Tags: mark }));
    // Not ours: another region's cluster of the same name, another cluster, and no mark at all.
    const elsewhere = mark.map(({ Key, Value }) => ({ Key, Value: Value === region ? 'us-east-1' : Value }));
    await createStack('eksctl-walk-nodegroup', elsewhere);
    await createStack('eksctl-other-cluster', [{ Key: 'lbc-setup/cluster', Value: 'other' }]);
    await createStack('unmarked');
    await aws.iam.send(new CreatePolicyCommand({ PolicyName: 'unmarked', PolicyDocument: anything }));
    await makeBalancer(aws, network, { Name: 'unmarked', Tags: undefined });

    const { exitCode, stdout, stderr } = await run('teardown', '--yes');
    expect(stderr).not.toMatch(/^FAILED/m);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Nothing is left.' });
    expect((await stacks()).sort()).toEqual(['eksctl-other-cluster', 'eksctl-walk-nodegroup', 'unmarked']);
    expect(await localPolicies()).toEqual(['unmarked']);
    const providers = await aws.iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect(providers.OpenIDConnectProviderList ?? []).toEqual([]);
    const { LoadBalancers = [] } = await aws.elb.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName)).toEqual(['unmarked']);
    const { SecurityGroups = [] } = await aws.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:lbc-setup/cluster', Values: ['walk'] }] }),
    );
    expect(SecurityGroups).toEqual([]);

    const again = await run('teardown', '--yes');
    expect({ exitCode: again.exitCode, stdout: again.stdout }).toEqual({
      exitCode: 0,
      stdout: 'Nothing is left.',
    });
    expect(again.stderr).not.toMatch(/^removed: /m);
  });

  it('the audit finds what is left, and the commands that it prints work with the Python AWS CLI', async () => {
    await aws.logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/eks/walk/cluster' }));
    const VpcId = await makeVpc(aws);
    await aws.ec2.send(
      new CreateTagsCommand({ Resources: [VpcId], Tags: [{ Key: 'lbc-setup/cluster', Value: 'walk' }] }),
    );
    const found = await run('teardown', '--yes', '--output', 'json');
    expect(found.exitCode).toBe(3);
    const { leftovers } = JSON.parse(found.stdout) as { leftovers: { kind: string; remove: string }[] };
    expect(leftovers.map(({ kind }) => kind).sort()).toEqual(['CloudWatch log group', 'VPC']);
    for (const { remove } of leftovers) {
      const [command = '', ...args] = remove.split(' ');
      await execa(join(inject('python'), command), args, { env, extendEnv: false });
    }
    expect((await run('teardown', '--yes')).exitCode).toBe(0);
    const { Vpcs } = await aws.ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
    );
    expect(Vpcs ?? []).toEqual([]);
  });
});
