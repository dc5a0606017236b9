import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagOpenIDConnectProviderCommand,
  TagPolicyCommand,
  TagRoleCommand,
  UntagOpenIDConnectProviderCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Case, type CaseTable, given, refused } from '../case.ts';

const allow = (Action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const trust = (Service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
  });
const Tags = [
  { Key: 'lbc-setup/cluster', Value: 'dev' },
  { Key: 'empty', Value: '' },
];
const nobody = 'arn:aws:iam::123456789012:policy/nobody';
const issuer = 'https://oidc.eks.ap-northeast-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';

const sts: readonly Case[] = [
  {
    name: 'who is calling',
    async play({ sts }) {
      await sts.send(new GetCallerIdentityCommand({}));
    },
  },
];

const policies: readonly Case[] = [
  {
    name: 'a policy is made once, read, listed and deleted',
    async play({ iam }) {
      const input = { PolicyName: 'Walk', PolicyDocument: allow('ec2:*'), Description: 'a policy', Tags };
      const { Policy } = await iam.send(new CreatePolicyCommand(input));
      const PolicyArn = given(Policy?.Arn);
      await refused(iam.send(new CreatePolicyCommand(input)));
      await iam.send(new GetPolicyCommand({ PolicyArn }));
      await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
      await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
      await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
      await iam.send(new DeletePolicyCommand({ PolicyArn }));
      await refused(iam.send(new GetPolicyCommand({ PolicyArn })));
      await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
    },
  },
  {
    name: 'a policy in a path',
    async play({ iam }) {
      const PolicyDocument = allow('eks:DescribeCluster');
      await iam.send(new CreatePolicyCommand({ PolicyName: 'Deep', Path: '/a/b/', PolicyDocument }));
      await iam.send(new CreatePolicyCommand({ PolicyName: 'Flat', PolicyDocument }));
      await iam.send(new ListPoliciesCommand({ Scope: 'Local', PathPrefix: '/a/' }));
      await iam.send(new ListPoliciesCommand({ Scope: 'Local', OnlyAttached: true }));
    },
  },
  {
    name: 'a policy that does not exist',
    async play({ iam }) {
      const PolicyArn = nobody;
      await refused(iam.send(new GetPolicyCommand({ PolicyArn })));
      await refused(iam.send(new DeletePolicyCommand({ PolicyArn })));
      await refused(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' })));
      await refused(iam.send(new ListPolicyVersionsCommand({ PolicyArn })));
      await refused(iam.send(new ListEntitiesForPolicyCommand({ PolicyArn })));
      await refused(iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('*') })));
      await refused(iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' })));
      await refused(iam.send(new TagPolicyCommand({ PolicyArn, Tags })));
      await refused(iam.send(new ListPolicyTagsCommand({ PolicyArn })));
    },
  },
  {
    name: 'documents that IAM refuses',
    async play({ iam }) {
      const documents = [
        'no JSON',
        '{}',
        JSON.stringify({ Version: '2012-10-17' }),
        JSON.stringify({ Version: '2012-10-17', Statement: [{ Action: 'ec2:*', Resource: '*' }] }),
        JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Resource: '*' }] }),
        JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:*' }] }),
        JSON.stringify({ Version: '2026-01-01', Statement: [] }),
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Permit', Action: 'ec2:*', Resource: '*' }],
        }),
      ];
      for (const PolicyDocument of documents)
        await refused(iam.send(new CreatePolicyCommand({ PolicyName: 'Bad', PolicyDocument })));
      await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
    },
  },
  {
    name: 'five versions of a policy and no more',
    async play({ iam }) {
      const made = await iam.send(
        new CreatePolicyCommand({ PolicyName: 'Versions', PolicyDocument: allow('ec2:*') }),
      );
      const PolicyArn = given(made.Policy?.Arn);
      for (const action of ['s3:*', 'sqs:*', 'sns:*', 'eks:*']) {
        const PolicyDocument = allow(action);
        await iam.send(
          new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: action === 'sns:*' }),
        );
      }
      await refused(iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('*') })));
      await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
      await iam.send(new GetPolicyCommand({ PolicyArn }));
      await refused(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v4' })));
      await refused(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v9' })));
      await refused(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v9' })));
      await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
      await refused(iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v9' })));
      for (const VersionId of ['v1', 'v3', 'v4', 'v5'])
        await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
      const after = await iam.send(
        new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('iam:*') }),
      );
      await iam.send(
        new DeletePolicyVersionCommand({ PolicyArn, VersionId: given(after.PolicyVersion?.VersionId) }),
      );
      await iam.send(new DeletePolicyCommand({ PolicyArn }));
    },
  },
  {
    name: 'a policy with several versions cannot be deleted',
    async play({ iam }) {
      const made = await iam.send(
        new CreatePolicyCommand({ PolicyName: 'Two', PolicyDocument: allow('ec2:*') }),
      );
      const PolicyArn = given(made.Policy?.Arn);
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('s3:*') }));
      await refused(iam.send(new DeletePolicyCommand({ PolicyArn })));
    },
  },
  {
    name: "a policy's tags",
    async play({ iam }) {
      const made = await iam.send(
        new CreatePolicyCommand({ PolicyName: 'Tagged', PolicyDocument: allow('ec2:*'), Tags }),
      );
      const PolicyArn = given(made.Policy?.Arn);
      await iam.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key: 'empty', Value: 'full' }] }));
      await iam.send(new ListPolicyTagsCommand({ PolicyArn }));
      await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['empty', 'absent'] }));
      await iam.send(new ListPolicyTagsCommand({ PolicyArn }));
      await iam.send(new GetPolicyCommand({ PolicyArn }));
    },
  },
];

