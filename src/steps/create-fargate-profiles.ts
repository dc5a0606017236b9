import {
  DeleteFargateProfileCommand,
  DescribeFargateProfileCommand,
  type FargateProfile,
} from '@aws-sdk/client-eks';
import { orAbsent } from '../aws/absent.ts';
import { ownsCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import { systemProfile, writeClusterConfig } from './cluster-config.ts';
import { type State, type Step, state } from './step.ts';

interface ProfileInput {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly command: Step['command'];
  readonly needs: readonly string[];
  readonly name: (context: Context) => string;
  readonly namespaces: (context: Context) => readonly string[];
}

/** Step 2 of the walkthrough: pods of default and kube-system run on Fargate. */
export const createSystemProfile = fargateProfile({
  id: 'system-profile',
  title: 'Create the Fargate profile of default and kube-system',
  subject: 'Fargate profile of default and kube-system',
  command: 'cluster',
  needs: ['addons'],
  name: () => systemProfile,
  namespaces: () => ['default', 'kube-system'],
});

/** The samples' Fargate profile. EKS changes one profile at a time, hence the order. */
export const createSampleProfile = fargateProfile({
  id: 'sample-profile',
  title: 'Create the Fargate profile of the samples',
  subject: 'Fargate profile of the samples',
  command: 'cluster',
  needs: ['system-profile'],
  name: ({ config }) => config.fargateProfile,
  namespaces: ({ config }) => [config.namespace],
});

function fargateProfile({ name, namespaces, ...step }: ProfileInput): Step {
  return {
    ...step,
    deadline: 1800,
    removeAlone: 'fargate-profiles',
    async check(context) {
      const profile = await describeProfile(context, name(context));
      if (!profile) return state.absent(`no profile ${name(context)}`);
      return checkProfile(context, profile, namespaces(context));
    },
    async apply(context) {
      // Also patches CoreDNS onto Fargate, when the creation of the cluster did not come that far.
      await context.eksctl.createFargateProfiles(await writeClusterConfig(context));
    },
    async remove({ aws, config, ...context }, found) {
      if (found.status === 'pending') return;
      const fargateProfileName = name({ aws, config, ...context });
      await aws.eks.send(
        new DeleteFargateProfileCommand({ clusterName: config.cluster, fargateProfileName }),
      );
    },
  };
}

async function describeProfile({ aws, config }: Context, name: string): Promise<FargateProfile | undefined> {
  const answer = await orAbsent(
    aws.eks.send(
      new DescribeFargateProfileCommand({ clusterName: config.cluster, fargateProfileName: name }),
    ),
    'ResourceNotFoundException',
  );
  return answer?.fargateProfile;
}

async function checkProfile(
  context: Context,
  profile: FargateProfile,
  namespaces: readonly string[],
): Promise<State> {
  const { fargateProfileName: name, status } = profile;
  const ours = isOurs(context.config, profile.tags) || (await ownsCluster(context));
  if (status === 'CREATING' || status === 'DELETING') return state.pending(`profile ${name} is ${status}`);
  if (status !== 'ACTIVE') return state.broken(`profile ${name} is ${status}`);
  const selected = profile.selectors?.filter(({ labels }) => !labels || Object.keys(labels).length === 0);
  const missing = namespaces.filter(
    (namespace) => !selected?.some((selector) => selector.namespace === namespace),
  );
  if (missing.length > 0) {
    const evidence = `profile ${name} does not select namespace ${missing.join(', ')}`;
    return ours ? state.broken(evidence) : state.inTheWay(evidence, 'use another --fargate-profile');
  }
  const evidence = `${name}: ${namespaces.join(', ')}`;
  return ours ? state.ready(evidence) : state.adopted(evidence);
}
