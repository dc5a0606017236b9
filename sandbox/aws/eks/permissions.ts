import type { AccessQuestion, AccessQuestions, Call } from '../service.ts';
import { type ClusterRecord, clusterArn, clusterKey, type EksContext } from './state.ts';

// Actions and resource types: Service Authorization Reference, "Amazon Elastic Kubernetes Service".

interface Input {
  readonly name?: string;
  readonly clusterName?: string;
  readonly resourceArn?: string;
  readonly fargateProfileName?: string;
  readonly addonName?: string;
  readonly principalArn?: string;
  readonly roleArn?: string;
  readonly podExecutionRoleArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

type Resource = Required<AccessQuestion>['resources'][number];

/** A part of a cluster: the middle of its ARN, and how it is found. */
interface Part {
  readonly kind: string;
  name(input: Input): string;
  find(cluster: ClusterRecord, input: Input): Resource | undefined;
}

const profile: Part = {
  kind: 'fargateprofile',
  name: ({ fargateProfileName = '' }) => fargateProfileName,
  find: (cluster, { fargateProfileName = '' }) => cluster.fargateProfiles.get(fargateProfileName),
};
const addon: Part = {
  kind: 'addon',
  name: ({ addonName = '' }) => addonName,
  find: (cluster, { addonName = '' }) => cluster.addons.get(addonName),
};
const entry: Part = {
  kind: 'access-entry',
  name: ({ principalArn = '' }) => principalArn.split('/').at(-1) ?? '',
  find: (cluster, { principalArn = '' }) => cluster.accessEntries.get(principalArn),
};

/** The operations on parts of a cluster; all others are about the cluster, if they are about anything. */
const parts: Readonly<Record<string, Part>> = {
  DescribeFargateProfile: profile,
  DeleteFargateProfile: profile,
  DescribeAddon: addon,
  UpdateAddon: addon,
  DeleteAddon: addon,
  DescribeAccessEntry: entry,
  DeleteAccessEntry: entry,
  AssociateAccessPolicy: entry,
  DisassociateAccessPolicy: entry,
  ListAssociatedAccessPolicies: entry,
};

/** Operation → the role that it hands over, and to whom (IAM user guide, "Grant a user permissions to pass a role to an AWS service"). */
const passed: Readonly<
  Record<string, { readonly member: 'roleArn' | 'podExecutionRoleArn'; readonly service: string }>
> = {
  CreateCluster: { member: 'roleArn', service: 'eks.amazonaws.com' },
  CreateFargateProfile: { member: 'podExecutionRoleArn', service: 'eks-fargate-pods.amazonaws.com' },
};

/** Operation → what it makes; with tags it needs eks:TagResource on that (github.com/aws/aws-cdk/issues/7163). */
const made: Readonly<Record<string, Part | undefined>> = {
  CreateCluster: undefined,
  CreateFargateProfile: profile,
  CreateAddon: addon,
  CreateAccessEntry: entry,
};

/** What IAM is asked about a call to EKS. */
export function eksAccess(eks: EksContext): AccessQuestions {
  const { world, clusters } = eks;
  const about = (input: Input, region: string, part: Part | undefined): Resource | undefined => {
    if (input.resourceArn) return { arn: input.resourceArn };
    const name = input.clusterName ?? input.name;
    if (name === undefined) return undefined;
    const cluster = clusters.get(clusterKey(region, name));
    if (!part) return { arn: clusterArn(world, region, name), tags: cluster?.tags };
    const { partition, account } = world;
    const arn = `arn:${partition}:eks:${region}:${account}:${part.kind}/${name}/${part.name(input)}/*`;
    const found = cluster && part.find(cluster, input);
    return found ? { arn: found.arn, tags: found.tags } : { arn };
  };
  return (input: Input, { operation, region }: Call) => {
    const { tags: requestTags = {} } = input;
    const resource = about(input, region, parts[operation]);
    const target = about(input, region, made[operation]);
    const tagging: AccessQuestion[] =
      operation in made && target && Object.keys(requestTags).length > 0
        ? [{ action: 'eks:TagResource', resources: [target], requestTags }]
        : [];
    const handed = passed[operation];
    const arn = handed && input[handed.member];
    const passing: AccessQuestion[] =
      handed && arn !== undefined
        ? [
            {
              action: 'iam:PassRole',
              resources: [{ arn }],
              conditions: { 'iam:PassedToService': handed.service },
            },
          ]
        : [];
    return [{ resources: resource && [resource], requestTags }, ...tagging, ...passing];
  };
}
