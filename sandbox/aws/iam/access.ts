import type { Tag } from '@aws-sdk/client-iam';
import type { AccessQuestion, AccessQuestions } from '../service.ts';
import { providerArn } from './oidc.ts';
import { type IamContext, iamArn } from './state.ts';

/** The members by which IAM's requests name what they act on. */
interface Target {
  readonly PolicyArn?: string;
  readonly PolicyName?: string;
  readonly RoleName?: string;
  readonly ServerCertificateName?: string;
  readonly OpenIDConnectProviderArn?: string;
  readonly Url?: string;
  readonly PolicySourceArn?: string;
  readonly Path?: string;
  readonly Tags?: readonly Tag[];
}

/** Operations whose permission may hang on the policy (Service Authorization Reference, "IAM": iam:PolicyARN). */
const attaching: ReadonlySet<string> = new Set(['AttachRolePolicy', 'DetachRolePolicy']);

/** What a creation with tags needs besides (IAM user guide, "Tags for AWS Identity and Access Management resources"). */
const taggedOnCreation: Readonly<Record<string, string>> = {
  CreateRole: 'iam:TagRole',
  CreatePolicy: 'iam:TagPolicy',
  CreateOpenIDConnectProvider: 'iam:TagOpenIDConnectProvider',
};

type Resource = Required<AccessQuestion>['resources'][number];

/**
 * What IAM asks itself about a call. The resource is the role where one is named (also for its policies), else the
 * policy, else the provider (Service Authorization Reference, "Actions defined by IAM").
 */
export function createAccess({ world, state }: IamContext): AccessQuestions {
  const find = (input: Target): Resource | undefined => {
    const { PolicyArn, PolicyName, RoleName, ServerCertificateName, Path = '/' } = input;
    if (RoleName !== undefined) {
      const role = state.roles.get(RoleName);
      return {
        arn: role?.arn ?? iamArn(world, `role${Path}${RoleName}`),
        tags: Object.fromEntries(role?.tags ?? []),
      };
    }
    if (ServerCertificateName !== undefined) {
      const certificate = state.certificates.get(ServerCertificateName);
      return {
        arn: certificate?.arn ?? iamArn(world, `server-certificate${Path}${ServerCertificateName}`),
        tags: Object.fromEntries(certificate?.tags ?? []),
      };
    }
    const policyArn = PolicyArn ?? (PolicyName && iamArn(world, `policy${Path}${PolicyName}`));
    if (policyArn) {
      return { arn: policyArn, tags: Object.fromEntries(state.policies.get(policyArn)?.tags ?? []) };
    }
    const provider = input.OpenIDConnectProviderArn ?? (input.Url && providerArn(world, input.Url));
    if (provider)
      return { arn: provider, tags: Object.fromEntries(state.providers.get(provider)?.tags ?? []) };
    return input.PolicySourceArn === undefined ? undefined : { arn: input.PolicySourceArn, tags: {} };
  };
  return (input: Target, { operation }) => {
    const requestTags = Object.fromEntries(
      (input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]),
    );
    const resource = find(input);
    const resources = resource && [resource];
    const conditions: Record<string, string> =
      attaching.has(operation) && input.PolicyArn ? { 'iam:PolicyARN': input.PolicyArn } : {};
    const action = taggedOnCreation[operation];
    const tagging: AccessQuestion[] =
      action && Object.keys(requestTags).length > 0 ? [{ action, requestTags, resources }] : [];
    return [{ requestTags, resources, conditions }, ...tagging];
  };
}
