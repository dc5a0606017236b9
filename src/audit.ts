import { paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetPolicyCommand, GetRoleCommand, paginateListRoles } from '@aws-sdk/client-iam';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { findControllerGroups, findObstacles, ofNetwork } from './audit-network.ts';
import { orAbsent } from './aws/absent.ts';
import { adoptedCluster, describeCluster } from './aws/cluster.ts';
import { describeFargateProfiles } from './aws/fargate-profiles.ts';
import { stackNames } from './aws/stacks.ts';
import type { Config } from './config/config.ts';
import type { Context } from './context.ts';
import { explain } from './errors/explain.ts';
import type { UserError } from './errors/user-error.ts';
import { lockPrefix } from './lock/lock-groups.ts';
import { isOurs, markKey } from './ownership.ts';
import { controllerNamespace } from './pins.ts';
import { findProvider } from './steps/associate-oidc-provider.ts';
import { policyArn } from './steps/create-policy.ts';
import { findEntries, userKubeconfigPath } from './user-kubeconfig.ts';

/** Something of ours that still exists. */
export interface Leftover {
  readonly kind: string;
  readonly id: string;
  /** The command that removes it. */
  readonly remove: string;
  /** What else there is to say: that it is not ours, but in the way. */
  readonly note?: string;
}

/** What could not be looked for: unknown, and never absent. */
export interface Unseen {
  /** `NAT gateways` */
  readonly kind: string;
  readonly why: string;
  readonly fix: string;
  readonly error: UserError;
}

/** What an audit came to. */
export interface Audit {
  readonly leftovers: readonly Leftover[];
  readonly unknown: readonly Unseen[];
}

/** How one kind of things is looked for. Throws when its service cannot be asked. */
export type Finder = (context: Context) => Promise<Leftover[]>;

/**
 * Looks for everything that a run can have left in AWS. Tags find candidates, and each is confirmed by asking its own
 * service: the tagging API lists what is deleted for hours. What has another owner's mark, or none, is not looked for.
 */
export async function audit(context: Context): Promise<Audit> {
  const chosen = Object.entries(context.keepCluster ? ofInstallation : { ...ofInstallation, ...ofCluster });
  const unknown: Unseen[] = [];
  const found = await Promise.all(
    chosen.map(async ([kind, find]) => {
      try {
        return await find(context);
      } catch (error) {
        context.signal.throwIfAborted();
        unknown.push(unseen(kind, explain(error)));
        return [];
      }
    }),
  );
  // What is ours may also be what holds the network.
  const leftovers = found.flat();
  return {
    leftovers: leftovers.filter(({ id }, at) => leftovers.findIndex((one) => one.id === id) === at),
    unknown,
  };
}

function unseen(kind: string, error: UserError): Unseen {
  const { what, why, fix } = error;
  return { kind, why: why ? `${what}: ${why.split('\n')[0]}` : what, fix, error };
}

const findStacks: Finder = async ({ aws, config, keepCluster }) => {
  const stacks: Leftover[] = [];
  const role = serviceAccountStack(config);
  for await (const page of paginateDescribeStacks({ client: aws.cloudFormation }, {})) {
    for (const { StackName = '', Tags } of page.Stacks ?? []) {
      if (!isOurs(config, Tags) || (keepCluster && StackName !== role)) continue;
      const remove = `aws cloudformation delete-stack --stack-name ${StackName} --region ${config.region}`;
      stacks.push({ kind: 'CloudFormation stack', id: StackName, remove });
    }
  }
  return stacks;
};

const findCluster: Finder = async (context) => {
  const cluster = await describeCluster(context);
  const { region } = context.config;
  if (!cluster || !isOurs(context.config, cluster.tags)) return [];
  const remove = `aws eks delete-cluster --name ${cluster.name} --region ${region}`;
  return [{ kind: 'EKS cluster', id: cluster.name ?? '', remove }];
};

const findPolicy: Finder = async (context) => {
  const PolicyArn = await policyArn(context);
  const answer = await orAbsent(
    context.aws.iam.send(new GetPolicyCommand({ PolicyArn })),
    'NoSuchEntityException',
  );
  if (!answer || !isOurs(context.config, answer.Policy?.Tags)) return [];
  return [{ kind: 'IAM policy', id: PolicyArn, remove: `aws iam delete-policy --policy-arn ${PolicyArn}` }];
};

const serviceAccountStack = ({ cluster, serviceAccount }: Config): string =>
  stackNames.serviceAccount(cluster, controllerNamespace, serviceAccount);

/** eksctl's roles begin with the names of their stacks and have their tags; ListRoles does not tell these. */
const findRoles: Finder = async ({ aws, config, keepCluster }) => {
  const roles: Leftover[] = [];
  const prefix = `eksctl-${config.cluster}-`;
  // Not by what it is: CloudFormation cuts long names of stacks in those of roles.
  const kept = keepCluster ? [`${prefix}cluster-`, `${prefix}addon-vpc-cni-`] : [];
  for await (const page of paginateListRoles({ client: aws.iam }, {})) {
    for (const { RoleName = '' } of page.Roles ?? []) {
      if (!RoleName.startsWith(prefix) || kept.some((one) => RoleName.startsWith(one))) continue;
      const role = await orAbsent(aws.iam.send(new GetRoleCommand({ RoleName })), 'NoSuchEntityException');
      if (isOurs(config, role?.Role?.Tags))
        roles.push({ kind: 'IAM role', id: RoleName, remove: `aws iam delete-role --role-name ${RoleName}` });
    }
  }
  return roles;
};

