import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  ListAssociatedAccessPoliciesCommand,
  paginateListAccessEntries,
} from '@aws-sdk/client-eks';
import { orAbsent } from '../aws/absent.ts';
import { describeCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { isOurs, mark } from '../ownership.ts';
import { type State, type Step, state } from './step.ts';

/**
 * Full access to the cluster for a second role, for whoever is to tear it down: only the identity that makes a cluster
 * has access by itself. An EKS access entry with the policy AmazonEKSClusterAdminPolicy (EKS User Guide, "Review access
 * policy permissions"). It goes with a cluster of ours; in an adopted one it is taken back.
 */
export const grantAdminRole: Step = {
  id: 'admin-role',
  title: 'Give another role access to the cluster',
  subject: 'Access of another role',
  command: 'cluster',
  needs: ['cluster'],
  deadline: 120,
  // It may be the very role that tears down, which needs it for all the rest.
  removeLast: true,
  wanted: ({ config }) => config.adminRoleArn !== undefined,
  async check(context) {
    const cluster = await describeCluster(context);
    if (!cluster || cluster.status === 'DELETING') return state.absent('no cluster');
    if (cluster.status === 'CREATING') return state.pending('the cluster is being created');
    if (cluster.accessConfig?.authenticationMode === 'CONFIG_MAP') return withoutEntries(context);
    return checkEntries(context, await ownEntries(context));
  },
  async apply(context) {
    const { aws, config } = context;
    const target = { clusterName: config.cluster, principalArn: config.adminRoleArn };
    if (!(await findEntry(context, config.adminRoleArn)))
      await aws.eks.send(new CreateAccessEntryCommand({ ...target, tags: mark(config) }));
    await aws.eks.send(
      new AssociateAccessPolicyCommand({
        ...target,
        policyArn: await adminPolicyArn(context),
        accessScope: { type: 'cluster' },
      }),
    );
  },
  async remove(context) {
    for (const principalArn of await ownEntries(context)) {
      await context.aws.eks.send(
        new DeleteAccessEntryCommand({ clusterName: context.config.cluster, principalArn }),
      );
    }
  },
};

async function checkEntries(context: Context, ours: readonly string[]): Promise<State> {
  const { adminRoleArn, cluster } = context.config;
  const ownOnes = ours.length > 0 ? state.ready(ours.join(', ')) : undefined;
  if (!adminRoleArn) return ownOnes ?? state.absent('no other role');
  const entry = await findEntry(context, adminRoleArn);
  if (!entry) {
    const evidence = `no access for ${adminRoleArn}`;
    return ownOnes ? state.drifted(evidence) : state.absent(evidence);
  }
  const policyArn = await adminPolicyArn(context);
  if (await isAdmin(context, adminRoleArn))
    return ownOnes ?? state.adopted(`${adminRoleArn} has access already`);
  const evidence = `${adminRoleArn} has an access entry, but not with full access`;
  if (ours.includes(adminRoleArn)) return state.drifted(evidence);
  return state.inTheWay(
    `${evidence}, and it is not ours`,
    `aws eks associate-access-policy --cluster-name ${cluster} --principal-arn ${adminRoleArn} --policy-arn ${policyArn} --access-scope type=cluster --region ${context.config.region}`,
  );
}

/** A cluster whose only list of who has access is a ConfigMap: it has no access entries. */
function withoutEntries({ config }: Context): State {
  if (!config.adminRoleArn) return state.absent('no other role');
  return state.inTheWay(
    `the cluster's authentication mode is CONFIG_MAP: it has no access entries`,
    `aws eks update-cluster-config --name ${config.cluster} --access-config authenticationMode=API_AND_CONFIG_MAP --region ${config.region}`,
  );
}

async function adminPolicyArn({ aws }: Context): Promise<string> {
  const { partition } = await aws.identity();
  return `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;
}

async function findEntry({ aws, config }: Context, principalArn: string | undefined) {
  const answer = await orAbsent(
    aws.eks.send(new DescribeAccessEntryCommand({ clusterName: config.cluster, principalArn })),
    'ResourceNotFoundException',
  );
  return answer?.accessEntry;
}

async function isAdmin(context: Context, principalArn: string): Promise<boolean> {
  const { associatedAccessPolicies = [] } = await context.aws.eks.send(
    new ListAssociatedAccessPoliciesCommand({ clusterName: context.config.cluster, principalArn }),
  );
  const wanted = await adminPolicyArn(context);
  return associatedAccessPolicies.some(
    ({ policyArn, accessScope }) => policyArn === wanted && accessScope?.type === 'cluster',
  );
}

/** The roles with an access entry that carries our mark. */
async function ownEntries(context: Context): Promise<string[]> {
  const { aws, config } = context;
  const ours: string[] = [];
  for await (const page of paginateListAccessEntries({ client: aws.eks }, { clusterName: config.cluster })) {
    for (const principalArn of page.accessEntries ?? []) {
      const entry = await findEntry(context, principalArn);
      if (isOurs(config, entry?.tags)) ours.push(principalArn);
    }
  }
  return ours;
}
