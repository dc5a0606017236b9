import type {
  CreateFargateProfileRequest,
  CreateFargateProfileResponse,
  DeleteFargateProfileRequest,
  DeleteFargateProfileResponse,
  DescribeFargateProfileRequest,
  DescribeFargateProfileResponse,
  FargateProfile,
  ListFargateProfilesRequest,
  ListFargateProfilesResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import type { Call, Handler } from '../service.ts';
import { addFargateEntry } from './access.ts';
import { checkTags } from './cluster-request.ts';
import { inUse, invalidParameter, invalidRequest, notFound } from './errors.ts';
import { evictPods } from './evict-pods.ts';
import { isPrivate } from './private-subnets.ts';
import { assumableBy } from './roles.ts';
import { type ClusterRecord, type EksContext, type FargateProfileRecord, partArn } from './state.ts';

/** facts/pitfalls.md, typical durations, in simulated seconds. */
const durations = { create: [60, 120], delete: [60, 180] } as const;

function description(cluster: ClusterRecord, profile: FargateProfileRecord): FargateProfile {
  return {
    fargateProfileName: profile.name,
    fargateProfileArn: profile.arn,
    clusterName: cluster.name,
    createdAt: profile.createdAt,
    podExecutionRoleArn: profile.podExecutionRoleArn,
    subnets: [...profile.subnetIds],
    selectors: [...profile.selectors],
    status: profile.status,
    tags: { ...profile.tags },
    // EKS API reference, FargateProfileIssue; the sentence is a guess.
    health: {
      issues:
        profile.status === 'CREATE_FAILED'
          ? [
              {
                code: 'InternalFailure',
                message: 'The Fargate profile could not be created.',
                resourceIds: [],
              },
            ]
          : [],
    },
  };
}

/** What the fault list is asked when a profile should be ACTIVE; `{ kind: 'behave', how: 'create-failed' }` fails it. */
const creationCall = (name: string): string => `eks create fargate-profile ${name}`;

/** The same when one is deleted, which takes up to twenty minutes; a `delay` is added. */
const deletionCall = (name: string): string => `eks delete fargate-profile ${name}`;

/** Only one profile of a cluster changes at a time (facts/pitfalls.md P14; "Delete" is EKS's spelling). */
function refuseWhileChanging(cluster: ClusterRecord, verb: 'create' | 'Delete', name: string): void {
  const busy = [...cluster.fargateProfiles.values()].find(
    ({ status }) => status === 'CREATING' || status === 'DELETING',
  );
  if (!busy) return;
  throw inUse(
    `Cannot ${verb} Fargate Profile ${name} because cluster ${cluster.name} currently has Fargate profile ${busy.name} in status ${busy.status}`,
  );
}

function checkSelectors(input: CreateFargateProfileRequest): void {
  const selectors = input.selectors ?? [];
  if (selectors.length < 1 || selectors.length > 5) {
    throw invalidParameter('Fargate Profile must have between 1 and 5 selectors');
  }
  if (selectors.some(({ namespace }) => !namespace)) {
    throw invalidParameter('Fargate Profile selector must have a namespace');
  }
  if (input.fargateProfileName?.startsWith('eks-')) {
    throw invalidParameter(`The fargate profile name cannot start with the reserved prefix: 'eks-'`);
  }
}

function subnetsFor(
  eks: EksContext,
  cluster: ClusterRecord,
  given: readonly string[] = [],
): readonly string[] {
  const region = eks.ec2.region(cluster.region);
  if (given.length === 0) {
    const found = cluster.subnetIds.filter((id) => isPrivate(region, id));
    if (found.length > 0) return found;
    throw invalidParameter(`Cluster ${cluster.name} has no private subnets`);
  }
  for (const id of given) {
    if (region.subnets.get(id)?.vpcId !== cluster.vpcId) {
      throw invalidParameter(`The subnet ID '${id}' does not exist`);
    }
    // awslabs/eks-perf-tests#195
    if (!isPrivate(region, id)) {
      throw invalidParameter(`Subnet ${id} provided in Fargate Profile is not a private subnet`);
    }
  }
  return given;
}

function checkCluster(cluster: ClusterRecord, name: string): void {
  if (cluster.status !== 'ACTIVE' && cluster.status !== 'UPDATING') {
    throw invalidRequest(
      `Cannot create Fargate Profile ${name} because cluster ${cluster.name} is not ACTIVE (${cluster.status})`,
    );
  }
  if (cluster.fargateProfiles.has(name)) {
    throw inUse('A Fargate Profile already exists with this name in this cluster.');
  }
  refuseWhileChanging(cluster, 'create', name);
}

function newProfile(
  eks: EksContext,
  cluster: ClusterRecord,
  input: CreateFargateProfileRequest,
  call: Call,
): FargateProfileRecord {
  const { fargateProfileName: name = '', podExecutionRoleArn = '', selectors = [], tags = {} } = input;
  checkSelectors(input);
  checkTags(tags, call.principal.kind === 'service');
  checkCluster(cluster, name);
  const subnetIds = subnetsFor(eks, cluster, input.subnets);
  const arn = partArn(eks, cluster, 'fargateprofile', name);
  if (!assumableBy(eks, podExecutionRoleArn, 'eks-fargate-pods.amazonaws.com', arn)) {
    throw invalidParameter(
      'Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal',
    );
  }
  return {
    name,
    arn,
    createdAt: eks.world.clock.now(),
    podExecutionRoleArn,
    subnetIds,
    selectors,
    tags: { ...tags },
    clientRequestToken: input.clientRequestToken,
    status: 'CREATING',
  };
}

/** CreateFargateProfile, DescribeFargateProfile, ListFargateProfiles and DeleteFargateProfile. */
export function fargateProfileHandlers(eks: EksContext): Record<string, Handler> {
  const { clock, random } = eks.world;
  const find = (cluster: ClusterRecord, name = ''): FargateProfileRecord => {
    const profile = cluster.fargateProfiles.get(name);
    if (!profile) throw notFound(`No Fargate Profile found with name: ${name}.`);
    return profile;
  };
  return {
    CreateFargateProfile: operation<CreateFargateProfileRequest>(
      [
        'fargateProfileName',
        'clusterName',
        'podExecutionRoleArn',
        'subnets',
        'selectors',
        'clientRequestToken',
        'tags',
      ],
      (input, call): CreateFargateProfileResponse => {
        const cluster = eks.cluster(call.region, input.clusterName);
        const profile = newProfile(eks, cluster, input, call);
        cluster.fargateProfiles.set(profile.name, profile);
        addFargateEntry(eks, cluster, profile.podExecutionRoleArn);
        clock.after(random.integer(...durations.create), () => {
          const fault = eks.world.faults.match('tool', creationCall(profile.name));
          const fails = fault?.kind === 'behave' && fault.how === 'create-failed';
          profile.status = fails ? 'CREATE_FAILED' : 'ACTIVE';
        });
        return { fargateProfile: description(cluster, profile) };
      },
    ),
    DescribeFargateProfile: operation<DescribeFargateProfileRequest>(
      ['clusterName', 'fargateProfileName'],
      (input, call): DescribeFargateProfileResponse => {
        const cluster = eks.cluster(call.region, input.clusterName);
        return { fargateProfile: description(cluster, find(cluster, input.fargateProfileName)) };
      },
    ),
    ListFargateProfiles: operation<ListFargateProfilesRequest>(
      ['clusterName', 'maxResults', 'nextToken'],
      (input, call): ListFargateProfilesResponse => {
        const names = [...eks.cluster(call.region, input.clusterName).fargateProfiles.keys()];
        const page = { token: input.nextToken, limit: input.maxResults };
        const { items, nextToken } = paginate(eks.world, names, page);
        return { fargateProfileNames: items, nextToken };
      },
    ),
    DeleteFargateProfile: operation<DeleteFargateProfileRequest>(
      ['clusterName', 'fargateProfileName'],
      async (input, call): Promise<DeleteFargateProfileResponse> => {
        const cluster = eks.cluster(call.region, input.clusterName);
        const profile = find(cluster, input.fargateProfileName);
        refuseWhileChanging(cluster, 'Delete', profile.name);
        profile.status = 'DELETING';
        const fault = eks.world.faults.match('tool', deletionCall(profile.name));
        const longer = fault?.kind === 'delay' ? fault.seconds : 0;
        clock.after(random.integer(...durations.delete) + longer, () => {
          cluster.fargateProfiles.delete(profile.name);
        });
        await evictPods(eks, cluster, profile.name);
        return { fargateProfile: description(cluster, profile) };
      },
    ),
  };
}
