import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  Role as DescribedRole,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  TagRoleRequest,
  UntagRoleRequest,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam';
import { AwsError, type Given, type Handler, NotEmulated } from '../service.ts';
import { documentSize, readDocument } from './document.ts';
import { page } from './page.ts';
import {
  checkName,
  encodeDocument,
  type IamContext,
  iamArn,
  isVisible,
  noSuchEntity,
  type Role,
  uniqueId,
} from './state.ts';
import { addTags, tagList, withTags } from './tags.ts';

/** Characters without whitespace, the default quota (IAM quotas page). */
const maxTrustSize = 2048;
const defaultSessionSeconds = 3600;

function checkTrust(document: string): void {
  readDocument(document, 'trust');
  if (documentSize(document) > maxTrustSize)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${maxTrustSize}`, 409);
}

/** The role with a name. Throws NoSuchEntity. */
export function findRole({ state }: IamContext, name: string): Role {
  const role = state.roles.get(name);
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

const describe = (role: Role): DescribedRole => ({
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  Path: role.path,
  CreateDate: role.created,
  Description: role.description,
  MaxSessionDuration: role.maxSessionDuration,
  AssumeRolePolicyDocument: encodeDocument(role.trust),
});

/** The handlers of roles and their tags; policies of roles stand in role-policies.ts. */
export function createRoleHandlers(context: IamContext): Record<string, Handler> {
  const { world, state } = context;

  const findVisible = (name: string): Role => {
    const role = findRole(context, name);
    if (!isVisible(world, role)) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  };

  return {
    CreateRole(input: Given<CreateRoleRequest>): CreateRoleResponse {
      const { RoleName: name, AssumeRolePolicyDocument: trust, Path: path = '/' } = input;
      if (input.PermissionsBoundary) throw new NotEmulated('permissions boundaries');
      checkName('roleName', name, 64);
      checkTrust(trust);
      const taken = [...state.roles.keys()].some((known) => known.toLowerCase() === name.toLowerCase());
      if (taken) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
      const role: Role = {
        arn: iamArn(world, `role${path}${name}`),
        name,
        path,
        id: uniqueId(world, 'AROA'),
        created: world.clock.now(),
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration ?? defaultSessionSeconds,
        trust,
        inline: new Map(),
        attached: new Set(),
        tags: withTags(new Map(), input.Tags),
      };
      state.roles.set(name, role);
      return { Role: { ...describe(role), Tags: tagList(role.tags) } };
    },

    GetRole({ RoleName }: Given<GetRoleRequest>): GetRoleResponse {
      const role = findVisible(RoleName);
      return { Role: { ...describe(role), Tags: tagList(role.tags), RoleLastUsed: {} } };
    },

    ListRoles(input: ListRolesRequest): ListRolesResponse {
      const { PathPrefix: prefix = '/' } = input;
      const roles = [...state.roles.values()].filter(
        (role) => role.path.startsWith(prefix) && isVisible(world, role),
      );
      const { shown, truncation } = page(world, roles, input);
      return { Roles: shown.map(describe), ...truncation };
    },

    UpdateRole(input: Given<UpdateRoleRequest>): object {
      const role = findRole(context, input.RoleName);
      role.description = input.Description ?? role.description;
      role.maxSessionDuration = input.MaxSessionDuration ?? role.maxSessionDuration;
      return {};
    },

    UpdateAssumeRolePolicy({ RoleName, PolicyDocument }: Given<UpdateAssumeRolePolicyRequest>): object {
      const role = findRole(context, RoleName);
      checkTrust(PolicyDocument);
      role.trust = PolicyDocument;
      return {};
    },

    DeleteRole({ RoleName }: Given<DeleteRoleRequest>): object {
      const role = findRole(context, RoleName);
      if (role.attached.size > 0)
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
      if (role.inline.size > 0)
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      state.roles.delete(RoleName);
      return {};
    },

    ListRoleTags(input: Given<ListRoleTagsRequest>): ListRoleTagsResponse {
      const { shown, truncation } = page(world, tagList(findVisible(input.RoleName).tags), input);
      return { Tags: shown, ...truncation };
    },

    TagRole({ RoleName, Tags }: Given<TagRoleRequest>): object {
      addTags(findRole(context, RoleName).tags, Tags);
      return {};
    },

    UntagRole({ RoleName, TagKeys }: Given<UntagRoleRequest>): object {
      const { tags } = findRole(context, RoleName);
      for (const key of TagKeys) tags.delete(key);
      return {};
    },
  };
}
