import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  PolicyVersion as DescribedVersion,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  SetDefaultPolicyVersionRequest,
} from '@aws-sdk/client-iam';
import { AwsError, type Given, type Handler, NotEmulated } from '../service.ts';
import { page } from './page.ts';
import { checkPolicyDocument, findOwnPolicy, findPolicy } from './policies.ts';
import {
  encodeDocument,
  type IamContext,
  type ManagedPolicy,
  noSuchEntity,
  type PolicyVersion,
} from './state.ts';

const maxVersions = 5;

function findVersion(policy: ManagedPolicy, id: string): PolicyVersion {
  if (policy.versions.length === 0) throw new NotEmulated(`the contents of ${policy.arn}`);
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (!version) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}

const describe = (policy: ManagedPolicy, { id, created }: PolicyVersion): DescribedVersion => ({
  VersionId: id,
  IsDefaultVersion: policy.defaultVersion === id,
  CreateDate: created,
});

/** The handlers of policy versions: five at most, one of them the default (IAM user guide, "Versioning IAM policies"). */
export function createPolicyVersionHandlers(context: IamContext): Record<string, Handler> {
  const { world } = context;
  return {
    CreatePolicyVersion(input: Given<CreatePolicyVersionRequest>): CreatePolicyVersionResponse {
      const policy = findOwnPolicy(context, input.PolicyArn);
      checkPolicyDocument(input.PolicyDocument);
      if (policy.versions.length >= maxVersions)
        throw new AwsError(
          'LimitExceeded',
          `A managed policy can have up to ${maxVersions} versions. Before you create a new version, you must delete an existing version.`,
          409,
        );
      policy.lastVersion += 1;
      policy.updated = world.clock.now();
      const version = {
        id: `v${policy.lastVersion}`,
        document: input.PolicyDocument,
        created: policy.updated,
      };
      policy.versions.push(version);
      if (input.SetAsDefault) policy.defaultVersion = version.id;
      return { PolicyVersion: describe(policy, version) };
    },

    GetPolicyVersion({ PolicyArn, VersionId }: Given<GetPolicyVersionRequest>): GetPolicyVersionResponse {
      const policy = findPolicy(context, PolicyArn);
      const version = findVersion(policy, VersionId);
      return { PolicyVersion: { ...describe(policy, version), Document: encodeDocument(version.document) } };
    },

    ListPolicyVersions(input: Given<ListPolicyVersionsRequest>): ListPolicyVersionsResponse {
      const policy = findPolicy(context, input.PolicyArn);
      if (policy.versions.length === 0) throw new NotEmulated(`the versions of ${policy.arn}`);
      const { shown, truncation } = page(world, policy.versions, input);
      return { Versions: shown.map((version) => describe(policy, version)), ...truncation };
    },

    SetDefaultPolicyVersion({ PolicyArn, VersionId }: Given<SetDefaultPolicyVersionRequest>): object {
      const policy = findOwnPolicy(context, PolicyArn);
      policy.defaultVersion = findVersion(policy, VersionId).id;
      policy.updated = world.clock.now();
      return {};
    },

    DeletePolicyVersion({ PolicyArn, VersionId }: Given<DeletePolicyVersionRequest>): object {
      const policy = findOwnPolicy(context, PolicyArn);
      const { id } = findVersion(policy, VersionId);
      if (id === policy.defaultVersion)
        throw new AwsError('DeleteConflict', 'Cannot delete the default version of a policy.', 409);
      policy.versions = policy.versions.filter((version) => version.id !== id);
      return {};
    },
  };
}
