import { KubeError } from '../../api.ts';
import { timestamp } from '../conditions.ts';
import { createEventRecorder } from '../events.ts';
import type { Pod } from '../types.ts';
import { type ContainerRun, runContainer } from './container.ts';
import type { PodHost } from './pod-host.ts';
import { podStatus } from './pod-status.ts';
import { createPodVolumes, MountFailure } from './volumes.ts';

/** The kubelet's care for one pod on its node. */
export interface PodWorker {
  /** Takes note of a change of the pod; begins its end when it has a deletionTimestamp. */
  update(pod: Pod): void;
  /** Ends its programs at once and writes nothing any more. */
  abandon(): void;
}

/** What a worker is made with. */
export type PodWorkerOptions = Pick<
  PodHost,
  'world' | 'cluster' | 'vpcId' | 'client' | 'logs' | 'registries' | 'address'
>;

const mountRetrySeconds = 10;
// What a program that ends on SIGTERM takes, and the kubelet's clean-up after it.
const shutdownSeconds = 2;

/** Runs a bound pod until it ends or is deleted. */
export function startPodWorker(options: PodWorkerOptions, initial: Pod): PodWorker {
  const { world, client, logs, address } = options;
  const { clock } = world;
  const startTime = timestamp(clock.now());
  const end = new AbortController();
  let pod = initial;
  let abandoned = false;
  let initRuns: ContainerRun[] = [];
  let runs: ContainerRun[] = [];
  let writing: Promise<void> | undefined;
  let dirty = false;

  const write = async (): Promise<void> => {
    while (dirty && !abandoned) {
      dirty = false;
      const { name, namespace, uid } = pod.metadata;
      const current = (await client.get('pods', name, namespace)) as Pod | undefined;
      if (current?.metadata.uid !== uid || !current) return;
      pod = current;
      const state = {
        address,
        startTime,
        initContainers: statuses(pod.spec.initContainers, initRuns),
        containers: statuses(pod.spec.containers, runs),
        terminating: end.signal.aborted,
      };
      const status = podStatus(pod, state, clock.now());
      await client.patch('pods', name, namespace, { status }, { subresource: 'status' });
    }
  };
  const changed = (): void => {
    dirty = true;
    writing ??= write()
      .catch(report)
      .finally(() => {
        writing = undefined;
        if (dirty && !abandoned) changed();
      });
  };

  const host: PodHost = {
    ...options,
    events: createEventRecorder(world, client, 'kubelet', pod.spec.nodeName),
    volumes: createPodVolumes(world, options.cluster, client, () => pod),
    pod: () => pod,
    signal: end.signal,
    changed,
  };

  const mount = async (): Promise<void> => {
    for (;;) {
      try {
        return await host.volumes.mount();
      } catch (error) {
        if (!(error instanceof MountFailure)) throw error;
        await host.events.record(pod, 'Warning', 'FailedMount', error.message);
        await clock.sleep(mountRetrySeconds, end.signal);
      }
    }
  };

  const live = async (): Promise<void> => {
    changed();
    await mount();
    const policy = pod.spec.restartPolicy ?? 'Always';
    for (const container of pod.spec.initContainers ?? []) {
      const run = runContainer(host, container, policy === 'Always' ? 'OnFailure' : policy);
      initRuns = [...initRuns, run];
      if ((await run.done) !== 0 || end.signal.aborted) return;
    }
    runs = pod.spec.containers.map((container) => runContainer(host, container, policy));
    await Promise.all(runs.map(({ done }) => done));
  };
  const life = live().catch((error) => {
    if (!end.signal.aborted) report(error);
  });

  const terminate = async (): Promise<void> => {
    for (const { name } of runs.filter((run) => run.status().state.running))
      await host.events.record(pod, 'Normal', 'Killing', `Stopping container ${name}`);
    end.abort();
    await life;
    changed();
    const grace = pod.metadata.deletionGracePeriodSeconds ?? 0;
    await clock.sleep(Math.min(shutdownSeconds, grace));
    await writing;
    if (abandoned) return;
    const { name, namespace, uid } = pod.metadata;
    await client.delete('pods', name, namespace, { gracePeriodSeconds: 0, uid });
  };

  let terminating = false;
  const update = (seen: Pod): void => {
    // Conditions of readiness gates are others' writes that change `Ready`.
    const gates = pod.spec.readinessGates?.length ?? 0;
    pod = seen;
    if (gates > 0 && !terminating) changed();
    if (!seen.metadata.deletionTimestamp || terminating) return;
    terminating = true;
    terminate().catch(report);
  };
  update(initial);

  return {
    update,
    abandon() {
      abandoned = true;
      end.abort();
      logs.remove(pod.metadata.namespace ?? '', pod.metadata.name);
    },
  };
}

function statuses(containers: Pod['spec']['containers'] | undefined, runs: readonly ContainerRun[]) {
  return (containers ?? []).map(
    ({ name, image }) =>
      runs.find((run) => run.name === name)?.status() ?? {
        name,
        image,
        imageID: '',
        ready: false,
        started: false,
        restartCount: 0,
        state: { waiting: { reason: 'ContainerCreating' } },
        lastState: {},
      },
  );
}

// The pod may go at any moment; what else goes wrong is a defect of the rehearsal.
function report(error: unknown): void {
  if (!(error instanceof KubeError && [404, 409].includes(error.code))) console.error(error);
}
