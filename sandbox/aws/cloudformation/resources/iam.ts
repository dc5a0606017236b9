import type * as Iam from '@aws-sdk/client-iam';
import { absent, define } from './define.ts';

interface InlinePolicy {
  PolicyName: string;
  PolicyDocument: object;
}

interface RoleProperties {
  AssumeRolePolicyDocument: object;
  RoleName?: string;
  Path?: string;
  Description?: string;
  MaxSessionDuration?: number;
  PermissionsBoundary?: string;
  ManagedPolicyArns?: string[];
  Policies?: InlinePolicy[];
}

/** AWS::IAM::Role. Its physical id is its name, at most 64 characters. */
export const role = define<RoleProperties>({
  properties: {
    AssumeRolePolicyDocument: 'object',
    RoleName: 'string',
    Path: 'string',
    Description: 'string',
    MaxSessionDuration: 'number',
    PermissionsBoundary: 'string',
    ManagedPolicyArns: 'strings',
    Policies: 'list',
  },
  required: ['AssumeRolePolicyDocument'],
  tags: 'own',
  capability: (properties) => ('RoleName' in properties ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'),
  attributeNames: ['Arn', 'RoleId'],
  // CloudFormation waits until other services see the role (facts/pitfalls.md: an IRSA stack takes 30-60 s).
  seconds: 20,
  service: 'Iam',
  async create(properties, context) {
    const { ManagedPolicyArns, Policies, AssumeRolePolicyDocument, ...plain } = properties;
    const input = {
      ...plain,
      RoleName: plain.RoleName ?? context.name(64),
      AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
      Tags: context.tags.length === 0 ? undefined : context.tags,
    };
    const { Role } = await context.invoke<Iam.CreateRoleResponse>('iam', 'CreateRole', input);
    return Role?.RoleName ?? '';
  },
  async configure(RoleName, { ManagedPolicyArns = [], Policies = [] }, { invoke }) {
    for (const PolicyArn of ManagedPolicyArns)
      await invoke('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
    for (const { PolicyName, PolicyDocument } of Policies) {
      const input = { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) };
      await invoke('iam', 'PutRolePolicy', input);
    }
  },
  // IAM shows what was made only after a while.
  stabilised: async (RoleName, _, { invoke }) => !(await absent(invoke('iam', 'GetRole', { RoleName }))),
  async attributes(RoleName, _, { invoke }) {
    const { Role } = await invoke<Iam.GetRoleResponse>('iam', 'GetRole', { RoleName });
    return { Arn: Role?.Arn, RoleId: Role?.RoleId };
  },
  async delete(RoleName, { ManagedPolicyArns = [], Policies = [] }, { invoke }) {
    // Only what the template attached, which may be gone by now: a policy attached by somebody else makes DeleteRole fail.
    for (const PolicyArn of ManagedPolicyArns) {
      await absent(invoke('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
    }
    for (const { PolicyName } of Policies) {
      await absent(invoke('iam', 'DeleteRolePolicy', { RoleName, PolicyName }));
    }
    await invoke('iam', 'DeleteRole', { RoleName });
  },
});

interface PolicyProperties extends InlinePolicy {
  Roles: string[];
}

/** AWS::IAM::Policy: an inline policy of roles. */
export const policy = define<PolicyProperties>({
  properties: { PolicyName: 'string', PolicyDocument: 'object', Roles: 'strings' },
  required: ['PolicyName', 'PolicyDocument', 'Roles'],
  tags: 'none',
  capability: () => 'CAPABILITY_IAM',
  attributeNames: [],
  seconds: 15,
  service: 'Iam',
  create: async (_, context) => context.name(128),
  async configure(_, { PolicyName, PolicyDocument, Roles }, { invoke }) {
    for (const RoleName of Roles) {
      const input = { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) };
      await invoke('iam', 'PutRolePolicy', input);
    }
  },
  async delete(_, { PolicyName, Roles }, { invoke }) {
    for (const RoleName of Roles) await invoke('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
  },
});

interface ProviderProperties {
  Url: string;
  ClientIdList?: string[];
  ThumbprintList?: string[];
}

/** AWS::IAM::OIDCProvider. Its physical id is its ARN. */
export const oidcProvider = define<ProviderProperties>({
  properties: { Url: 'string', ClientIdList: 'strings', ThumbprintList: 'strings' },
  required: ['Url'],
  tags: 'own',
  attributeNames: ['Arn'],
  seconds: 2,
  service: 'Iam',
  async create({ Url, ClientIdList, ThumbprintList }, { invoke, tags }) {
    const input = {
      Url,
      ClientIDList: ClientIdList,
      ThumbprintList,
      Tags: tags.length === 0 ? undefined : tags,
    };
    const answer = await invoke<Iam.CreateOpenIDConnectProviderResponse>(
      'iam',
      'CreateOpenIDConnectProvider',
      input,
    );
    return answer.OpenIDConnectProviderArn ?? '';
  },
  attributes: async (Arn) => ({ Arn }),
  async delete(OpenIDConnectProviderArn, _, { invoke }) {
    await invoke('iam', 'DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  },
});
