import type {
  AttachRolePolicyRequest,
  DeleteRolePolicyRequest,
  DetachRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  PutRolePolicyRequest,
} from '@aws-sdk/client-iam';
import { AwsError, type Given, type Handler } from '../service.ts';
import { documentSize, readDocument } from './document.ts';
import { page } from './page.ts';
import { findRole } from './roles.ts';
import { checkName, encodeDocument, type IamContext, noSuchEntity } from './state.ts';

/** IAM quotas page: all inline policies of a role together, characters without whitespace. */
const maxInlineSize = 10_240;
const maxAttached = 10;

/** The handlers of a role's inline and attached policies. */
export function createRolePolicyHandlers(context: IamContext): Record<string, Handler> {
  const { world, state } = context;

  const findInline = (roleName: string, policyName: string): string => {
    const document = findRole(context, roleName).inline.get(policyName);
    if (document === undefined)
      throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
    return document;
  };

  return {
    PutRolePolicy({ RoleName, PolicyName, PolicyDocument }: Given<PutRolePolicyRequest>): object {
      const role = findRole(context, RoleName);
      checkName('policyName', PolicyName, 128);
      readDocument(PolicyDocument, 'permissions');
      const others = [...role.inline].filter(([name]) => name !== PolicyName).map(([, document]) => document);
      const size = [...others, PolicyDocument].reduce((sum, document) => sum + documentSize(document), 0);
      if (size > maxInlineSize)
        throw new AwsError(
          'LimitExceeded',
          `Maximum policy size of ${maxInlineSize} bytes exceeded for role ${RoleName}`,
          409,
        );
      role.inline.set(PolicyName, PolicyDocument);
      return {};
    },

    GetRolePolicy({ RoleName, PolicyName }: Given<GetRolePolicyRequest>): GetRolePolicyResponse {
      const document = findInline(RoleName, PolicyName);
      return { RoleName, PolicyName, PolicyDocument: encodeDocument(document) };
    },

    DeleteRolePolicy({ RoleName, PolicyName }: Given<DeleteRolePolicyRequest>): object {
      findInline(RoleName, PolicyName);
      findRole(context, RoleName).inline.delete(PolicyName);
      return {};
    },

    ListRolePolicies(input: Given<ListRolePoliciesRequest>): ListRolePoliciesResponse {
      const { shown, truncation } = page(world, [...findRole(context, input.RoleName).inline.keys()], input);
      return { PolicyNames: shown, ...truncation };
    },

    AttachRolePolicy({ RoleName, PolicyArn }: Given<AttachRolePolicyRequest>): object {
      const role = findRole(context, RoleName);
      if (!state.policies.has(PolicyArn))
        throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
      if (role.attached.size >= maxAttached && !role.attached.has(PolicyArn))
        throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${maxAttached}`, 409);
      role.attached.add(PolicyArn);
      return {};
    },

    DetachRolePolicy({ RoleName, PolicyArn }: Given<DetachRolePolicyRequest>): object {
      if (!findRole(context, RoleName).attached.delete(PolicyArn))
        throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      return {};
    },

    ListAttachedRolePolicies(
      input: Given<ListAttachedRolePoliciesRequest>,
    ): ListAttachedRolePoliciesResponse {
      const prefix = input.PathPrefix ?? '/';
      const attached = [...findRole(context, input.RoleName).attached]
        .map((arn) => state.policies.get(arn))
        .filter((policy) => policy !== undefined)
        .filter((policy) => policy.path.startsWith(prefix));
      const { shown, truncation } = page(world, attached, input);
      return {
        AttachedPolicies: shown.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
        ...truncation,
      };
    },

    /** Nothing in the rehearsal makes instance profiles. */
    ListInstanceProfilesForRole(
      input: Given<ListInstanceProfilesForRoleRequest>,
    ): ListInstanceProfilesForRoleResponse {
      findRole(context, input.RoleName);
      return { InstanceProfiles: [], IsTruncated: false };
    },
  };
}
