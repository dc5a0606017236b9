import type { World } from '../../world.ts';
import type { KubeClient, KubeObject } from '../api.ts';
import { type Condition, findCondition, withCondition } from './conditions.ts';
import { createReconciler } from './reconciler.ts';

const resource = 'apiservices.apiregistration.k8s.io';

interface ApiService extends KubeObject {
  spec: { service?: { name: string; namespace: string; port?: number } };
  status?: { conditions?: Condition[] };
}

interface Endpoints extends KubeObject {
  subsets?: { addresses?: object[] }[];
}

/**
 * Judges aggregated APIs by their Service's endpoints, as kube-aggregator's availability controller does. An API that
 * is not available keeps namespaces from being deleted (facts/pitfalls.md P12).
 */
export function startApiServices(world: World, client: KubeClient): () => void {
  const reconciler = createReconciler(world, async (name) => {
    const api = (await client.get(resource, name)) as ApiService | undefined;
    if (!api) return undefined;
    const verdict = await judge(client, api);
    const present = findCondition(api.status?.conditions, 'Available');
    if (present?.status === verdict.status && present.message === verdict.message) return undefined;
    const conditions = withCondition(api.status?.conditions, verdict, world.clock.now());
    await client.patch(resource, name, undefined, { status: { conditions } }, { subresource: 'status' });
    return undefined;
  });
  const stops = [
    client.watch(resource, ({ object }) => reconciler.enqueue(object.metadata.name)),
    client.watch('endpoints', async ({ object: { metadata } }) => {
      for (const api of (await client.list(resource)) as ApiService[]) {
        const { service } = api.spec;
        if (service?.name === metadata.name && service.namespace === metadata.namespace)
          reconciler.enqueue(api.metadata.name);
      }
    }),
    () => reconciler.stop(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

async function judge(client: KubeClient, { spec: { service } }: ApiService): Promise<Condition> {
  const verdict = (status: 'True' | 'False', reason: string, message: string): Condition => ({
    type: 'Available',
    status,
    reason,
    message,
  });
  if (!service) return verdict('True', 'Local', 'Local APIServices are always available');
  const { name, namespace } = service;
  const subject = `service/${name} in "${namespace}"`;
  if (!(await client.get('services', name, namespace)))
    return verdict('False', 'ServiceNotFound', `${subject} is not present`);
  const endpoints = (await client.get('endpoints', name, namespace)) as Endpoints | undefined;
  const answered = endpoints?.subsets?.some(({ addresses = [] }) => addresses.length > 0) ?? false;
  return answered
    ? verdict('True', 'Passed', 'all checks passed')
    : verdict('False', 'MissingEndpoints', `endpoints for ${subject} have no addresses`);
}
