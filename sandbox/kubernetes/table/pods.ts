import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import { ageColumn, type Column, nameColumn, since, text, wide } from './column.ts';

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: {
    readonly reason?: string;
    readonly exitCode: number;
    readonly signal?: number;
    readonly finishedAt?: string;
  };
}

const statuses = (pod: KubeObject, field: string): ContainerStatus[] =>
  at<ContainerStatus[]>(pod, `status.${field}`) ?? [];

const terminatedReason = ({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);

const isReady = (pod: KubeObject): boolean =>
  (at<{ type: string; status: string }[]>(pod, 'status.conditions') ?? []).some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );

/** The STATUS column of `kubectl get pods`. */
function podStatus(pod: KubeObject): string {
  const phase = at<string>(pod, 'status.phase') ?? '';
  if (pod.metadata.deletionTimestamp && phase !== 'Succeeded' && phase !== 'Failed') return 'Terminating';
  return initStatus(pod) ?? containerStatus(pod, at<string>(pod, 'status.reason') || phase);
}

function initStatus(pod: KubeObject): string | undefined {
  const all = statuses(pod, 'initContainerStatuses');
  for (const [index, { state }] of all.entries()) {
    if (state?.terminated?.exitCode === 0) continue;
    if (state?.terminated) return `Init:${terminatedReason(state.terminated)}`;
    const reason = state?.waiting?.reason;
    return reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${index}/${all.length}`;
  }
  return undefined;
}

function containerStatus(pod: KubeObject, fallback: string): string {
  let reason = fallback;
  let error = '';
  let running = false;
  for (const { state, ready } of statuses(pod, 'containerStatuses').reverse()) {
    if (state?.waiting?.reason) reason = state.waiting.reason;
    else if (state?.terminated) {
      reason = terminatedReason(state.terminated);
      if (state.terminated.exitCode !== 0) error = reason;
    } else if (ready && state?.running) running = true;
  }
  if (reason !== 'Completed') return reason;
  if (running && isReady(pod)) return 'Running';
  return error || (running ? 'NotReady' : reason);
}

function readyContainers(pod: KubeObject): string {
  const ready = statuses(pod, 'containerStatuses').filter((one) => one.ready && one.state?.running);
  return `${ready.length}/${at<unknown[]>(pod, 'spec.containers')?.length ?? 0}`;
}

function restarts(pod: KubeObject, now: Date): string {
  const all = statuses(pod, 'containerStatuses');
  const total = all.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const last = all
    .map(({ lastState }) => lastState?.terminated?.finishedAt ?? '')
    .sort()
    .at(-1);
  return total > 0 && last ? `${total} (${since(last, now)} ago)` : String(total);
}

const orNone = (path: string) => (pod: KubeObject) => at<string>(pod, path) || '<none>';

/** `kubectl get pods`. */
export const podColumns: readonly Column[] = [
  nameColumn,
  text('Ready', readyContainers),
  text('Status', podStatus),
  text('Restarts', restarts),
  ageColumn,
  wide(text('IP', orNone('status.podIP'))),
  wide(text('Node', orNone('spec.nodeName'))),
  wide(text('Nominated Node', orNone('status.nominatedNodeName'))),
  wide(
    text('Readiness Gates', (pod) => {
      const gates = at<{ conditionType: string }[]>(pod, 'spec.readinessGates') ?? [];
      const conditions = at<{ type: string; status: string }[]>(pod, 'status.conditions') ?? [];
      const met = gates.filter((gate) =>
        conditions.some(({ type, status }) => type === gate.conditionType && status === 'True'),
      );
      return gates.length === 0 ? '<none>' : `${met.length}/${gates.length}`;
    }),
  ),
];
