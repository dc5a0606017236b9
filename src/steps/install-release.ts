import { isDeepStrictEqual } from 'node:util';
import { describeCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { mark } from '../ownership.ts';
import { controllerName, controllerNamespace, pins } from '../pins.ts';
import { renderTemplate } from '../templates.ts';
import { chartArchive } from './fetch-chart.ts';
import { inCluster } from './in-cluster.ts';
import { type Step, state } from './step.ts';

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
  check: inCluster(async (context) => {
    const release = await context.helm.release(controllerName, controllerNamespace);
    if (!release) return state.absent(`no release ${controllerName}`);
    const evidence = `release ${controllerName} ${release.chartVersion} is ${release.status}`;
    const ours = await hasOurLabel(context);
    const upToDate =
      release.status === 'deployed' &&
      release.chartVersion === pins.controller &&
      isDeepStrictEqual(release.values, await wantedValues(context));
    if (!ours) {
      return upToDate
        ? state.adopted(evidence)
        : state.inTheWay(`${evidence} and is not ours`, 'helm uninstall it');
    }
    // The first installation was cut off: there is nothing to roll back to, and upgrades are refused.
    if (release.status === 'pending-install' || release.status === 'uninstalling')
      return state.broken(evidence);
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
      await chartArchive(),
      await wantedValues(context),
      mark(config),
    );
  },
  async remove({ helm }) {
    await helm.uninstall(controllerName, controllerNamespace);
  },
};

/** helm keeps a release in Secrets; the release's labels are theirs. */
async function hasOurLabel({ kubectl, config }: Context): Promise<boolean> {
  const labels = { owner: 'helm', name: controllerName, ...mark(config) };
  const selector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return (await kubectl.list('Secret', { namespace: controllerNamespace, selector })).length > 0;
}

async function wantedValues(context: Context): Promise<object> {
  const { config } = context;
  const cluster = await describeCluster(context);
  const [values] = await renderTemplate('helm-values.yaml', {
    cluster: config.cluster,
    region: config.region,
    vpcId: cluster?.resourcesVpcConfig?.vpcId,
    serviceAccount: config.serviceAccount,
    tags: mark(config),
  });
  return values ?? {};
}
