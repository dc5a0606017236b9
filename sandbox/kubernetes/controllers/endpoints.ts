import { isDeepStrictEqual } from 'node:util';
import type { World } from '../../world.ts';
import { type KubeClient, KubeError, type KubeObject } from '../api.ts';
import { isReady } from './readiness.ts';
import { createReconciler } from './reconciler.ts';
import { controllerReference, isControlledBy, matches } from './selectors.ts';
import type { Pod, Service } from './types.ts';

const slices = 'endpointslices.discovery.k8s.io';
const serviceLabel = 'kubernetes.io/service-name';

interface Port {
  name: string;
  port: number;
  protocol: string;
}

/** One EndpointSlice and one Endpoints object for each Service with a selector, from the pods that it selects. */
export function startEndpoints(world: World, client: KubeClient): () => void {
  const reconciler = createReconciler(world, async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const service = (await client.get('services', name, namespace)) as Service | undefined;
    if (service?.spec.selector && service.spec.type !== 'ExternalName')
      await sync(client, service, service.spec.selector);
    return undefined;
  });
  const stops = [
    client.watch('services', ({ object: { metadata } }) =>
      reconciler.enqueue(`${metadata.namespace}/${metadata.name}`),
    ),
    client.watch('pods', async ({ object }) => {
      const { namespace } = object.metadata;
      for (const service of (await client.list('services', { namespace })) as Service[])
        reconciler.enqueue(`${namespace}/${service.metadata.name}`);
    }),
    client.watch(slices, ({ type, object }) => {
      const service = object.metadata.labels?.[serviceLabel];
      if (type === 'DELETED' && service) reconciler.enqueue(`${object.metadata.namespace}/${service}`);
    }),
    () => reconciler.stop(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

async function sync(
  client: KubeClient,
  service: Service,
  selector: Readonly<Record<string, string>>,
): Promise<void> {
  const { namespace } = service.metadata;
  const all = (await client.list('pods', { namespace })) as Pod[];
  const pods = all
    .filter((pod) => matches({ matchLabels: { ...selector } }, pod.metadata.labels))
    .filter((pod) => pod.status?.podIP && !['Succeeded', 'Failed'].includes(pod.status.phase ?? ''))
    .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const ports = portsOf(service, pods[0]);
  await writeSlice(client, service, pods, ports);
  await writeEndpoints(client, service, pods, ports);
}

// A named target port is looked up in the pods' containers (kubernetes/pkg/api/v1/pod FindPort).
function portsOf(service: Service, pod: Pod | undefined): Port[] {
  const named = (name: string): number | undefined =>
    pod?.spec.containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort;
  return (service.spec.ports ?? []).flatMap(({ name = '', port, targetPort, protocol = 'TCP' }) => {
    const target = targetPort ?? port;
    const number = typeof target === 'number' ? target : named(target);
    return number === undefined ? [] : [{ name, port: number, protocol }];
  });
}

function endpointOf(pod: Pod, service: Service): object {
  const ready = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return {
    addresses: [pod.status?.podIP],
    conditions: {
      ready: service.spec.publishNotReadyAddresses ? true : ready && !terminating,
      serving: ready,
      terminating,
    },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: {
      kind: 'Pod',
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      uid: pod.metadata.uid,
    },
  };
}

async function writeSlice(
  client: KubeClient,
  service: Service,
  pods: readonly Pod[],
  ports: readonly Port[],
): Promise<void> {
  const { namespace, name } = service.metadata;
  const owned = await client.list(slices, { namespace, labels: { [serviceLabel]: name } });
  const present = owned.find((slice) => isControlledBy(slice, service));
  const content = {
    addressType: 'IPv4',
    endpoints: pods.map((pod) => endpointOf(pod, service)),
    ports: pods.length > 0 ? ports : null,
  };
  if (!present) {
    await client.create(slices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: '',
        generateName: `${name}-`,
        namespace,
        labels: {
          ...service.metadata.labels,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          [serviceLabel]: name,
        },
        ownerReferences: [controllerReference(service)],
      },
      ...content,
    });
  } else if (!sameContent(present, content)) {
    await client.update(slices, { ...present, ...content });
  }
}

const sameContent = (object: KubeObject, content: Record<string, unknown>): boolean =>
  Object.entries(content).every(([field, value]) => isDeepStrictEqual(object[field] ?? null, value));

async function writeEndpoints(
  client: KubeClient,
  service: Service,
  pods: readonly Pod[],
  ports: readonly Port[],
): Promise<void> {
  const { namespace, name, labels } = service.metadata;
  const address = (pod: Pod) => ({
    ip: pod.status?.podIP,
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
  });
  const usable = pods.filter((pod) => !pod.metadata.deletionTimestamp);
  const counts = (pod: Pod) => isReady(pod) || service.spec.publishNotReadyAddresses === true;
  const addresses = usable.filter(counts).map(address);
  const notReadyAddresses = usable.filter((pod) => !counts(pod)).map(address);
  const subset = {
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
    ports,
  };
  const subsets = usable.length > 0 && ports.length > 0 ? [subset] : undefined;
  const present = await client.get('endpoints', name, namespace);
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      labels: { ...labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
    },
    ...(subsets ? { subsets } : {}),
  };
  if (!present) await client.create('endpoints', object);
  else if (!isDeepStrictEqual(present.subsets, subsets)) await client.update('endpoints', object);
}

/** Endpoints have no owner reference: the endpoints controller removes them when their Service goes. */
export function startEndpointsRemoval(client: KubeClient): () => void {
  return client.watch('services', async ({ type, object: { metadata } }) => {
    if (type !== 'DELETED') return;
    await client.delete('endpoints', metadata.name, metadata.namespace).catch((error) => {
      if (!(error instanceof KubeError)) throw error;
    });
  });
}
