import { judgeCoreDns } from '../adoption/system-pods.ts';
import { adoptedCluster } from '../aws/cluster.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { writeProfileConfig } from './cluster-config.ts';
import { wantedSystemProfile } from './create-fargate-profiles.ts';
import { inCluster } from './in-cluster.ts';
import { availability, hasPodOlderThanProfile, podTrouble } from './pods.ts';
import { type Step, state } from './step.ts';

const namespace = 'kube-system';
const selector = 'eks.amazonaws.com/component=coredns';

/** Step 2 of the walkthrough: names resolve in the cluster. On Fargate, CoreDNS has to be told to run there. */
export const runCoreDns: Step = {
  id: 'coredns',
  title: 'Run CoreDNS on Fargate',
  subject: 'CoreDNS on Fargate',
  command: 'cluster',
  needs: ['system-profile', 'api'],
  comesWith: { step: 'cluster' },
  deadline: 900,
  check: inCluster(async (context) => {
    if (await adoptedCluster(context)) {
      const { evidence, problem } = await judgeCoreDns(context);
      return problem ? state.inTheWay(problem.evidence, problem.fix) : state.adopted(evidence);
    }
    const deployment = await context.kubectl.get('Deployment', 'coredns', namespace);
    if (!deployment) return state.absent('no CoreDNS');
    const { available, wanted, complete } = availability(deployment);
    const evidence = `CoreDNS: ${available} of ${wanted} pods available`;
    if (complete) return state.ready(evidence);
    if (waitsForNodes(deployment)) return state.drifted('CoreDNS waits for EC2 nodes');
    if (await hasPodOlderThanProfile(context, namespace, selector)) {
      return state.drifted('CoreDNS pods are older than the Fargate profile');
    }
    return state.pending((await podTrouble(context, namespace, selector)) ?? evidence);
  }),
  async apply(context, found) {
    const deployment = await context.kubectl.get('Deployment', 'coredns', namespace);
    // eksctl patches CoreDNS whenever the configuration has a profile for kube-system, made already or not. Where there
    // is nothing to patch it waits in vain for pods that are older than the profile.
    if (found.status === 'drifted' && deployment && waitsForNodes(deployment))
      await context.eksctl.createFargateProfiles(await writeProfileConfig(context, wantedSystemProfile));
    context.reads.clear();
    if (await hasPodOlderThanProfile(context, namespace, selector))
      await context.kubectl.restart('coredns', namespace);
  },
};

const waitsForNodes = ({ spec }: KubeObject): boolean =>
  spec?.template?.metadata?.annotations?.['eks.amazonaws.com/compute-type'] === 'ec2';