const roles: readonly Case[] = [
  {
    name: 'a role is made once, changed, listed and deleted',
    async play({ iam }) {
      const input = {
        RoleName: 'eksctl-dev-cluster-ServiceRole',
        AssumeRolePolicyDocument: trust('eks.amazonaws.com'),
        Description: 'a role',
        Tags,
      };
      await iam.send(new CreateRoleCommand(input));
      await refused(iam.send(new CreateRoleCommand(input)));
      const { RoleName } = input;
      await iam.send(new GetRoleCommand({ RoleName }));
      await iam.send(new UpdateRoleCommand({ RoleName, Description: 'another', MaxSessionDuration: 7200 }));
      const PolicyDocument = trust('eks-fargate-pods.amazonaws.com');
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      await iam.send(new GetRoleCommand({ RoleName }));
      await iam.send(new ListRolesCommand({ PathPrefix: '/' }));
      await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
      await refused(iam.send(new GetRoleCommand({ RoleName })));
    },
  },
  {
    name: 'a role that does not exist',
    async play({ iam }) {
      const RoleName = 'nobody';
      await refused(iam.send(new GetRoleCommand({ RoleName })));
      await refused(iam.send(new DeleteRoleCommand({ RoleName })));
      await refused(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })));
      await refused(iam.send(new ListRolePoliciesCommand({ RoleName })));
      await refused(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: nobody })));
      await refused(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: nobody })));
      await refused(
        iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'x', PolicyDocument: allow('*') })),
      );
      await refused(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'x' })));
      await refused(iam.send(new UpdateRoleCommand({ RoleName, Description: 'x' })));
      await refused(iam.send(new TagRoleCommand({ RoleName, Tags })));
      await refused(iam.send(new ListRoleTagsCommand({ RoleName })));
    },
  },
  {
    name: 'trust that IAM refuses',
    async play({ iam }) {
      const documents = [
        'no JSON',
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'eks.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Resource: '*',
            },
          ],
        }),
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'ec2:RunInstances' },
          ],
        }),
      ];
      for (const [index, AssumeRolePolicyDocument] of documents.entries())
        await refused(iam.send(new CreateRoleCommand({ RoleName: `Bad${index}`, AssumeRolePolicyDocument })));
    },
  },
  {
    name: 'policies of a role, attached and inline',
    async play({ iam }) {
      const RoleName = 'Holder';
      await iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust('eks.amazonaws.com') }),
      );
      const made = await iam.send(
        new CreatePolicyCommand({ PolicyName: 'Held', PolicyDocument: allow('ec2:*') }),
      );
      const PolicyArn = given(made.Policy?.Arn);
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      await refused(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: nobody })));
      await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
      await iam.send(new GetPolicyCommand({ PolicyArn }));
      await refused(iam.send(new DeleteRoleCommand({ RoleName })));
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
      await refused(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));

      const PolicyName = 'inside';
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: allow('ec2:*') }));
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: allow('eks:*') }));
      await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      await iam.send(new ListRolePoliciesCommand({ RoleName }));
      await refused(iam.send(new DeleteRoleCommand({ RoleName })));
      await refused(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'absent' })));
      await refused(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'absent' })));
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
  },
  {
    name: 'a policy that is attached cannot be deleted',
    async play({ iam }) {
      const RoleName = 'User';
      await iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust('eks.amazonaws.com') }),
      );
      const made = await iam.send(
        new CreatePolicyCommand({ PolicyName: 'Used', PolicyDocument: allow('ec2:*') }),
      );
      const PolicyArn = given(made.Policy?.Arn);
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      await iam.send(new GetPolicyCommand({ PolicyArn }));
      await refused(iam.send(new DeletePolicyCommand({ PolicyArn })));
    },
  },
  {
    name: "a role's tags",
    async play({ iam }) {
      const RoleName = 'Tagged';
      await iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust('eks.amazonaws.com'), Tags }),
      );
      await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'empty', Value: 'full' }] }));
      await iam.send(new ListRoleTagsCommand({ RoleName }));
      await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['empty', 'absent'] }));
      await iam.send(new ListRoleTagsCommand({ RoleName }));
    },
  },
];

const providers: readonly Case[] = [
  {
    name: 'an OIDC provider is made once, read, listed and deleted',
    async play({ iam }) {
      const input = {
        Url: issuer,
        ClientIDList: ['sts.amazonaws.com'],
        ThumbprintList: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'],
        Tags,
      };
      const made = await iam.send(new CreateOpenIDConnectProviderCommand(input));
      const OpenIDConnectProviderArn = given(made.OpenIDConnectProviderArn);
      await refused(iam.send(new CreateOpenIDConnectProviderCommand(input)));
      await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
      await iam.send(new ListOpenIDConnectProvidersCommand({}));
      await iam.send(
        new TagOpenIDConnectProviderCommand({
          OpenIDConnectProviderArn,
          Tags: [{ Key: 'empty', Value: 'full' }],
        }),
      );
      await iam.send(
        new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys: ['absent'] }),
      );
      await iam.send(new ListOpenIDConnectProviderTagsCommand({ OpenIDConnectProviderArn }));
      await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
      await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
      await refused(iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })));
      await refused(iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })));
      await iam.send(new ListOpenIDConnectProvidersCommand({}));
    },
  },
  {
    name: 'an OIDC provider that IAM refuses',
    async play({ iam }) {
      const ThumbprintList = ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'];
      await refused(iam.send(new CreateOpenIDConnectProviderCommand({ Url: 'no URL', ThumbprintList })));
      await refused(
        iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer, ThumbprintList: ['short'] })),
      );
    },
  },
];

export const stsCases: CaseTable = { service: 'sts', cases: sts };
export const iamCases: CaseTable = { service: 'iam', cases: [...policies, ...roles, ...providers] };
