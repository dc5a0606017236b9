import { createHash, createHmac } from 'node:crypto';
import { CreateVpcCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, describe, expect, it } from 'vitest';
import { createIam } from '../../../sandbox/aws/iam/iam.ts';
import { AwsError } from '../../../sandbox/aws/service.ts';
import { createSts } from '../../../sandbox/aws/sts.ts';
import { account, administratorKeys, startAws } from './fixture.ts';

let vpcs = 0;

const start = () =>
  startAws((world) => {
    const iam = createIam(world, { ...administratorKeys, userName: 'administrator' });
    vpcs = 0;
    const ec2 = {
      name: 'ec2' as const,
      handlers: {
        CreateVpc: () => ({ Vpc: { VpcId: `vpc-${++vpcs}` } }),
        DescribeVpcs: () => {
          throw new Error('a defect');
        },
      },
    };
    return [iam, createSts(world, iam), ec2];
  });

let cloud: Awaited<ReturnType<typeof start>>['cloud'] | undefined;
afterEach(() => cloud?.close());

async function begin() {
  const started = await start();
  cloud = started.cloud;
  return started;
}

const identity = new GetCallerIdentityCommand({});

describe('signatures', () => {
  it('tell who calls', async () => {
    const { config, world } = await begin();
    const output = await new STSClient(config).send(identity);
    expect(output).toMatchObject({ Account: account, Arn: `arn:aws:iam::${account}:user/administrator` });
    expect(world.record.calls()).toMatchObject([
      { call: 'sts:GetCallerIdentity', caller: output.Arn, status: 200, write: false },
    ]);
  });

  it.each([
    ['InvalidClientTokenId', 403, { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }],
    ['SignatureDoesNotMatch', 403, { ...administratorKeys, secretAccessKey: 'wrong' }],
    ['InvalidClientTokenId', 403, { ...administratorKeys, sessionToken: 'not needed' }],
  ])('that are wrong are answered %s by query services', async (name, httpStatusCode, credentials) => {
    const { config } = await begin();
    const send = new STSClient({ ...config, credentials }).send(identity);
    await expect(send).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('that are wrong are answered with the codes of EC2 and of EKS by those', async () => {
    const { config } = await begin();
    const wrong = { ...config, credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } };
    await expect(new EC2Client(wrong).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'AuthFailure',
      $metadata: { httpStatusCode: 401 },
    });
    await expect(new EKSClient(wrong).send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('must be there, except where AWS needs none', async () => {
    const { config } = await begin();
    const post = (body: string) =>
      fetch(config.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    const refused = await post('Action=GetCallerIdentity&Version=2011-06-15');
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('MissingAuthenticationToken'),
    ]);
    const taken = await post(
      'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a&RoleSessionName=b&WebIdentityToken=c',
    );
    expect([taken.status, await taken.text()]).toEqual([
      400,
      expect.stringContaining('InvalidIdentityToken'),
    ]);
  });
});

describe('presigned identities', () => {
  /** The SDKs' own hash interface. */
  class Sha256 {
    readonly #hash;
    constructor(secret?: string | Uint8Array) {
      this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
    }
    update(data: string | Uint8Array) {
      this.#hash.update(data);
    }
    async digest() {
      return new Uint8Array(this.#hash.digest());
    }
    reset() {}
  }

  async function presign(clusterName: string, endpoint: string, signingDate = new Date()): Promise<string> {
    const signer = new SignatureV4({
      credentials: administratorKeys,
      region: 'eu-west-1',
      service: 'sts',
      sha256: Sha256 as never,
    });
    const { hostname, port } = new URL(endpoint);
    const request = new HttpRequest({
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: port ? Number(port) : undefined,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: new URL(endpoint).host, 'x-k8s-aws-id': clusterName },
    });
    const signed = await signer.presign(request, {
      expiresIn: 60,
      signingDate,
      unhoistableHeaders: new Set(['x-k8s-aws-id']),
    });
    const query = new URLSearchParams(signed.query as Record<string, string>);
    return `${new URL(endpoint).origin}/?${query}`;
  }

  it('are accepted for the cluster that was signed, from STS or the endpoint itself', async () => {
    const { cloud: aws } = await begin();
    const arn = `arn:aws:iam::${account}:user/administrator`;
    for (const host of [aws.endpoint, 'https://sts.eu-west-1.amazonaws.com']) {
      const url = await presign('one', host);
      expect(aws.authenticatePresigned(url, 'one')).toMatchObject({ arn });
      expect(aws.authenticatePresigned(url, 'two')).toBeUndefined();
    }
  });

  it('are refused after 15 minutes, from other hosts, and when they are no URLs', async () => {
    const { cloud: aws } = await begin();
    const old = await presign('one', aws.endpoint, new Date(Date.now() - 16 * 60_000));
    expect(aws.authenticatePresigned(old, 'one')).toBeUndefined();
    expect(aws.authenticatePresigned(await presign('one', 'https://example.com'), 'one')).toBeUndefined();
    expect(aws.authenticatePresigned('nothing', 'one')).toBeUndefined();
  });
});

describe('faults', () => {
  const create = new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' });

  it('refuse a call without its effect, and are recorded as a refused write', async () => {
    const { config, world } = await begin();
    const effect = {
      kind: 'error',
      code: 'Unavailable',
      message: 'Not now',
      status: 503,
    } as const;
    world.faults.set([{ plane: 'aws', call: '^ec2:CreateVpc$', times: 1, effect }]);
    const ec2 = new EC2Client({ ...config, maxAttempts: 3 });
    await expect(ec2.send(create)).resolves.toMatchObject({ Vpc: { VpcId: 'vpc-1' } });
    const statuses = world.record.calls().map(({ status, write, error }) => ({ status, write, error }));
    expect(statuses).toEqual([
      { status: 503, write: true, error: 'Unavailable' },
      { status: 200, write: true, error: undefined },
    ]);
  });

  it('cut the connection after the effect', async () => {
    const { config, world } = await begin();
    world.faults.set([{ plane: 'aws', call: 'CreateVpc', effect: { kind: 'cut' } }]);
    await expect(new EC2Client(config).send(create)).rejects.toThrow();
    expect(vpcs).toBe(1);
  });

  it('let a call hang without its effect', async () => {
    const { config, world } = await begin();
    world.faults.set([{ plane: 'aws', call: 'CreateVpc', effect: { kind: 'hang' } }]);
    const abort = new AbortController();
    const send = new EC2Client(config).send(create, { abortSignal: abort.signal });
    await expect.poll(() => world.record.calls().length).toBe(1);
    abort.abort();
    await expect(send).rejects.toThrow();
    expect(vpcs).toBe(0);
  });
});

describe('the server', () => {
  it('answers 500 when a handler is defective, and goes on', async () => {
    const { config } = await begin();
    const ec2 = new EC2Client(config);
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: 'InternalFailure' });
    await expect(ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).resolves.toBeDefined();
  });

  it('answers 400 to a body that is too large', async () => {
    const { config } = await begin();
    const response = await fetch(config.endpoint, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
    expect(response.status).toBe(400);
  });

  it('answers a path that is not well encoded like any other unknown one', async () => {
    const { config } = await begin();
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=00';
    const response = await fetch(`${config.endpoint}/clusters/%E0%A4%A/x/y`, { headers: { authorization } });
    expect(response.status).toBe(404);
  });

  it('answers 501 to services that it does not have, and records them', async () => {
    const { config, world } = await begin();
    const response = await fetch(config.endpoint, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/wafv2/aws4_request, SignedHeaders=host, Signature=00',
        'x-amz-target': 'AWSWAF_20190729.GetWebACLForResource',
      },
      body: '{}',
    });
    expect(response.status).toBe(501);
    expect(world.record.calls()).toMatchObject([
      { call: 'wafv2:GetWebACLForResource', status: 501, write: false },
    ]);
  });

  it('performs operations in-process through the same checks, faults and record', async () => {
    const { world, cloud: aws } = await begin();
    const service = { kind: 'service', arn: 'cloudformation.amazonaws.com', userId: 'x' } as const;
    const input = { RoleName: 'r', AssumeRolePolicyDocument: 'no JSON' };
    const invoke = aws.invoke('iam', 'CreateRole', input, service, 'eu-west-1');
    await expect(invoke).rejects.toSatisfy(
      (error) => error instanceof AwsError && error.code === 'MalformedPolicyDocument',
    );
    expect(world.record.calls()).toMatchObject([
      { call: 'iam:CreateRole', caller: service.arn, error: 'MalformedPolicyDocument', write: true },
    ]);
  });

  it('pages lists in small pages when the world says so, and refuses tokens that it did not give', async () => {
    const { config, world } = await begin();
    const trust = JSON.stringify({
      Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'eks.amazonaws.com' } },
    });
    const names = Array.from({ length: 9 }, (_, index) => `role-${index}`);
    const administrator = { kind: 'user', arn: 'arn:x', userId: 'x' } as const;
    for (const RoleName of names)
      await world.aws.invoke(
        'iam',
        'CreateRole',
        { RoleName, AssumeRolePolicyDocument: trust },
        administrator,
        'x',
      );
    Object.assign(world, { pageSize: 3 });
    const iam = new IAMClient(config);
    const seen: (string | undefined)[] = [];
    let pages = 0;
    let Marker: string | undefined;
    do {
      const output = await iam.send(new ListRolesCommand({ Marker }));
      seen.push(...(output.Roles ?? []).map(({ RoleName }) => RoleName));
      expect(output.IsTruncated).toBe(output.Marker !== undefined);
      Marker = output.Marker;
      pages += 1;
    } while (Marker);
    expect(seen.sort()).toEqual(names);
    expect(pages).toBeGreaterThanOrEqual(3);
    await expect(iam.send(new ListRolesCommand({ Marker: 'never' }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});
