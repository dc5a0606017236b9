import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteConflictException,
  DeleteOpenIDConnectProviderCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  EntityAlreadyExistsException,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  LimitExceededException,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  type ListPoliciesCommandInput,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  SimulatePrincipalPolicyCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it } from 'vitest';
import { createIam } from '../../../sandbox/aws/iam/iam.ts';
import { account, administratorKeys, startAws } from './fixture.ts';

const document = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'eks.amazonaws.com' } }],
});
const arnOf = (name: string) => `arn:aws:iam::${account}:policy/${name}`;

let cloud: Awaited<ReturnType<typeof startAws>>['cloud'] | undefined;
afterEach(() => cloud?.close());

async function begin() {
  const started = await startAws((world) => [
    createIam(world, { ...administratorKeys, userName: 'administrator' }),
  ]);
  cloud = started.cloud;
  const iam = new IAMClient(started.config);
  const createPolicy = (PolicyName: string, PolicyDocument = document('ec2:DescribeVpcs')) =>
    iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
  const createRole = (RoleName: string) =>
    iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  return { ...started, iam, createPolicy, createRole };
}

describe('managed policies', () => {
  it('keep document, tags and description, and return documents URL-encoded', async () => {
    const { iam } = await begin();
    const Tags = [{ Key: 'a', Value: 'b c' }];
    const input = { PolicyName: 'p', PolicyDocument: document('ec2:*'), Description: 'd', Tags };
    const { Policy } = await iam.send(new CreatePolicyCommand(input));
    expect(Policy).toMatchObject({ Arn: arnOf('p'), DefaultVersionId: 'v1', AttachmentCount: 0, Tags });
    const PolicyArn = arnOf('p');
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy).toMatchObject({
      Description: 'd',
      Tags,
    });
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    expect(PolicyVersion?.Document).toMatch(/^%7B/);
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(document('ec2:*'));
  });

  it('have unique names', async () => {
    const { createPolicy } = await begin();
    await createPolicy('p');
    const again = createPolicy('p');
    await expect(again).rejects.toBeInstanceOf(EntityAlreadyExistsException);
    await expect(again).rejects.toThrow('A policy called p already exists. Duplicate names are not allowed.');
  });

  it.each([
    ['no JSON', '<html>'],
    ['an unknown member', JSON.stringify({ Statement: [], Nonsense: 1 })],
    ['no resource', JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ec2:*' } })],
    ['an action without a service', document('DescribeVpcs')],
    [
      'a principal',
      JSON.stringify({ Statement: { Effect: 'Allow', Action: 'a:b', Resource: '*', Principal: '*' } }),
    ],
  ])('are refused with %s', async (_what, text) => {
    const { createPolicy } = await begin();
    await expect(createPolicy('p', text)).rejects.toBeInstanceOf(MalformedPolicyDocumentException);
  });

  it('may have 6,144 characters besides whitespace', async () => {
    const { createPolicy } = await begin();
    const frame = document('ec2:x').length - 1;
    const fitting = document(`ec2:${'x'.repeat(6144 - frame)}`);
    await createPolicy('p', fitting.replaceAll(',', ',\n      '));
    await expect(createPolicy('q', fitting.replace('ec2:', 'ec2:x'))).rejects.toBeInstanceOf(
      LimitExceededException,
    );
  });

  it('have five versions at most, whose numbers are not used again, and keep the default one', async () => {
    const { iam, createPolicy } = await begin();
    await createPolicy('p');
    const PolicyArn = arnOf('p');
    const create = (SetAsDefault: boolean) =>
      iam.send(
        new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document('ec2:a'), SetAsDefault }),
      );
    for (const last of [false, false, false, true]) await create(last);
    await expect(create(true)).rejects.toBeInstanceOf(LimitExceededException);
    const remove = (VersionId: string) => iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    await expect(remove('v5')).rejects.toThrow('Cannot delete the default version of a policy.');
    await remove('v2');
    expect((await create(false)).PolicyVersion).toMatchObject({ VersionId: 'v6', IsDefaultVersion: false });
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v6' }));
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    const ids = Versions?.map(
      ({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? '*' : ''}`,
    );
    expect(ids?.sort()).toEqual(['v1', 'v3', 'v4', 'v5', 'v6*']);
  });

  it('cannot be deleted while attached, nor with more than one version', async () => {
    const { iam, createPolicy, createRole } = await begin();
    await createPolicy('p');
    await createRole('r');
    const PolicyArn = arnOf('p');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
    const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn }));
    await expect(remove()).rejects.toThrow('Cannot delete a policy attached to entities.');
    await expect(remove()).rejects.toBeInstanceOf(DeleteConflictException);
    const { PolicyRoles } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(PolicyRoles).toMatchObject([{ RoleName: 'r' }]);
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document('ec2:a') }));
    await expect(remove()).rejects.toThrow('This policy has more than one version.');
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    await remove();
    await expect(remove()).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  it('are listed by scope and attachment', async () => {
    const { iam, createPolicy, createRole } = await begin();
    await createPolicy('p');
    await createRole('r');
    const managed = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: managed }));
    const list = async (input: ListPoliciesCommandInput) =>
      (await iam.send(new ListPoliciesCommand(input))).Policies?.map(({ Arn }) => Arn);
    expect(await list({ Scope: 'Local' })).toEqual([arnOf('p')]);
    expect(await list({ OnlyAttached: true })).toEqual([managed]);
    expect(await list({ Scope: 'AWS' })).toContain('arn:aws:iam::aws:policy/AmazonEKSClusterPolicy');
  });

  it('have tags of their own', async () => {
    const { iam, createPolicy } = await begin();
    await createPolicy('p');
    const PolicyArn = arnOf('p');
    await iam.send(
      new TagPolicyCommand({
        PolicyArn,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['a'] }));
    const { Tags } = await iam.send(new ListPolicyTagsCommand({ PolicyArn }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });
});

describe('roles', () => {
  it('cannot be deleted with policies, inline or attached', async () => {
    const { iam, createPolicy, createRole } = await begin();
    await createPolicy('p');
    await createRole('r');
    const RoleName = 'r';
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'i', PolicyDocument: document('ec2:a') }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: arnOf('p') }));
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect(AttachedPolicies).toEqual([{ PolicyName: 'p', PolicyArn: arnOf('p') }]);
    const inline = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'i' }));
    expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(document('ec2:a'));
    const remove = () => iam.send(new DeleteRoleCommand({ RoleName }));
    await expect(remove()).rejects.toThrow('Cannot delete entity, must detach all policies first.');
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: arnOf('p') }));
    await expect(remove()).rejects.toThrow('Cannot delete entity, must delete policies first.');
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'i' }));
    await remove();
    await expect(iam.send(new GetRoleCommand({ RoleName }))).rejects.toThrow(
      'The role with name r cannot be found.',
    );
  });

  it('take only policies that exist', async () => {
    const { iam, createRole } = await begin();
    await createRole('r');
    const attach = iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: arnOf('p') }));
    await expect(attach).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  it('are not shown by reads at once when the world lags', async () => {
    const { iam, createRole, world } = await begin();
    Object.assign(world, { iamLag: 5000 });
    await createRole('r');
    const get = () => iam.send(new GetRoleCommand({ RoleName: 'r' }));
    await expect(get()).rejects.toBeInstanceOf(NoSuchEntityException);
    await expect
      .poll(
        () =>
          get().then(
            ({ Role }) => Role?.RoleName,
            () => undefined,
          ),
        { timeout: 4000 },
      )
      .toBe('r');
  });
});

describe('OpenID Connect providers', () => {
  const Url = 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC';
  const create = (url: string) =>
    new CreateOpenIDConnectProviderCommand({
      Url: url,
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['a'.repeat(40)],
    });

  it('are kept without scheme and default port, once', async () => {
    const { iam } = await begin();
    const { OpenIDConnectProviderArn } = await iam.send(create(Url.replace('.com/', '.com:443/')));
    expect(OpenIDConnectProviderArn).toBe(
      `arn:aws:iam::${account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC`,
    );
    const get = () => iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    expect(await get()).toMatchObject({
      Url: Url.slice('https://'.length),
      ClientIDList: ['sts.amazonaws.com'],
    });
    await expect(iam.send(create(Url))).rejects.toBeInstanceOf(EntityAlreadyExistsException);
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    await expect(get()).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  it('are limited to 100', async () => {
    const { iam } = await begin();
    await Promise.all(Array.from({ length: 100 }, (_, index) => iam.send(create(Url + index))));
    await expect(iam.send(create(Url))).rejects.toThrow(
      'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
    );
  });
});

describe('simulation', () => {
  it('judges by the policies that judge real calls', async () => {
    const { iam, createRole } = await begin();
    await createRole('r');
    const PolicyDocument = JSON.stringify({
      Statement: [
        { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
        { Effect: 'Deny', Action: 'ec2:DeleteVpc', Resource: '*' },
      ],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'i', PolicyDocument }));
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${account}:role/r`,
        ActionNames: ['ec2:CreateVpc', 'ec2:DeleteVpc', 'iam:GetRole'],
      }),
    );
    const decisions = new Map(
      EvaluationResults?.map((result) => [result.EvalActionName, result.EvalDecision]),
    );
    expect(Object.fromEntries(decisions)).toEqual({
      'ec2:CreateVpc': 'allowed',
      'ec2:DeleteVpc': 'explicitDeny',
      'iam:GetRole': 'implicitDeny',
    });
  });
});
