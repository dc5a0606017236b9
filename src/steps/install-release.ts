import { isDeepStrictEqual } from 'node:util';
import {
  type ForeignController,
  findForeignController,
  findSecondController,
  hasOwnRelease,
} from '../adoption/foreign-controller.ts';
import { adoptedCluster, clusterStays, describeCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import { mark } from '../ownership.ts';
import { controllerName, controllerNamespace, pins } from '../pins.ts';
import { renderTemplate } from '../templates.ts';
import { webhookConfigurationName, webhookConfigurations } from './controller-health.ts';
import { chartPath } from './fetch-chart.ts';
import { inCluster } from './in-cluster.ts';
import { othersServed } from './served-objects.ts';
import { type State, type Step, state } from './step.ts';

/**
 * Step 3 of the walkthrough: the controller itself, by helm. Every `helm upgrade` adds a revision, even when nothing
 * changes, so chart and values are compared first.
 */
export const installRelease: Step = {
  id: 'release',
  title: 'Install the controller',
  subject: 'Controller release',
  command: 'install-controller',
  needs: ['crds', 'service-account', 'controller-resources'],
  deadline: 300,
  // The chart's default number of replicas.
  bills: () => [{ kind: 'fargatePod', count: 2 }],
  check: inCluster(async (context) => {
    const ours = await hasOwnRelease(context);
    const controller = await findForeignController(context);
    if (controller) return checkForeign(controller);
    const second = await findSecondController(context);
    const release = await context.helm.release(controllerName, controllerNamespace);
    if (second) return { ...state.inTheWay(second.evidence, second.fix), partlyOurs: ours };
    if (!release) return state.absent(`no release ${controllerName}`);
    const evidence = `release ${controllerName} ${release.chartVersion} is ${release.status}`;
    const upToDate =
      release.status === 'deployed' &&
      release.chartVersion === pins.controller &&
      isDeepStrictEqual(release.values, await wantedValues(context));
    if (!ours) {
      return upToDate
        ? state.adopted(evidence)
        : state.inTheWay(
            `${evidence} and is not ours`,
            `helm uninstall ${controllerName} --namespace ${controllerNamespace}`,
          );
    }
    // The first installation was cut off: there is nothing to roll back to, and upgrades are refused.
    if (release.status === 'pending-install' || release.status === 'uninstalling')
      return state.broken(evidence);
    const wrong = upToDate ? await wrongPart(context) : undefined;
    if (wrong) return state.drifted(wrong);
    if (upToDate) return state.ready(`chart ${release.chartVersion}`);
    return state.drifted(evidence);
  }),
  async apply(context, found) {
    const { helm, config } = context;
    if (found.status === 'drifted' && /is pending-/.test(found.evidence)) {
      await helm.rollback(controllerName, controllerNamespace);
    }
    await helm.upgrade(
      controllerName,
      controllerNamespace,
      chartPath(),
      await wantedValues(context),
      mark(config),
    );
  },
  async remove(context) {
    if (!(await hasOwnRelease(context))) return;
    const stays = await clusterStays(context);
    if (stays) await refuseWhileUsed(context);
    const lease = stays ? await ownLease(context) : undefined;
    await context.helm.uninstall(controllerName, controllerNamespace);
    if (lease) await context.kubectl.delete('Lease', lease, controllerNamespace);
  },
};

/**
 * What somebody has deleted or edited of what helm installed, of the parts without which nothing works; helm makes it
 * again. Of edits those of what the controller is and is told count.
 */
async function wrongPart({ kubectl, helm }: Context): Promise<string | undefined> {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: controllerName, namespace: controllerNamespace },
  };
  const webhooks = webhookConfigurations.map((kind) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: webhookConfigurationName },
  }));
  const parts = [deployment, ...webhooks];
  const found = await kubectl.getAll(parts);
  const missing = parts.find(({ kind }) => !found.some((one) => one.kind === kind));
  if (missing) return `${missing.kind} of the release is missing`;
  const isDeployment = ({ kind }: { readonly kind: string }): boolean => kind === 'Deployment';
  const made = (await helm.manifest(controllerName, controllerNamespace)).find(isDeployment);
  const edits = findEdits(
    made?.spec?.template?.spec?.containers ?? [],
    found.find(isDeployment)?.spec?.template?.spec?.containers ?? [],
  );
  return edits.length > 0
    ? `somebody edited the controller's Deployment: ${edits.join(', ')} as the release does not have it`
    : undefined;
}

interface Container {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** The fields of containers that are not as they were made: `image`, `args`. */
export const findEdits = (made: readonly Container[], live: readonly Container[]): string[] =>
  ['image', 'command', 'args'].filter((field) =>
    made.some((one) => {
      const now = live.find(({ name }) => name === one.name);
      return !isDeepStrictEqual(now?.[field], one[field]);
    }),
  );

async function wantedValues(context: Context): Promise<object> {
  const { config } = context;
  const cluster = await describeCluster(context);
  const [values] = await renderTemplate('helm-values.yaml', {
    cluster: config.cluster,
    region: config.region,
    // A dry run comes here without a cluster.
    vpcId: cluster?.resourcesVpcConfig?.vpcId ?? 'known when the cluster is made',
    serviceAccount: config.serviceAccount,
    tags: mark(config, 'load balancer'),
    ...(await placeInCluster(context)),
  });
  return values ?? {};
}

/**
 * What of the chart reaches beyond the controller itself. On an adopted cluster other people's new Services stay what
 * they were (the webhook would make every one of type LoadBalancer the controller's), and an IngressClass of the chart's
 * default name that is there already is left to its owner.
 */
async function placeInCluster(
  context: Context,
): Promise<{ mutateServices: boolean; createIngressClass: boolean }> {
  if (!(await adoptedCluster(context))) return { mutateServices: true, createIngressClass: true };
  const present = await context.kubectl.get('IngressClass', 'alb');
  const foreign = present && present.metadata.annotations?.['meta.helm.sh/release-name'] !== controllerName;
  return { mutateServices: false, createIngressClass: !foreign };
}

const checkForeign = ({ evidence, problem }: ForeignController): State =>
  problem ? state.inTheWay(problem.evidence, problem.fix) : state.adopted(`${evidence} is used`);

/** Without its controller an object of somebody else could never be deleted, nor its load balancer. */
async function refuseWhileUsed(context: Context): Promise<void> {
  const others = await othersServed(context);
  if (others.length === 0) return;
  throw new UserError({
    what: 'the controller is kept: others have come to use it',
    why: others.join(', '),
    fix: 'delete these first if nobody needs them, then lbc-setup teardown once more',
  });
}

/**
 * The lock by which the controller's pods agree on a leader, which helm knows nothing of. One that is older than our
 * controller was left by another, and stays.
 */
async function ownLease({ kubectl }: Context): Promise<string | undefined> {
  const [lease, deployment] = await Promise.all([
    kubectl.get('Lease', `${controllerName}-leader`, controllerNamespace),
    kubectl.get('Deployment', controllerName, controllerNamespace),
  ]);
  const [taken = '', installed = ''] = [lease, deployment].map((one) => one?.metadata.creationTimestamp);
  return lease && installed !== '' && taken >= installed ? lease.metadata.name : undefined;
}
