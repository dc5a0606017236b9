import { type CommandTable, row } from './row.ts';

const profile = '--cluster-name walk --fargate-profile-name pods';
const addon = '--cluster-name walk --addon-name metrics-server';
const entry = '--cluster-name walk --principal-arn arn:aws:iam::123456789012:role/reader';
const association = '--cluster-name walk --namespace default --service-account default';
const admin = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

export const eks: CommandTable = {
  command: 'eks',
  service: 'eks',
  rows: [
    row('DescribeClusterVersions', '', { shows: '"clusterVersion": "1.35"' }),
    row('DescribeAddonVersions', '--addon-name coredns', { shows: '"publisher": "eks"' }),
    row('DescribeAddonConfiguration', '--addon-name coredns --addon-version v1.12.4-eksbuild.1', {
      shows: 'replicaCount',
    }),
    row(
      'CreateCluster',
      '--name walk --role-arn {role} --resources-vpc-config subnetIds={subnetA},{subnetC},{spare} --access-config authenticationMode=API_AND_CONFIG_MAP',
      { shows: '"status": "CREATING"', save: { clusterArn: 'cluster.arn' } },
    ),
    row('ListClusters', '', { shows: '"walk"' }),
    row('DescribeCluster', '--name walk', {
      shows: '"status": "ACTIVE"',
      waits: true,
      save: { clusterIssuer: 'cluster.identity.oidc.issuer' },
    }),
    row('TagResource', '--resource-arn {clusterArn} --tags a=b'),
    row('ListTagsForResource', '--resource-arn {clusterArn}', { shows: '"a": "b"' }),
    row('UntagResource', '--resource-arn {clusterArn} --tag-keys a'),
    row('UpdateClusterConfig', '--name walk --resources-vpc-config endpointPrivateAccess=true', {
      shows: '"type": "EndpointAccessUpdate"',
      save: { update: 'update.id' },
    }),
    row('ListUpdates', '--name walk', { shows: '{update}' }),
    row('DescribeUpdate', '--name walk --update-id {update}', {
      shows: '"status": "Successful"',
      waits: true,
    }),
    row('CreateAddon', addon, { shows: '"status": "CREATING"' }),
    row('DescribeAddon', addon, { shows: '"addonVersion": "v' }),
    row('ListAddons', '--cluster-name walk', { shows: '"metrics-server"' }),
    row('UpdateAddon', `${addon} --resolve-conflicts PRESERVE`, { shows: '"type": "AddonUpdate"' }),
    row('DeleteAddon', addon, { shows: '"metrics-server"' }),
    row('CreateAccessEntry', entry, { shows: '"type": "STANDARD"' }),
    row('DescribeAccessEntry', entry, { shows: 'role/reader' }),
    row('ListAccessEntries', '--cluster-name walk', { shows: 'role/reader' }),
    row('AssociateAccessPolicy', `${entry} --policy-arn ${admin} --access-scope type=cluster`, {
      shows: '"type": "cluster"',
    }),
    row('ListAssociatedAccessPolicies', entry, { shows: 'AmazonEKSClusterAdminPolicy' }),
    row('DisassociateAccessPolicy', `${entry} --policy-arn ${admin}`),
    row('DeleteAccessEntry', entry),
    row(
      'CreateFargateProfile',
      `${profile} --pod-execution-role-arn {role} --subnets {spare} --selectors namespace=pods`,
      { shows: '"status": "CREATING"' },
    ),
    row('DescribeFargateProfile', profile, { shows: '"status": "ACTIVE"', waits: true }),
    row('ListFargateProfiles', '--cluster-name walk', { shows: '"pods"' }),
    row('ListNodegroups', '--cluster-name walk', { shows: '"nodegroups": []' }),
    row('DescribeNodegroup', '--cluster-name walk --nodegroup-name nobody', {
      refused: 'ResourceNotFoundException',
    }),
    row('CreatePodIdentityAssociation', `${association} --role-arn {role}`, {
      shows: '"serviceAccount": "default"',
      save: { podIdentity: 'association.associationId' },
    }),
    row('ListPodIdentityAssociations', '--cluster-name walk', { shows: '{podIdentity}' }),
    row('DeletePodIdentityAssociation', '--cluster-name walk --association-id {podIdentity}', {
      shows: '{podIdentity}',
    }),
    row('ListIdentityProviderConfigs', '--cluster-name walk', { shows: '"identityProviderConfigs": []' }),
    row('ListCapabilities', '--cluster-name walk', { shows: '"capabilities": []' }),
    row('ListInsights', '--cluster-name walk', { shows: '"insights": []' }),
  ],
};

/** Roles that are taken on, one by a token of the cluster. */
export const roles: CommandTable = {
  command: 'sts',
  service: 'sts',
  rows: [
    row('AssumeRole', '--role-arn {role} --role-session-name me', { shows: 'assumed-role/walker/me' }),
    row(
      'AssumeRoleWithWebIdentity',
      '--role-arn {irsa} --role-session-name pod --web-identity-token {token}',
      { shows: 'system:serviceaccount:default:default' },
    ),
  ],
};

export const eksEnd: CommandTable = {
  command: 'eks',
  service: 'eks',
  rows: [
    row('DeleteFargateProfile', profile, { shows: '"status": "DELETING"' }),
    row('ListFargateProfiles', '--cluster-name walk', { shows: '"fargateProfileNames": []', waits: true }),
    row('DeleteCluster', '--name walk', { shows: '"status": "DELETING"' }),
    row('ListClusters', '', { shows: '"clusters": []', waits: true }),
  ],
};
