import type { GetUserRequest, GetUserResponse } from '@aws-sdk/client-iam';
import type { World } from '../../world.ts';
import type { Credential, Judgement, Principal, Service, TaggedResource } from '../service.ts';
import { createAccess } from './access.ts';
import { judge } from './authorize.ts';
import { createAwsManagedPolicies, isAwsManaged } from './aws-managed.ts';
import { createOidcHandlers, providerArn } from './oidc.ts';
import { createPolicyHandlers } from './policies.ts';
import { createPolicyVersionHandlers } from './policy-versions.ts';
import { createRolePolicyHandlers } from './role-policies.ts';
import { createRoleHandlers } from './roles.ts';
import { createServerCertificateHandlers } from './server-certificates.ts';
import { createSimulation } from './simulate.ts';
import {
  type IamContext,
  type IamState,
  iamArn,
  isVisible,
  noSuchEntity,
  type OidcProvider,
  type Role,
  type StoredCertificate,
  uniqueId,
} from './state.ts';
import { type Applicant, judgeTrust } from './trust.ts';

/** The account's administrator, made with the rehearsal. */
export interface Administrator {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly userName: string;
}

/** IAM with what the other services ask of it in-process. */
export interface IamService extends Service {
  readonly state: IamState;
  /** The administrator, as a caller. */
  readonly administrator: Principal;
  findRole(arn: string): Role | undefined;
  /** The provider for an issuer URL. */
  findProvider(issuer: string): OidcProvider | undefined;
  /** A server certificate that can be used by now. */
  findCertificate(arn: string): StoredCertificate | undefined;
  judgeTrust(role: Role, applicant: Applicant): Judgement;
}

/** IAM is global; the tagging API shows its resources in this region. */
const globalRegion = 'us-east-1';

/** Makes IAM with one administrator user and the AWS-managed policies that eksctl's templates attach. */
export function createIam(world: World, administrator: Administrator): IamService {
  const state: IamState = {
    policies: createAwsManagedPolicies(world),
    roles: new Map(),
    providers: new Map(),
    certificates: new Map(),
  };
  const context: IamContext = { world, state };
  const created = world.clock.now();
  const principal: Principal = {
    kind: 'user',
    arn: iamArn(world, `user/${administrator.userName}`),
    userId: uniqueId(world, 'AIDA'),
  };
  const credential: Credential = { ...administrator, principal };

  const handlers = {
    ...createPolicyHandlers(context),
    ...createPolicyVersionHandlers(context),
    ...createRoleHandlers(context),
    ...createRolePolicyHandlers(context),
    ...createOidcHandlers(context),
    ...createServerCertificateHandlers(context),
    ...createSimulation(context, administrator.userName),
    GetUser({ UserName = administrator.userName }: GetUserRequest): GetUserResponse {
      if (UserName !== administrator.userName)
        throw noSuchEntity(`The user with name ${UserName} cannot be found.`);
      return {
        User: { UserName, UserId: principal.userId, Arn: principal.arn, Path: '/', CreateDate: created },
      };
    },
  };
  const access = createAccess(context);
  const findRole = (arn: string): Role | undefined =>
    [...state.roles.values()].find((role) => role.arn === arn);

  return {
    name: 'iam',
    handlers,
    state,
    administrator: principal,
    access: Object.fromEntries(Object.keys(handlers).map((operation) => [operation, access])),
    credential: (accessKeyId) => (accessKeyId === administrator.accessKeyId ? credential : undefined),
    judge: (caller, question) => judge(state, caller, question),
    findRole,
    findProvider: (issuer) => state.providers.get(providerArn(world, issuer)),
    findCertificate: (arn) =>
      [...state.certificates.values()].find((one) => one.arn === arn && isVisible(world, one)),
    judgeTrust,
    tagged(region): TaggedResource[] {
      if (region !== globalRegion) return [];
      const own = [...state.policies.values()].filter(({ arn }) => !isAwsManaged(arn));
      return [...own, ...state.providers.values(), ...state.certificates.values()].map(({ arn, tags }) => ({
        arn,
        tags: Object.fromEntries(tags),
      }));
    },
  };
}
