import type {
  Addon,
  AddonIssue,
  AuthenticationMode,
  ClusterIssue,
  ClusterStatus,
  FargateProfileSelector,
  FargateProfileStatus,
  LogType,
  SupportType,
  Update,
} from '@aws-sdk/client-eks';
import type { World } from '../../world.ts';
import type { Ec2Service } from '../ec2/ec2.ts';
import type { IamService } from '../iam/iam.ts';
import type { Principal } from '../service.ts';
import type { AutoMode } from './auto-mode.ts';
import type { PodIdentityRecord } from './pod-identity.ts';

/** Who or what may use a cluster's Kubernetes API, as an access entry says it. */
export interface AccessEntryRecord {
  readonly arn: string;
  readonly principalArn: string;
  readonly type: string;
  readonly createdAt: Date;
  modifiedAt: Date;
  username: string;
  groups: readonly string[];
  readonly tags: Record<string, string>;
  /** Policy ARN → when it was associated; the scope is always the cluster. */
  readonly policies: Map<string, { associatedAt: Date; modifiedAt: Date }>;
}

export interface FargateProfileRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly podExecutionRoleArn: string;
  readonly subnetIds: readonly string[];
  readonly selectors: readonly FargateProfileSelector[];
  readonly tags: Record<string, string>;
  readonly clientRequestToken?: string;
  status: FargateProfileStatus;
}

export interface AddonRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  modifiedAt: Date;
  version: string;
  serviceAccountRoleArn?: string;
  configurationValues?: string;
  readonly tags: Record<string, string>;
  /** What EKS's own work on it has come to; what its pods do to it is seen when it is described. */
  status: NonNullable<Addon['status']>;
  issues: readonly AddonIssue[];
  /** Set once its pods have had the time that EKS gives them. */
  overdue: boolean;
}

/** A cluster, from CreateCluster until it is gone. Plain data. */
export interface ClusterRecord {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly creator: Principal;
  readonly version: string;
  readonly roleArn: string;
  readonly issuer: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly clusterSecurityGroupId: string;
  readonly serviceCidr: string;
  readonly bootstrapAdmin: boolean;
  readonly bootstrapAddons: boolean;
  readonly clientRequestToken?: string;
  readonly autoMode?: AutoMode;
  readonly tags: Record<string, string>;
  status: ClusterStatus;
  /** Why it is FAILED. */
  issues: readonly ClusterIssue[];
  authenticationMode: AuthenticationMode;
  supportType: SupportType;
  deletionProtection: boolean;
  logTypes: readonly LogType[];
  endpointPublicAccess: boolean;
  endpointPrivateAccess: boolean;
  publicAccessCidrs: readonly string[];
  /** Set when the control plane is up. */
  endpoint?: string;
  /** Base64 of the PEM. */
  certificateAuthority?: string;
  /** The control plane's network interfaces. */
  interfaceIds: readonly string[];
  readonly accessEntries: Map<string, AccessEntryRecord>;
  readonly fargateProfiles: Map<string, FargateProfileRecord>;
  readonly addons: Map<string, AddonRecord>;
  /** By id. */
  readonly podIdentities: Map<string, PodIdentityRecord>;
  readonly updates: Map<string, Update & { readonly addonName?: string }>;
}

/** What EKS does in EC2 without an API call of the account's. */
type EksNetwork = Pick<
  Ec2Service,
  | 'region'
  | 'createManagedInterface'
  | 'deleteManagedInterface'
  | 'createClusterSecurityGroup'
  | 'deleteSecurityGroup'
>;

/** How EKS looks at the roles it is given. */
type EksRoles = Pick<IamService, 'findRole' | 'judgeTrust'>;

/** What the emulated EKS needs of the other emulated services. */
export interface EksDependencies {
  readonly ec2: EksNetwork;
  readonly iam: EksRoles;
}

/** What the parts of the emulated EKS share. */
export interface EksContext extends EksDependencies {
  readonly world: World;
  /** Region and name → cluster. */
  readonly clusters: Map<string, ClusterRecord>;
  /** Throws ResourceNotFoundException. */
  cluster(region: string, name: string | undefined): ClusterRecord;
  /** The region's clusters. */
  list(region: string): ClusterRecord[];
}

/** EKS itself, where it calls other services. */
export const eksPrincipal: Principal = {
  kind: 'service',
  arn: 'eks.amazonaws.com',
  userId: 'eks.amazonaws.com',
};

/** The key of a cluster in `EksContext.clusters`. */
export const clusterKey = (region: string, name: string): string => `${region}/${name}`;

/** The ARN of a cluster. */
export const clusterArn = ({ partition, account }: World, region: string, name: string): string =>
  `arn:${partition}:eks:${region}:${account}:cluster/${name}`;

/** An ARN of a part of a cluster: `fargateprofile/CLUSTER/NAME/UUID`. */
export function partArn(eks: EksContext, cluster: ClusterRecord, kind: string, name: string): string {
  const { partition, account, random } = eks.world;
  const id = [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');
  return `arn:${partition}:eks:${cluster.region}:${account}:${kind}/${cluster.name}/${name}/${id}`;
}
