import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { createIam } from '../../../sandbox/aws/iam/iam.ts';
import { createSts } from '../../../sandbox/aws/sts.ts';
import { account, administratorKeys, startAws } from './fixture.ts';

const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC';
const host = issuer.slice('https://'.length);
const subject = 'system:serviceaccount:kube-system:aws-load-balancer-controller';
const RoleArn = `arn:aws:iam::${account}:role/irsa`;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one' }] };

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims: object = {}, key: KeyObject = keys.privateKey): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const payload = { iss: issuer, sub: subject, aud: ['sts.amazonaws.com'], exp, ...claims };
  const signed = `${base64url({ alg: 'RS256', kid: 'one' })}.${base64url(payload)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

const trust = (conditions: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
        Condition: { StringEquals: conditions },
      },
    ],
  });

let cloud: Awaited<ReturnType<typeof startAws>>['cloud'] | undefined;
afterEach(() => cloud?.close());

/** An account with a provider and a role that trusts one ServiceAccount. */
async function begin(options: { provider?: boolean; sub?: string } = {}) {
  const { provider = true, sub = subject } = options;
  const eks = { name: 'eks' as const, handlers: { ListClusters: () => ({ clusters: [] }) } };
  const started = await startAws(
    (world) => {
      const iam = createIam(world, { ...administratorKeys, userName: 'administrator' });
      return [iam, createSts(world, iam), eks];
    },
    { clusters: [{ issuer, jwks }] },
  );
  cloud = started.cloud;
  const iam = new IAMClient(started.config);
  if (provider)
    await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ['sts.amazonaws.com'] }),
    );
  const AssumeRolePolicyDocument = trust({ [`${host}:sub`]: sub, [`${host}:aud`]: 'sts.amazonaws.com' });
  await iam.send(new CreateRoleCommand({ RoleName: 'irsa', AssumeRolePolicyDocument }));
  const { credentials: _none, ...unsigned } = started.config;
  const sts = new STSClient(unsigned);
  const assume = (WebIdentityToken: string, roleArn = RoleArn) =>
    sts.send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn, RoleSessionName: 'pod', WebIdentityToken }),
    );
  return { ...started, iam, assume };
}

type Answer = { Credentials?: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string } };
const credentialsOf = ({ Credentials }: Answer) => ({
  accessKeyId: Credentials?.AccessKeyId ?? '',
  secretAccessKey: Credentials?.SecretAccessKey ?? '',
  sessionToken: Credentials?.SessionToken,
});

describe('AssumeRoleWithWebIdentity', () => {
  it('gives credentials that work, to the ServiceAccount that the role trusts', async () => {
    const { assume, config, world } = await begin();
    const output = await assume(token());
    expect(output).toMatchObject({
      SubjectFromWebIdentityToken: subject,
      Audience: 'sts.amazonaws.com',
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/irsa/pod` },
    });
    const session = new STSClient({ ...config, credentials: credentialsOf(output) });
    const { Arn, UserId } = await session.send(new GetCallerIdentityCommand({}));
    expect([Arn, UserId]).toEqual([
      `arn:aws:sts::${account}:assumed-role/irsa/pod`,
      expect.stringMatching(/^AROA.*:pod$/),
    ]);
    const calls = world.record.calls().filter(({ call }) => call === 'sts:AssumeRoleWithWebIdentity');
    expect(calls).toMatchObject([{ caller: 'anonymous', write: false, input: { WebIdentityToken: '***' } }]);
  });

  it.each([
    [
      'another ServiceAccount',
      { sub: 'system:serviceaccount:default:default' },
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      403,
    ],
    [
      'another audience',
      { aud: ['other'] },
      'InvalidIdentityTokenException',
      'Incorrect token audience',
      400,
    ],
    ['an expired token', { exp: 1 }, 'ExpiredTokenException', 'Token expired', 400],
    [
      'an issuer without provider',
      { iss: 'https://other' },
      'InvalidIdentityTokenException',
      'No OpenIDConnect provider found in your account for https://other',
      400,
    ],
  ])('refuses %s', async (_what, claims, name, message, httpStatusCode) => {
    const { assume } = await begin();
    const refusal = assume(token(claims));
    await expect(refusal).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    await expect(refusal).rejects.toThrow(message);
  });

  it('refuses a token that the issuer did not sign, and what is no token', async () => {
    const { assume } = await begin();
    await expect(assume(token({}, otherKeys.privateKey))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    });
    await expect(assume('what.is.this')).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  });

  it('refuses when the role trusts somebody else or does not exist', async () => {
    const { assume } = await begin({ sub: 'system:serviceaccount:kube-system:other' });
    await expect(assume(token())).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(token(), `${RoleArn}-gone`)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a role session', () => {
  const list = new ListClustersCommand({});

  it('may do what its policies allow, in the words of AWS', async () => {
    const { assume, config, iam } = await begin();
    const eks = new EKSClient({ ...config, credentials: credentialsOf(await assume(token())) });
    await expect(eks.send(list)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::${account}:assumed-role/irsa/pod is not authorized to perform: eks:ListClusters because no identity-based policy allows the eks:ListClusters action`,
      $metadata: { httpStatusCode: 403 },
    });
    const PolicyDocument = JSON.stringify({
      Statement: { Effect: 'Allow', Action: 'eks:List*', Resource: '*' },
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'irsa', PolicyName: 'p', PolicyDocument }));
    await expect(eks.send(list)).resolves.toMatchObject({ clusters: [] });
  });

  it('is refused without its session token', async () => {
    const { assume, config } = await begin();
    const { sessionToken: _dropped, ...credentials } = credentialsOf(await assume(token()));
    await expect(new EKSClient({ ...config, credentials }).send(list)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });
});

describe('AssumeRole', () => {
  it('needs a trust policy that names the account or the caller', async () => {
    const { config, iam } = await begin();
    const sts = new STSClient(config);
    const assume = (name: string) =>
      sts.send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${name}`, RoleSessionName: 'me' }),
      );
    await expect(assume('irsa')).rejects.toMatchObject({ name: 'AccessDenied' });
    const Principal = { AWS: `arn:aws:iam::${account}:root` };
    const AssumeRolePolicyDocument = JSON.stringify({
      Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal },
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'admin', AssumeRolePolicyDocument }));
    expect((await assume('admin')).AssumedRoleUser?.Arn).toBe(
      `arn:aws:sts::${account}:assumed-role/admin/me`,
    );
  });
});
