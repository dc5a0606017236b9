import { DescribeAddonCommand } from '@aws-sdk/client-eks';
import { orAbsent } from '../aws/absent.ts';
import { describeCluster, ownsCluster } from '../aws/cluster.ts';
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
    const { aws, config } = context;
    if (!(await describeCluster(context))) return state.absent('no cluster');
    if (!(await ownsCluster(context))) return state.adopted("the cluster's own add-ons");
    const found = await Promise.all(
      addons.map((addonName) =>
        orAbsent(
          aws.eks.send(new DescribeAddonCommand({ clusterName: config.cluster, addonName })),
          'ResourceNotFoundException',
        ),
      ),
    );
    const missing = addons.filter((_, index) => !found[index]);
    if (missing.length > 0) return state.absent(`not installed: ${missing.join(', ')}`);
    const failed = found.map((one) => one?.addon).find((addon) => addon?.status === 'CREATE_FAILED');
    if (failed) {
      const reason = failed.health?.issues?.[0]?.message ?? 'no reason given';
      return state.drifted(`add-on ${failed.addonName} failed: ${reason}`);
    }
    return state.ready(addons.join(', '));
  },
  async apply(context) {
    await context.eksctl.createAddons(await writeClusterConfig(context));
  },
};
