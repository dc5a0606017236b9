import { type Condition, findCondition, withCondition } from '../conditions.ts';
import type { ContainerStatus, Pod } from '../types.ts';

type Status = NonNullable<Pod['status']>;

/** What the kubelet knows about a pod. */
export interface PodState {
  readonly address: string;
  readonly startTime: string;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  readonly terminating: boolean;
}

/** The pod's status as the kubelet writes it; conditions that others wrote (readiness gates) stay. */
export function podStatus(pod: Pod, state: PodState, now: Date): Status {
  const { containers, initContainers, address } = state;
  const initialized = initContainers.every(({ state: { terminated } }) => terminated?.exitCode === 0);
  const phase = podPhase(pod, state, initialized);
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  const conditions = [
    condition('PodReadyToStartContainers', true),
    condition('Initialized', initialized, 'ContainersNotInitialized', incomplete(initContainers)),
    readiness('ContainersReady', phase, unready),
    gated(pod, readiness('Ready', phase, unready)),
    condition('PodScheduled', true),
  ].reduce((list, each) => withCondition(list, each, now), pod.status?.conditions ?? []);
  return {
    phase,
    conditions: conditions.map((each) => ({ lastProbeTime: null, ...each })),
    hostIP: address,
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: state.startTime,
    ...(initContainers.length > 0 ? { initContainerStatuses: [...initContainers] } : {}),
    containerStatuses: [...containers],
    qosClass: pod.status?.qosClass ?? 'BestEffort',
  };
}

const condition = (type: string, met: boolean, reason?: string, message?: string): Condition =>
  met ? { type, status: 'True' } : { type, status: 'False', reason, message };

const incomplete = (containers: readonly ContainerStatus[]): string =>
  `containers with incomplete status: [${containers
    .filter(({ state }) => state.terminated?.exitCode !== 0)
    .map(({ name }) => name)
    .join(' ')}]`;

function readiness(type: string, phase: Status['phase'], unready: readonly string[]): Condition {
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const message = `containers with unready status: [${unready.join(' ')}]`;
  return condition(type, unready.length === 0, 'ContainersNotReady', message);
}

// Readiness gates: `Ready` also waits for the conditions that the specification names.
function gated(pod: Pod, ready: Condition): Condition {
  const missing = (pod.spec.readinessGates ?? [])
    .map(({ conditionType }) => conditionType)
    .filter((type) => findCondition(pod.status?.conditions, type)?.status !== 'True');
  if (ready.status !== 'True' || missing.length === 0) return ready;
  const message = missing
    .map((type) => {
      const present = findCondition(pod.status?.conditions, type);
      return present
        ? `the status of pod readiness gate "${type}" is not "True", but ${present.status}`
        : `corresponding condition of pod readiness gate "${type}" does not exist.`;
    })
    .join(', ');
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message };
}

function podPhase(pod: Pod, state: PodState, initialized: boolean): NonNullable<Status['phase']> {
  const { containers, terminating } = state;
  const policy = pod.spec.restartPolicy ?? 'Always';
  if (!initialized) {
    const failed = state.initContainers.some(({ state: { terminated } }) => (terminated?.exitCode ?? 0) > 0);
    return failed && policy === 'Never' ? 'Failed' : 'Pending';
  }
  const ended = containers.map(({ state: { terminated } }) => terminated);
  if (containers.some((one) => one.state.waiting && !one.lastState.terminated)) return 'Pending';
  if (ended.some((one) => one === undefined)) return 'Running';
  const succeeded = ended.every((one) => one?.exitCode === 0);
  if (terminating || policy === 'Always' || (policy === 'OnFailure' && !succeeded)) return 'Running';
  return succeeded ? 'Succeeded' : 'Failed';
}