const findOidcProvider: Finder = async (context) => {
  const provider = await findProvider(context);
  if (!provider || !isOurs(context.config, provider.tags)) return [];
  const remove = `aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${provider.arn}`;
  return [{ kind: 'IAM OIDC provider', id: provider.arn, remove }];
};

/** EKS makes it without tags, for the cluster of that name; while that is somebody else's, so is the group. */
const findLogGroup: Finder = async (context) => {
  if (await adoptedCluster(context)) return [];
  const { aws, config } = context;
  const name = `/aws/eks/${config.cluster}/cluster`;
  const { logGroups = [] } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  return logGroups
    .filter(({ logGroupName }) => logGroupName === name)
    .map(() => ({
      kind: 'CloudWatch log group',
      id: name,
      remove: `aws logs delete-log-group --log-group-name ${name} --region ${config.region}`,
    }));
};

/** The lock of another run: teardown breaks stale ones, so that this is one that came just now. Its own is let go. */
const findLocks: Finder = async ({ aws, config, lock }) => {
  const locks: Leftover[] = [];
  const pages = paginateDescribeLogGroups({ client: aws.logs }, { logGroupNamePrefix: lockPrefix(config) });
  for await (const page of pages) {
    for (const { logGroupName: id = '' } of page.logGroups ?? []) {
      if (id === lock.name) continue;
      const remove = `aws logs delete-log-group --log-group-name ${id} --region ${config.region}`;
      locks.push({ kind: 'Lock (CloudWatch log group)', id, remove });
    }
  }
  return locks;
};

/** Load balancers and target groups: candidates by the tagging API, confirmed by the ELB API. */
const findLoadBalancing: Finder = async ({ aws, config }) => {
  const candidates: string[] = [];
  const pages = paginateGetResources(
    { client: aws.tagging },
    {
      TagFilters: [{ Key: markKey, Values: [config.cluster] }],
      ResourceTypeFilters: ['elasticloadbalancing:loadbalancer', 'elasticloadbalancing:targetgroup'],
    },
  );
  for await (const page of pages) {
    candidates.push(...(page.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN ?? ''));
  }
  const leftovers = await Promise.all(
    candidates.map(async (arn): Promise<Leftover[]> => {
      const balancer = arn.includes(':loadbalancer/');
      const there = balancer
        ? await orAbsent(
            aws.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })),
            'LoadBalancerNotFoundException',
          )
        : await orAbsent(
            aws.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] })),
            'TargetGroupNotFoundException',
          );
      if (!there) return [];
      const [kind, verb] = balancer ? ['Load balancer', 'load-balancer'] : ['Target group', 'target-group'];
      const remove = `aws elbv2 delete-${verb} --${verb}-arn ${arn} --region ${config.region}`;
      return [{ kind, id: arn, remove }];
    }),
  );
  return leftovers.flat();
};

const findKubeconfig: Finder = async (context) => {
  const { account } = await context.aws.identity();
  const { cluster, region } = context.config;
  const path = userKubeconfigPath();
  const { whose } = await findEntries(path, { account, region, cluster });
  const remove = `lbc-setup teardown --cluster ${cluster} --region ${region}`;
  return whose === 'ours' ? [{ kind: 'Entry in your kubeconfig', id: path, remove }] : [];
};

/** Profiles of ours in a cluster of somebody else; those of a cluster of ours go with it, or hold it. */
const findProfiles: Finder = async (context) => {
  if (!(await describeCluster(context))) return [];
  const { cluster, region } = context.config;
  const own = (await describeFargateProfiles(context)).filter(({ tags }) => isOurs(context.config, tags));
  return own.map(({ fargateProfileName: id = '' }) => ({
    kind: 'Fargate profile',
    id,
    remove: `aws eks delete-fargate-profile --cluster-name ${cluster} --fargate-profile-name ${id} --region ${region}`,
  }));
};

/** What is left of the controller, of the samples and of their IAM. */
const ofInstallation: Readonly<Record<string, Finder>> = {
  'CloudFormation stacks': findStacks,
  'Load balancers and target groups': findLoadBalancing,
  'Security groups of the controller': findControllerGroups,
  'IAM roles': findRoles,
  'IAM policy': findPolicy,
};

/** What is left of the cluster, which `--keep-cluster` is not about. */
const ofCluster: Readonly<Record<string, Finder>> = {
  'EKS cluster': findCluster,
  'Fargate profiles': findProfiles,
  ...ofNetwork,
  'What others have in the VPC': findObstacles,
  'IAM OIDC provider': findOidcProvider,
  'CloudWatch log group': findLogGroup,
  'Entry in your kubeconfig': findKubeconfig,
  Locks: findLocks,
};
