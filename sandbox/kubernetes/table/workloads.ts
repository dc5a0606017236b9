import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import {
  ageColumn,
  type Column,
  count,
  humanDuration,
  labelText,
  nameColumn,
  selectorText,
  text,
  wide,
} from './column.ts';

const number = (path: string) => (object: KubeObject) => at<number>(object, path) ?? 0;

const containers = (object: KubeObject): { name: string; image: string }[] =>
  at(object, 'spec.template.spec.containers') ?? [];

const containerColumns: readonly Column[] = [
  wide(
    text('Containers', (object) =>
      containers(object)
        .map(({ name }) => name)
        .join(','),
    ),
  ),
  wide(
    text('Images', (object) =>
      containers(object)
        .map(({ image }) => image)
        .join(','),
    ),
  ),
];

const templateColumns: readonly Column[] = [
  ...containerColumns,
  wide(text('Selector', (object) => selectorText(at(object, 'spec.selector')))),
];

const readyColumn = text(
  'Ready',
  (object) => `${number('status.readyReplicas')(object)}/${number('spec.replicas')(object)}`,
);

/** `kubectl get deployments`. */
export const deploymentColumns: readonly Column[] = [
  nameColumn,
  readyColumn,
  text('Up-to-date', number('status.updatedReplicas')),
  text('Available', number('status.availableReplicas')),
  ageColumn,
  ...templateColumns,
];

/** `kubectl get replicasets`. */
export const replicaSetColumns: readonly Column[] = [
  nameColumn,
  count('Desired', number('spec.replicas')),
  count('Current', number('status.replicas')),
  count('Ready', number('status.readyReplicas')),
  ageColumn,
  ...templateColumns,
];

/** `kubectl get statefulsets`. */
export const statefulSetColumns: readonly Column[] = [
  nameColumn,
  readyColumn,
  ageColumn,
  ...containerColumns,
];

/** `kubectl get daemonsets`. */
export const daemonSetColumns: readonly Column[] = [
  nameColumn,
  count('Desired', number('status.desiredNumberScheduled')),
  count('Current', number('status.currentNumberScheduled')),
  count('Ready', number('status.numberReady')),
  count('Up-to-date', number('status.updatedNumberScheduled')),
  count('Available', number('status.numberAvailable')),
  text('Node Selector', (object) => labelText(at(object, 'spec.template.spec.nodeSelector'))),
  ageColumn,
  ...templateColumns,
];

const jobConditions = ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

function jobStatus(job: KubeObject): string {
  const conditions = at<{ type: string; status: string }[]>(job, 'status.conditions') ?? [];
  const found = jobConditions.find((wanted) =>
    conditions.some(({ type, status }) => type === wanted && status === 'True'),
  );
  return found ?? (job.metadata.deletionTimestamp ? 'Terminating' : 'Running');
}

/** `kubectl get jobs`. */
export const jobColumns: readonly Column[] = [
  nameColumn,
  text('Status', jobStatus),
  text(
    'Completions',
    (job) => `${number('status.succeeded')(job)}/${at<number>(job, 'spec.completions') ?? 1}`,
  ),
  text('Duration', (job, now) => {
    const start = at<string>(job, 'status.startTime');
    const end = at<string>(job, 'status.completionTime');
    return start ? humanDuration(((end ? Date.parse(end) : now.getTime()) - Date.parse(start)) / 1000) : '';
  }),
  ageColumn,
  ...templateColumns,
];

/** `kubectl get poddisruptionbudgets`. */
export const podDisruptionBudgetColumns: readonly Column[] = [
  nameColumn,
  text('Min Available', (object) => String(at(object, 'spec.minAvailable') ?? 'N/A')),
  text('Max Unavailable', (object) => String(at(object, 'spec.maxUnavailable') ?? 'N/A')),
  count('Allowed Disruptions', number('status.disruptionsAllowed')),
  ageColumn,
];

/** `kubectl get horizontalpodautoscalers`; metric targets are not worked out. */
export const autoscalerColumns: readonly Column[] = [
  nameColumn,
  text(
    'Reference',
    (object) => `${at(object, 'spec.scaleTargetRef.kind')}/${at(object, 'spec.scaleTargetRef.name')}`,
  ),
  text('Targets', () => '<unknown>'),
  text('MinPods', (object) => String(at(object, 'spec.minReplicas') ?? '<unset>')),
  text('MaxPods', number('spec.maxReplicas')),
  text('Replicas', number('status.currentReplicas')),
  ageColumn,
];
