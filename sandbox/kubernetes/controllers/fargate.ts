import type { World } from '../../world.ts';
import { type ClusterSpec, type KubeClient, KubeError } from '../api.ts';
import { fargateScheduler, profileLabel } from './admission.ts';
import type { PodCloud, PodInterface } from './cloud.ts';
import { withCondition } from './conditions.ts';
import { createEventRecorder, type EventRecorder } from './events.ts';
import { fargateNode } from './fargate-node.ts';
import { createReconciler } from './reconciler.ts';
import type { Container, Pod } from './types.ts';

interface Capacity {
  readonly node: string;
  readonly interface: PodInterface;
}

// A Fargate pod starts in 45–75 s (facts/pitfalls.md, durations): this much until its node is there, the image takes the rest.
const provisioningSeconds = { min: 32, max: 52 };
const retrySeconds = 30;
const statusOnly = { subresource: 'status' } as const;
// The interface outlives the pod by some seconds, while Fargate stops the machine.
const releaseSeconds = 10;

/**
 * Fargate's scheduler: a machine with one network interface in a subnet of the profile for every pod that admission
 * gave to it, and its removal when the pod is gone.
 */
export function startFargate(
  world: World,
  spec: ClusterSpec,
  client: KubeClient,
  cloud: PodCloud,
): () => void {
  const events = createEventRecorder(world, client, fargateScheduler);
  const capacities = new Map<string, Capacity>();
  const launching = new Set<string>();
  const release = (uid: string): void => {
    const capacity = capacities.get(uid);
    if (!capacity) return;
    capacities.delete(uid);
    world.clock.after(releaseSeconds, () => capacity.interface.release());
    client.delete('nodes', capacity.node).catch((error) => {
      if (!(error instanceof KubeError)) console.error(error);
    });
  };
  const reconciler = createReconciler(world, async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const pod = (await client.get('pods', name, namespace)) as Pod | undefined;
    const uid = pod?.metadata.uid ?? '';
    if (!pod || !isWaiting(pod) || launching.has(uid)) return undefined;
    launching.add(uid);
    try {
      return await launch({ world, spec, client, cloud, events, capacities, release }, pod);
    } finally {
      launching.delete(uid);
    }
  });
  const stops = [
    client.watch('pods', ({ type, object }) => {
      const pod = object as Pod;
      const { uid = '', namespace, name } = pod.metadata;
      if (type === 'DELETED' || ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')) release(uid);
      else if (isWaiting(pod)) reconciler.enqueue(`${namespace}/${name}`);
    }),
    () => reconciler.stop(),
    () => {
      for (const { interface: eni } of capacities.values()) eni.release();
      capacities.clear();
    },
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

const isWaiting = (pod: Pod): boolean =>
  !pod.spec.nodeName && !pod.metadata.deletionTimestamp && pod.spec.schedulerName === fargateScheduler;

interface Fargate {
  readonly world: World;
  readonly spec: ClusterSpec;
  readonly client: KubeClient;
  readonly cloud: PodCloud;
  readonly events: EventRecorder;
  readonly capacities: Map<string, Capacity>;
  release(uid: string): void;
}

async function launch(fargate: Fargate, pod: Pod): Promise<number | undefined> {
  const { world, spec, client, cloud, events, capacities, release } = fargate;
  const { name, namespace, uid = '' } = pod.metadata;
  const refuse = async (message: string): Promise<number> => {
    await events.record(pod, 'Warning', 'FailedScheduling', message);
    return retrySeconds;
  };
  const unsupported = unsupportedFields(pod);
  if (unsupported.length > 0)
    return refuse(`Pod not supported on Fargate: fields not supported: ${unsupported.join(', ')}`);
  const fault = world.faults.match('kubernetes', `fargate-scheduler ${namespace}/${name}`);
  if (fault?.kind === 'error') return refuse(fault.message);
  if (fault?.kind === 'hang') return undefined;
  if (fault?.kind === 'delay') await world.clock.sleep(fault.seconds);
  const profileName = pod.metadata.labels?.[profileLabel] ?? '';
  const profile = cloud.profiles(spec.name, spec.region).find((one) => one.name === profileName);
  if (!profile) return refuse(`fargate profile ${profileName} blocked for new launches`);
  await client.patch('pods', name, namespace, {
    metadata: { annotations: { CapacityProvisioned: '0.25vCPU 0.5GB', Logging: loggingDisabled } },
  });
  await world.clock.sleep(world.random.integer(provisioningSeconds.min, provisioningSeconds.max));
  const current = await client.get('pods', name, namespace);
  if (current?.metadata.uid !== uid || current.metadata.deletionTimestamp) return undefined;
  const subnetId = world.random.shuffle(profile.subnetIds)[0] ?? '';
  let eni: PodInterface;
  try {
    eni = cloud.attach(spec.name, spec.region, subnetId);
  } catch (error) {
    return refuse(`Misconfigured Fargate Profile: ${error instanceof Error ? error.message : error}`);
  }
  const node = fargateNode(spec, eni, world.clock.now());
  capacities.set(uid, { node: node.metadata.name, interface: eni });
  await client.create('nodes', node);
  await client.patch('nodes', node.metadata.name, undefined, { status: node.status }, statusOnly);
  if (!(await bind(world, client, events, pod, node.metadata.name))) release(uid);
  return undefined;
}

const loggingDisabled = 'LoggingDisabled: LOGGING_CONFIGMAP_NOT_FOUND';

// EKS user guide, "Fargate considerations": what a pod may not ask for.
function unsupportedFields(pod: Pod): string[] {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const privileged = ({ securityContext }: Container) => securityContext?.privileged === true;
  const hostPort = ({ ports = [] }: Container) => ports.some((port) => port.hostPort);
  const rules: [string, boolean][] = [
    ['HostNetwork', pod.spec.hostNetwork === true],
    ['HostPID', pod.spec.hostPID === true],
    ['HostIPC', pod.spec.hostIPC === true],
    ['port contains HostIP or HostPort', containers.some(hostPort)],
    ['SecurityContext.Privileged', containers.some(privileged)],
    ['volumes not supported: HostPath', pod.spec.volumes?.some((volume) => 'hostPath' in volume) ?? false],
  ];
  return rules.filter(([, broken]) => broken).map(([field]) => field);
}

async function bind(
  world: World,
  client: KubeClient,
  events: EventRecorder,
  pod: Pod,
  node: string,
): Promise<boolean> {
  const { name, namespace } = pod.metadata;
  const current = (await client.get('pods', name, namespace)) as Pod | undefined;
  if (current?.metadata.uid !== pod.metadata.uid || !current) return false;
  const disabled =
    'Disabled logging because aws-logging configmap was not found. configmap "aws-logging" not found';
  await events.record(pod, 'Warning', 'LoggingDisabled', disabled);
  await events.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`);
  const conditions = withCondition(
    current.status?.conditions,
    { type: 'PodScheduled', status: 'True' },
    world.clock.now(),
  );
  await client.patch('pods', name, namespace, { status: { conditions } }, statusOnly);
  // Last: from here on the pod's status is the kubelet's.
  await client.patch('pods', name, namespace, { spec: { nodeName: node } });
  return true;
}
