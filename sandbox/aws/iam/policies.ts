import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  Policy,
  TagPolicyRequest,
  UntagPolicyRequest,
} from '@aws-sdk/client-iam';
import { AwsError, type Given, type Handler, NotEmulated } from '../service.ts';
import { isAwsManaged } from './aws-managed.ts';
import { documentSize, readDocument } from './document.ts';
import { page } from './page.ts';
import {
  checkName,
  type IamContext,
  iamArn,
  isVisible,
  type ManagedPolicy,
  noSuchEntity,
  type Role,
  uniqueId,
} from './state.ts';
import { addTags, tagList, withTags } from './tags.ts';

/** Characters without whitespace (IAM quotas page; facts/pitfalls.md P5). */
const maxPolicySize = 6144;

/** Throws MalformedPolicyDocument or LimitExceeded for a document that no managed policy can have. */
export function checkPolicyDocument(document: string): void {
  readDocument(document, 'permissions');
  if (documentSize(document) > maxPolicySize)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PolicySize: ${maxPolicySize}`, 409);
}

/** The policy behind an ARN. Throws NoSuchEntity. */
export function findPolicy({ state }: IamContext, arn: string): ManagedPolicy {
  const policy = state.policies.get(arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** As findPolicy; policies of AWS are refused, since nobody can change them. */
export function findOwnPolicy(context: IamContext, arn: string): ManagedPolicy {
  const policy = findPolicy(context, arn);
  if (isAwsManaged(arn))
    throw new AwsError('AccessDenied', `User is not authorized to change the AWS managed policy ${arn}`, 403);
  return policy;
}

/** The roles to which a policy is attached. */
export const rolesWith = ({ state }: IamContext, arn: string): Role[] =>
  [...state.roles.values()].filter((role) => role.attached.has(arn));

/** The handlers of managed policies, their tags and attachments; versions stand in policy-versions.ts. */
export function createPolicyHandlers(context: IamContext): Record<string, Handler> {
  const { world, state } = context;

  const describe = (policy: ManagedPolicy): Policy => ({
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: rolesWith(context, policy.arn).length,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: policy.created,
    UpdateDate: policy.updated,
  });

  const findVisible = (arn: string): ManagedPolicy => {
    const policy = findPolicy(context, arn);
    if (!isVisible(world, policy)) throw noSuchEntity(`Policy ${arn} was not found.`);
    return policy;
  };

  return {
    CreatePolicy(input: Given<CreatePolicyRequest>): CreatePolicyResponse {
      const {
        PolicyName: name,
        PolicyDocument: document,
        Path: path = '/',
        Description: description,
      } = input;
      checkName('policyName', name, 128);
      checkPolicyDocument(document);
      const taken = [...state.policies.values()].some(
        (policy) => !isAwsManaged(policy.arn) && policy.name.toLowerCase() === name.toLowerCase(),
      );
      if (taken)
        throw new AwsError(
          'EntityAlreadyExists',
          `A policy called ${name} already exists. Duplicate names are not allowed.`,
          409,
        );
      const created = world.clock.now();
      const policy: ManagedPolicy = {
        arn: iamArn(world, `policy${path}${name}`),
        name,
        path,
        id: uniqueId(world, 'ANPA'),
        description,
        created,
        updated: created,
        versions: [{ id: 'v1', document, created }],
        defaultVersion: 'v1',
        lastVersion: 1,
        tags: withTags(new Map(), input.Tags),
      };
      state.policies.set(policy.arn, policy);
      return { Policy: { ...describe(policy), Tags: tagList(policy.tags) } };
    },

    GetPolicy({ PolicyArn }: Given<GetPolicyRequest>): GetPolicyResponse {
      const policy = findVisible(PolicyArn);
      return {
        Policy: { ...describe(policy), Description: policy.description, Tags: tagList(policy.tags) },
      };
    },

    DeletePolicy({ PolicyArn }: Given<DeletePolicyRequest>): object {
      const policy = findOwnPolicy(context, PolicyArn);
      if (rolesWith(context, PolicyArn).length > 0)
        throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
      if (policy.versions.length > 1)
        throw new AwsError(
          'DeleteConflict',
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
          409,
        );
      state.policies.delete(PolicyArn);
      return {};
    },

    ListPolicies(input: ListPoliciesRequest): ListPoliciesResponse {
      if (input.PolicyUsageFilter === 'PermissionsBoundary') throw new NotEmulated('permissions boundaries');
      const { Scope: scope = 'All', OnlyAttached: onlyAttached = false, PathPrefix: prefix = '/' } = input;
      const policies = [...state.policies.values()].filter(
        (policy) =>
          (scope === 'All' || (scope === 'AWS') === isAwsManaged(policy.arn)) &&
          policy.path.startsWith(prefix) &&
          (!onlyAttached || rolesWith(context, policy.arn).length > 0) &&
          isVisible(world, policy),
      );
      const { shown, truncation } = page(world, policies, input);
      return { Policies: shown.map(describe), ...truncation };
    },

    ListEntitiesForPolicy(input: Given<ListEntitiesForPolicyRequest>): ListEntitiesForPolicyResponse {
      findPolicy(context, input.PolicyArn);
      const wanted =
        (input.EntityFilter ?? 'Role') === 'Role' && input.PolicyUsageFilter !== 'PermissionsBoundary';
      const roles = wanted ? rolesWith(context, input.PolicyArn) : [];
      const prefix = input.PathPrefix ?? '/';
      const { shown, truncation } = page(
        world,
        roles.filter((role) => role.path.startsWith(prefix)),
        input,
      );
      return {
        PolicyRoles: shown.map((role) => ({ RoleName: role.name, RoleId: role.id })),
        PolicyUsers: [],
        PolicyGroups: [],
        ...truncation,
      };
    },

    ListPolicyTags(input: Given<ListPolicyTagsRequest>): ListPolicyTagsResponse {
      const { shown, truncation } = page(world, tagList(findVisible(input.PolicyArn).tags), input);
      return { Tags: shown, ...truncation };
    },

    TagPolicy({ PolicyArn, Tags }: Given<TagPolicyRequest>): object {
      addTags(findOwnPolicy(context, PolicyArn).tags, Tags);
      return {};
    },

    UntagPolicy({ PolicyArn, TagKeys }: Given<UntagPolicyRequest>): object {
      const { tags } = findOwnPolicy(context, PolicyArn);
      for (const key of TagKeys) tags.delete(key);
      return {};
    },
  };
}
