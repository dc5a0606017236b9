import { findForeignController } from '../adoption/foreign-controller.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import { mark, markSelector } from '../ownership.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { chartArchive, fetchChart } from './fetch-chart.ts';
import { inCluster } from './in-cluster.ts';
import { applyObjects, checkObjects, getObjects, type Manifest } from './objects.ts';
import { type Step, state } from './step.ts';

/**
 * Step 3 of the walkthrough: the controller's CustomResourceDefinitions, from the pinned chart. helm would install them
 * once and never update them.
 */
export const applyCrds: Step = {
  id: 'crds',
  title: "Apply the controller's CRDs",
  subject: 'CRDs of the controller',
  command: 'install-controller',
  needs: ['chart', 'api'],
  deadline: 180,
  check: inCluster(async (context) => {
    if ((await fetchChart.check(context)).status !== 'ready') return withoutChart(context);
    const manifests = await crds(context);
    const controller = await findForeignController(context);
    if (controller && (await ownCrds(context)).length === 0)
      return state.adopted(`those of ${controller.evidence}`);
    const fix = `helm show crds ${await chartArchive()} | kubectl apply --server-side --force-conflicts -f -`;
    const found = await checkObjects(context, manifests, fix);
    if (found.status !== 'ready' && !found.fits) return found;
    for (const crd of await getObjects(context, manifests)) {
      const established = crd?.status?.conditions?.some(
        (condition: { type: string; status: string }) =>
          condition.type === 'Established' && condition.status === 'True',
      );
      if (!established) return state.pending(`${crd?.metadata.name} is not established yet`);
    }
    return found.status === 'ready' ? state.ready(`${manifests.length} definitions`) : found;
  }),
  async apply(context) {
    await applyObjects(context, await crds(context));
  },
  async remove(context) {
    for (const crd of await ownCrds(context)) {
      // Deleting a definition deletes everybody's objects of that kind: those that are used stay.
      const kind = `${crd.spec.names.plural}.${crd.spec.group}`;
      const [used] = await context.kubectl.list(kind);
      if (used) throw stillUsed(kind, used);
      await context.kubectl.delete('crd', crd.metadata.name);
    }
  },
};

async function crds(context: Context): Promise<Manifest[]> {
  const definitions = (await context.helm.crds(await chartArchive())) as Manifest[];
  return definitions.map((definition) => ({
    ...definition,
    metadata: {
      ...definition.metadata,
      labels: { ...(definition.metadata as { labels?: object }).labels, ...mark(context.config) },
    },
  }));
}

const ownCrds = ({ kubectl, config }: Context) => kubectl.list('crd', { selector: markSelector(config) });

const stillUsed = (kind: string, { metadata }: KubeObject): UserError =>
  new UserError({
    what: `the definition of ${kind} is kept: it is used`,
    why: `deleting it would delete ${[metadata.namespace, metadata.name].filter(Boolean).join('/')}, which lbc-setup did not make`,
    fix: `kubectl get ${kind} --all-namespaces; delete what is not needed, then lbc-setup teardown once more`,
  });

/** On a machine without the chart, the cluster alone tells what is there. */
async function withoutChart(context: Context) {
  const found = await ownCrds(context);
  return found.length === 0 ? state.absent('no CRDs of ours') : state.drifted(`${found.length} definitions`);
}
