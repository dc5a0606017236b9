import { createAccountTasks } from './account-tasks.ts';
import { createAddon, defaultAddons, isEarlyAddon, updateNetworkAddon } from './addons.ts';
import { outputOf } from './aws/stacks.ts';
import { createClusterStack } from './cluster-stack.ts';
import type { Addon, ClusterConfig } from './config/types.ts';
import { waitForControlPlane } from './control-plane.ts';
import { Failure, messageOf, wrap } from './failure.ts';
import { createFargateProfiles } from './fargate.ts';
import { scheduleCoredns } from './kubernetes/coredns.ts';
import type { NewCluster } from './new-cluster.ts';
import { type Task, type TaskTree, task, taskTree } from './tasks.ts';

/** The add-ons to install: the config's, and the default ones that it does not name. */
export interface AddonPlan {
  readonly early: readonly Addon[];
  readonly late: readonly Addon[];
  readonly unnamed: readonly string[];
}

/** Splits a config's add-ons into those before and those after everything else (facts/eksctl.md §3). */
export function planAddons({ addons, addonsConfig }: ClusterConfig): AddonPlan {
  const unnamed = addonsConfig.disableDefaultAddons
    ? []
    : defaultAddons.filter((name) => !addons.some((addon) => addon.name === name));
  const all = [...addons, ...unnamed.map((name) => ({ name }))];
  return {
    early: all.filter(isEarlyAddon),
    late: all.filter((addon) => !isEarlyAddon(addon)),
    unnamed,
  };
}

/** Identity provider, inline service accounts, the VPC CNI's role. */
function identityTasks(cluster: NewCluster, addons: AddonPlan): Task[] {
  const { session, stacks, config } = cluster;
  const network = addons.early.find(({ name }) => name === 'vpc-cni');
  const accounts = createAccountTasks(config.iam.serviceAccounts, () => cluster.oidc(), {
    session,
    stacks,
    kubernetes: () => cluster.kubernetes(),
    clusterName: config.metadata.name,
  });
  return [
    task('associate IAM OIDC provider', async () => (await cluster.oidc()).create()),
    taskTree(accounts, { log: session.log, parallel: true, nested: true }),
    ...(network === undefined
      ? []
      : [
          task('update VPC CNI to use IRSA if required', async () =>
            updateNetworkAddon(network, await cluster.addonContext()),
          ),
        ]),
  ];
}

/** The plan of `create cluster`, ready to be printed and run (transcripts/eksctl/b2-create-c2-inline-sa.txt). */
export function planCreation(cluster: NewCluster, addons: AddonPlan): TaskTree {
  const { session, provider, config } = cluster;
  const { log } = session;
  let executionRole = '';
  const createStack = task(`create cluster control plane "${config.metadata.name}"`, async () => {
    const stack = await createClusterStack(cluster);
    cluster.adopt(stack);
    executionRole = outputOf(stack, 'FargatePodExecutionRoleARN') ?? '';
  });
  const createEarlyAddons = task('create addons', async () => {
    const context = await cluster.addonContext();
    for (const addon of addons.early) await createAddon(addon, { force: true, wait: false }, context);
  });
  const waitForApi = task('wait for control plane to become ready', async () => {
    cluster.refresh(await waitForControlPlane(session, provider, cluster.known()));
  });
  const createProfiles = task('create fargate profiles', async () => {
    await createFargateProfiles(session, provider.clients, config, executionRole);
    // Against a race in EKS; eksctl says nothing meanwhile (facts/eksctl.md §4).
    await session.clock.sleep(30);
    await scheduleCoredns(cluster.kubernetes(), config.fargateProfiles, session).catch((error: unknown) => {
      throw wrap('failed to schedule core-dns on fargate', error);
    });
  });
  const afterwards = [
    taskTree(addons.early.length > 0 ? [createEarlyAddons] : [], { log }),
    waitForApi,
    ...(config.iam.withOIDC ? identityTasks(cluster, addons) : []),
    ...(config.fargateProfiles.length > 0 ? [createProfiles] : []),
  ];
  return taskTree([createStack, taskTree(afterwards, { log, nested: true })], { log });
}

/** Installs the add-ons that come last; nothing waits for them in a cluster without nodes. */
export async function createLateAddons(cluster: NewCluster, addons: AddonPlan): Promise<void> {
  if (addons.late.length === 0) return;
  const { log } = cluster.session;
  try {
    const context = await cluster.addonContext();
    for (const addon of addons.late) await createAddon(addon, { force: true, wait: false }, context);
  } catch (error) {
    log.warning('1 error(s) occurred while creating addons');
    log.critical(`${messageOf(error)}\n`);
    throw new Failure('failed to create addons');
  }
}
