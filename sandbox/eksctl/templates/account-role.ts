import { policyDocument, type Template } from './intrinsics.ts';

/** The cluster's issuer as IAM knows it. */
export interface IdentityProvider {
  readonly arn: string;
  /** Host and path of the issuer, as they stand in condition keys. */
  readonly hostAndPath: string;
}

/** A role that the pods of one service account may assume. */
export interface AccountRole {
  /** What the role is for: `serviceaccount "kube-system/x"` or `"vpc-cni"`. */
  readonly subject: string;
  readonly namespace: string;
  readonly name: string;
  readonly provider: IdentityProvider;
  readonly policyArns: readonly string[];
  readonly roleName?: string;
  readonly permissionsBoundary?: string;
}

/** The logical id, and the output with its ARN, in every role stack. */
export const roleOutput = 'Role1';

/**
 * The template of an IRSA or add-on role stack. Its text is byte for byte as long as eksctl's
 * (851 bytes in transcripts/eksctl/d1-irsa-create.txt), `Fn::GetAtt` in its string form included.
 */
export function accountRoleTemplate(role: AccountRole): Template {
  const { hostAndPath, arn } = role.provider;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `IAM role for ${role.subject} [created and managed by eksctl]`,
    Resources: {
      [roleOutput]: {
        Type: 'AWS::IAM::Role',
        Properties: {
          ...(role.roleName === undefined ? {} : { RoleName: role.roleName }),
          AssumeRolePolicyDocument: policyDocument({
            Action: ['sts:AssumeRoleWithWebIdentity'],
            Condition: {
              StringEquals: {
                [`${hostAndPath}:aud`]: 'sts.amazonaws.com',
                [`${hostAndPath}:sub`]: `system:serviceaccount:${role.namespace}:${role.name}`,
              },
            },
            Effect: 'Allow',
            Principal: { Federated: arn },
          }),
          ManagedPolicyArns: role.policyArns,
          ...(role.permissionsBoundary === undefined
            ? {}
            : { PermissionsBoundary: role.permissionsBoundary }),
        },
      },
    },
    Outputs: { [roleOutput]: { Value: { 'Fn::GetAtt': `${roleOutput}.Arn` } } },
  };
}
