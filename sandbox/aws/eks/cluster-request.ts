import type { CreateClusterRequest, Logging, LogType, VpcConfigRequest } from '@aws-sdk/client-eks';
import { AwsError, NotEmulated } from '../service.ts';
import { inUse, invalidParameter } from './errors.ts';
import { assumableBy } from './roles.ts';
import { clusterArn, clusterKey, type EksContext } from './state.ts';
import { supportOf } from './versions.ts';

const namePattern = /^[0-9A-Za-z][A-Za-z0-9\-_]{0,99}$/;
const allLogTypes: readonly LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** The control plane log types in the order EKS prints them, those wanted and the rest. */
export function partitionLogTypes(wanted: readonly LogType[]): { on: LogType[]; off: LogType[] } {
  return {
    on: allLogTypes.filter((type) => wanted.includes(type)),
    off: allLogTypes.filter((type) => !wanted.includes(type)),
  };
}

/** The log types that are on after a change. */
export function applyLogging(current: readonly LogType[], change: Logging | undefined): LogType[] {
  const wanted = new Set(current);
  for (const { types = [], enabled } of change?.clusterLogging ?? []) {
    for (const type of types) {
      if (!allLogTypes.includes(type)) throw invalidParameter(`Invalid log type: ${type}`);
      if (enabled) wanted.add(type);
      else wanted.delete(type);
    }
  }
  return partitionLogTypes([...wanted]).on;
}

function refuseNotEmulated(input: CreateClusterRequest): void {
  const { kubernetesNetworkConfig, accessConfig, resourcesVpcConfig } = input;
  const refused: [condition: boolean | undefined, what: string][] = [
    [kubernetesNetworkConfig?.ipFamily === 'ipv6', 'IPv6 clusters'],
    [
      !(kubernetesNetworkConfig?.serviceIpv4Cidr ?? '/16').endsWith('/16'),
      'a serviceIpv4Cidr that is not a /16',
    ],
    [
      accessConfig?.authenticationMode === undefined ? false : !isMode(accessConfig.authenticationMode),
      'this authentication mode',
    ],
    [resourcesVpcConfig?.controlPlaneEgressMode !== undefined, 'controlPlaneEgressMode of EKS clusters'],
  ];
  const found = refused.find(([condition]) => condition);
  if (found) throw new NotEmulated(found[1]);
}

const isMode = (mode: string): boolean => ['API', 'API_AND_CONFIG_MAP', 'CONFIG_MAP'].includes(mode);

function checkVersion(input: CreateClusterRequest, version: string): void {
  const support = supportOf(version);
  if (!support) throw invalidParameter('unsupported Kubernetes version');
  if (support === 'extended' && input.upgradePolicy?.supportType === 'STANDARD') {
    throw invalidParameter(`Kubernetes version ${version} is not in standard support`);
  }
}

/**
 * The VPC that the subnets are in.
 * @throws AwsError `InvalidParameterException` as EKS words it.
 */
function checkNetwork(eks: EksContext, region: string, vpc: VpcConfigRequest | undefined): string {
  const known = eks.ec2.region(region);
  const subnets = (vpc?.subnetIds ?? []).map((id) => {
    const subnet = known.subnets.get(id);
    if (!subnet) throw invalidParameter(`The subnet ID '${id}' does not exist`);
    return subnet;
  });
  if (new Set(subnets.map(({ zone }) => zone)).size < 2) {
    throw invalidParameter('Subnets specified must be in at least two different AZs');
  }
  const vpcIds = [...new Set(subnets.map(({ vpcId }) => vpcId))];
  if (vpcIds.length > 1) throw invalidParameter('Subnets specified must be in the same VPC');
  const vpcId = vpcIds[0] ?? '';
  for (const id of vpc?.securityGroupIds ?? []) {
    if (known.securityGroups.get(id)?.vpcId !== vpcId) {
      throw invalidParameter(`Security group(s) [${id}] are not in the same VPC as the subnets`);
    }
  }
  if (vpc?.endpointPublicAccess === false && !vpc.endpointPrivateAccess) {
    throw invalidParameter('Private and public endpoint access cannot be false');
  }
  return vpcId;
}

/**
 * Refuses a CreateCluster request that EKS would refuse, or that asks for what the rehearsal lacks.
 * @returns the VPC of the cluster.
 */
export function checkClusterRequest(
  eks: EksContext,
  region: string,
  input: CreateClusterRequest,
  version: string,
): string {
  refuseNotEmulated(input);
  const { name = '', roleArn = '' } = input;
  if (!namePattern.test(name)) {
    throw invalidParameter(
      'The cluster name must begin with a letter or a number, can contain only letters, numbers, hyphens and underscores, and have at most 100 characters.',
    );
  }
  if (eks.clusters.has(clusterKey(region, name))) throw inUse(`Cluster already exists with name: ${name}`);
  checkVersion(input, version);
  const vpcId = checkNetwork(eks, region, input.resourcesVpcConfig);
  if (!assumableBy(eks, roleArn, 'eks.amazonaws.com', clusterArn(eks.world, region, name))) {
    throw invalidParameter(
      `Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`,
    );
  }
  return vpcId;
}

/** Tags may not begin with `aws:` unless AWS itself sets them. */
export function checkTags(tags: Readonly<Record<string, string>> | undefined, byAws: boolean): void {
  const reserved = Object.keys(tags ?? {}).find((key) => key.startsWith('aws:'));
  if (reserved && !byAws) {
    throw new AwsError(
      'InvalidParameterException',
      `Tag keys may not start with the reserved prefix: 'aws:'`,
    );
  }
}
