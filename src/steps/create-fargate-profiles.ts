import { DeleteFargateProfileCommand, type FargateProfile } from '@aws-sdk/client-eks';
import { findCompute } from '../adoption/compute.ts';
import { judgeSystemCompute } from '../adoption/system-pods.ts';
import { adoptedCluster, ownsCluster } from '../aws/cluster.ts';
import { describeFargateProfile, listFargateProfiles } from '../aws/fargate-profiles.ts';
import { deleteStack, describeStack, stackNames } from '../aws/stacks.ts';
import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import { atMost, poll } from '../poll.ts';
import { systemProfile, type WantedProfile, writeProfileConfig } from './cluster-config.ts';
import { type State, type Step, state } from './step.ts';

type ProfileStep = Pick<Step, 'id' | 'title' | 'subject' | 'command' | 'needs'>;

/** EKS deletes a profile in minutes, at most in about twenty. */
const deletionDeadline = 25 * 60;

/** What the profile of default and kube-system is to be; on an adopted cluster it is never made. */
export const wantedSystemProfile: WantedProfile = {
  name: systemProfile,
  namespaces: ['default', 'kube-system'],
};

/** Step 2 of the walkthrough: pods of default and kube-system run on Fargate. */
export const createSystemProfile = fargateProfile(
  {
    id: 'system-profile',
    title: 'Create the Fargate profile of default and kube-system',
    subject: 'Fargate profile of default and kube-system',
    command: 'cluster',
    // On removal the controller's pods go with the profile: what they made in AWS is swept after that.
    needs: ['addons', 'controller-resources'],
  },
  () => wantedSystemProfile,
);

/** The samples' Fargate profile. EKS changes one profile at a time, hence the order. */
export const createSampleProfile = fargateProfile(
  {
    id: 'sample-profile',
    title: 'Create the Fargate profile of the samples',
    subject: 'Fargate profile of the samples',
    command: 'cluster',
    needs: ['system-profile'],
  },
  ({ config }) => ({ name: config.fargateProfile, namespaces: [config.namespace] }),
);

function fargateProfile(step: ProfileStep, wanted: (context: Context) => WantedProfile): Step {
  return {
    ...step,
    comesWith: { step: 'cluster' },
    deadline: 1800,
    removeAlone: 'fargate-profiles',
    async check(context) {
      const { name, namespaces } = wanted(context);
      const profile = await describeFargateProfile(context, name);
      if (profile && (isOurs(context.config, profile.tags) || (await ownsCluster(context))))
        return checkOwn(profile, namespaces);
      const elsewhere = await checkAdopted(context, namespaces, profile);
      if (elsewhere) return elsewhere;
      const stack = profile ? undefined : await roleStack(context);
      if (stack) return state.drifted(`stack ${stack} is left without a profile`);
      return state.absent(`no profile ${name}`);
    },
    async apply(context) {
      await context.eksctl.createFargateProfiles(await writeProfileConfig(context, wanted(context)));
    },
    async remove(context, found) {
      if (found.status === 'pending') return;
      const { name } = wanted(context);
      await deleteProfile(context, name);
      await deleteStack(context, stackNames.fargateRole(context.config.cluster));
    },
  };
}

function checkOwn(profile: FargateProfile, namespaces: readonly string[]): State {
  const { fargateProfileName: name, status } = profile;
  if (status === 'CREATING' || status === 'DELETING') return state.pending(`profile ${name} is ${status}`);
  if (status !== 'ACTIVE') return state.broken(`profile ${name} is ${status}`);
  const selected = profile.selectors?.filter(({ labels }) => !labels || Object.keys(labels).length === 0);
  const missing = namespaces.filter(
    (namespace) => !selected?.some((selector) => selector.namespace === namespace),
  );
  if (missing.length > 0)
    return state.broken(`profile ${name} does not select namespace ${missing.join(', ')}`);
  return state.ready(`${name}: ${namespaces.join(', ')}`);
}

/**
 * On an adopted cluster nothing is made where pods can run already. For kube-system nothing is made at all: eksctl would
 * move the cluster's CoreDNS, and a cluster that cannot run it is not ready to be adopted. Undefined: a profile may be
 * made.
 */
async function checkAdopted(
  context: Context,
  namespaces: readonly string[],
  foreign: FargateProfile | undefined,
): Promise<State | undefined> {
  const { config } = context;
  if (!(await adoptedCluster(context))) return undefined;
  if (namespaces.includes('kube-system')) {
    const { evidence, problem } = await judgeSystemCompute(context);
    return problem ? state.inTheWay(problem.evidence, problem.fix) : state.adopted(evidence);
  }
  const { namespace } = config;
  const compute = await findCompute(context, namespace);
  if (compute) return state.adopted(`${namespace} runs on ${compute}`);
  if (!foreign) return undefined;
  return state.inTheWay(
    `profile ${foreign.fargateProfileName} (${foreign.status}) does not select namespace ${namespace}, and is not ours`,
    'use another --fargate-profile',
  );
}

/** The role that eksctl makes for the pods of a cluster which it did not make; ours to delete when it carries our mark. */
async function roleStack(context: Context): Promise<string | undefined> {
  const stack = await describeStack(context, stackNames.fargateRole(context.config.cluster));
  return stack && isOurs(context.config, stack.Tags) ? stack.StackName : undefined;
}

/** Deletes every profile of a cluster of ours, whoever made it: EKS deletes no cluster that has one. */
export async function deleteAllProfiles(context: Context): Promise<void> {
  for (const name of await listFargateProfiles(context)) await deleteProfile(context, name);
}

/** Deletes a profile of ours and waits until it is gone: its pods' role must outlive it. */
async function deleteProfile(context: Context, name: string): Promise<void> {
  const { aws, config } = context;
  const profile = await describeFargateProfile(context, name);
  if (!profile || !(isOurs(config, profile.tags) || (await ownsCluster(context)))) return;
  if (profile.status !== 'DELETING') {
    await aws.eks.send(
      new DeleteFargateProfileCommand({ clusterName: config.cluster, fargateProfileName: name }),
    );
  }
  if (context.writes.dryRun) return;
  await poll(atMost(context.config, deletionDeadline), context.signal, async () => {
    context.reads.clear();
    return (await describeFargateProfile(context, name)) ? undefined : true;
  });
}
