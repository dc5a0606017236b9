import { type Addon, DescribeAddonCommand } from '@aws-sdk/client-eks';
import { orAbsent } from '../aws/absent.ts';
import { describeCluster, ownsCluster } from '../aws/cluster.ts';
import { describeStack, removeStack, stackNames, stackPhase, stackProgress } from '../aws/stacks.ts';
import type { Context } from '../context.ts';
import { writeClusterConfig } from './cluster-config.ts';
import { type Step, state } from './step.ts';

const addons = ['vpc-cni', 'coredns', 'kube-proxy'];

/**
 * Step 2 of the walkthrough: the add-ons that eksctl installs last. CoreDNS stays CREATING or DEGRADED until a Fargate
 * profile runs it, so only a failed creation counts against an add-on here.
 */
export const createAddons: Step = {
  id: 'addons',
  title: 'Install the EKS add-ons',
  subject: 'EKS add-ons',
  command: 'cluster',
  needs: ['oidc-provider'],
  comesWith: { step: 'cluster' },
  deadline: 1200,
  async check(context) {
    const { config } = context;
    if (!(await describeCluster(context))) return state.absent('no cluster');
    if (!(await ownsCluster(context))) return state.adopted("the cluster's own add-ons");
    const found = await Promise.all(addons.map((name) => describeAddon(context, name)));
    const missing = addons.filter((_, index) => !found[index]);
    if (missing.length > 0) {
      const stack = await describeStack(context, stackNames.vpcCni(config.cluster));
      return stack && stackPhase(stack) === 'in progress'
        ? state.pending(await stackProgress(context, stack))
        : state.absent(`not installed: ${missing.join(', ')}`);
    }
    const failed = found.find((addon) => addon?.status === 'CREATE_FAILED');
    if (failed) {
      const reason = failed.health?.issues?.[0]?.message ?? 'no reason given';
      return state.drifted(`add-on ${failed.addonName} failed: ${reason}`);
    }
    return state.ready(addons.join(', '));
  },
  async apply(context) {
    // eksctl makes the stack of vpc-cni's role before the add-on, and fails on one that an earlier run left.
    if (!(await describeAddon(context, 'vpc-cni'))) {
      await removeStack(context, stackNames.vpcCni(context.config.cluster));
    }
    await context.eksctl.createAddons(await writeClusterConfig(context));
  },
};

async function describeAddon({ aws, config }: Context, addonName: string): Promise<Addon | undefined> {
  const answer = await orAbsent(
    aws.eks.send(new DescribeAddonCommand({ clusterName: config.cluster, addonName })),
    'ResourceNotFoundException',
  );
  return answer?.addon;
}
