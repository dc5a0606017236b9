import { type CommandTable, row } from './row.ts';

export const sts: CommandTable = {
  command: 'sts',
  service: 'sts',
  rows: [row('GetCallerIdentity', '', { shows: 'user/admin' })],
};

export const iam: CommandTable = {
  command: 'iam',
  service: 'iam',
  rows: [
    row('GetUser', '', { shows: '"UserName": "admin"' }),
    row('CreatePolicy', '--policy-name Walk --policy-document {policy} --tags Key=a,Value=b', {
      shows: '"Key": "a"',
      save: { policyArn: 'Policy.Arn' },
    }),
    row('GetPolicy', '--policy-arn {policyArn}', { shows: '"DefaultVersionId": "v1"' }),
    row('ListPolicies', '--scope Local', { shows: '"PolicyName": "Walk"' }),
    row('TagPolicy', '--policy-arn {policyArn} --tags Key=c,Value=d'),
    row('ListPolicyTags', '--policy-arn {policyArn}', { shows: '"Value": "d"' }),
    row('UntagPolicy', '--policy-arn {policyArn} --tag-keys c'),
    row('CreatePolicyVersion', '--policy-arn {policyArn} --policy-document {other}', { shows: '"v2"' }),
    row('GetPolicyVersion', '--policy-arn {policyArn} --version-id v2', { shows: '"Action": "ec2:*"' }),
    row('ListPolicyVersions', '--policy-arn {policyArn}', { shows: '"VersionId": "v2"' }),
    row('SetDefaultPolicyVersion', '--policy-arn {policyArn} --version-id v2'),
    row('DeletePolicyVersion', '--policy-arn {policyArn} --version-id v1'),
    row('CreateRole', '--role-name walker --assume-role-policy-document {trust}', {
      shows: 'eks-fargate-pods.amazonaws.com',
      save: { role: 'Role.Arn' },
    }),
    row('GetRole', '--role-name walker', { shows: '"MaxSessionDuration": 3600' }),
    row('ListRoles', '', { shows: '"RoleName": "walker"' }),
    row('UpdateRole', '--role-name walker --description changed'),
    row('UpdateAssumeRolePolicy', '--role-name walker --policy-document {trust}'),
    row('TagRole', '--role-name walker --tags Key=a,Value=b'),
    row('ListRoleTags', '--role-name walker', { shows: '"Value": "b"' }),
    row('UntagRole', '--role-name walker --tag-keys a'),
    row('ListInstanceProfilesForRole', '--role-name walker', { shows: '"InstanceProfiles": []' }),
    row('PutRolePolicy', '--role-name walker --policy-name inside --policy-document {policy}'),
    row('GetRolePolicy', '--role-name walker --policy-name inside', { shows: '"ec2:DescribeVpcs"' }),
    row('ListRolePolicies', '--role-name walker', { shows: '"inside"' }),
    row('DeleteRolePolicy', '--role-name walker --policy-name inside'),
    row('AttachRolePolicy', '--role-name walker --policy-arn {policyArn}'),
    row('ListAttachedRolePolicies', '--role-name walker', { shows: '"PolicyName": "Walk"' }),
    row('ListEntitiesForPolicy', '--policy-arn {policyArn}', { shows: '"RoleName": "walker"' }),
    row('SimulatePrincipalPolicy', '--policy-source-arn {role} --action-names ec2:RunInstances iam:GetRole', {
      shows: '"EvalDecision": "implicitDeny"',
    }),
    row(
      'CreateOpenIDConnectProvider',
      '--url {issuer} --client-id-list sts.amazonaws.com --thumbprint-list 9e99a48a9960b14926bb7f3b02e22da2b0ab7280',
      { shows: 'oidc-provider/oidc.example.com', save: { provider: 'OpenIDConnectProviderArn' } },
    ),
    row('GetOpenIDConnectProvider', '--open-id-connect-provider-arn {provider}', {
      shows: 'sts.amazonaws.com',
    }),
    row('ListOpenIDConnectProviders', '', { shows: 'oidc.example.com' }),
    row(
      'AddClientIDToOpenIDConnectProvider',
      '--open-id-connect-provider-arn {provider} --client-id another',
    ),
    row('TagOpenIDConnectProvider', '--open-id-connect-provider-arn {provider} --tags Key=a,Value=b'),
    row('ListOpenIDConnectProviderTags', '--open-id-connect-provider-arn {provider}', {
      shows: '"Value": "b"',
    }),
    row('UntagOpenIDConnectProvider', '--open-id-connect-provider-arn {provider} --tag-keys a'),
    row('DeleteOpenIDConnectProvider', '--open-id-connect-provider-arn {provider}'),
    row(
      'UploadServerCertificate',
      '--server-certificate-name shop --certificate-body {certificate} --private-key {key}',
      { shows: 'server-certificate/shop' },
    ),
    row('GetServerCertificate', '--server-certificate-name shop', { shows: 'BEGIN CERTIFICATE' }),
    row('ListServerCertificates', '', { shows: '"ServerCertificateName": "shop"' }),
    row('DeleteServerCertificate', '--server-certificate-name shop'),
  ],
};

/** After everything that needs the role. */
export const iamEnd: CommandTable = {
  command: 'iam',
  service: 'iam',
  rows: [
    row('DetachRolePolicy', '--role-name walker --policy-arn {policyArn}'),
    row('DeleteRole', '--role-name walker'),
    row('DeletePolicy', '--policy-arn {policyArn}'),
  ],
};
