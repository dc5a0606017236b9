import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import { ageColumn, type Column, count, nameColumn, since, text, wide } from './column.ts';

const size = (path: string) => (object: KubeObject) =>
  Object.keys(at<Record<string, unknown>>(object, path) ?? {}).length;

/** `kubectl get configmaps`. */
export const configMapColumns: readonly Column[] = [
  nameColumn,
  text('Data', (object) => size('data')(object) + size('binaryData')(object)),
  ageColumn,
];

/** `kubectl get secrets`. */
export const secretColumns: readonly Column[] = [
  nameColumn,
  text('Type', (object) => at<string>(object, 'type') ?? ''),
  text('Data', size('data')),
  ageColumn,
];

/** `kubectl get namespaces`. */
export const namespaceColumns: readonly Column[] = [
  nameColumn,
  text('Status', (object) => at<string>(object, 'status.phase') ?? ''),
  ageColumn,
];

interface EventObject {
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly fieldPath?: string };
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly eventTime?: string;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
  readonly count?: number;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}

const event = (object: KubeObject): EventObject => object as unknown as EventObject;

const firstSeen = ({ firstTimestamp, eventTime }: EventObject): string | undefined =>
  firstTimestamp ?? eventTime;

function eventTarget({ involvedObject: { kind = '', name } }: EventObject): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function eventSource({ source, reportingComponent, reportingInstance }: EventObject): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}

/** `kubectl get events`. */
export const eventColumns: readonly Column[] = [
  text('Last Seen', (object, now) => {
    const one = event(object);
    return since(one.series?.lastObservedTime ?? one.lastTimestamp ?? firstSeen(one), now);
  }),
  text('Type', (object) => event(object).type ?? ''),
  text('Reason', (object) => event(object).reason ?? ''),
  text('Object', (object) => eventTarget(event(object))),
  wide(text('Subobject', (object) => event(object).involvedObject.fieldPath ?? '')),
  wide(text('Source', (object) => eventSource(event(object)))),
  text('Message', (object) => (event(object).message ?? '').trim()),
  wide(text('First Seen', (object, now) => since(firstSeen(event(object)), now))),
  wide(text('Count', (object) => event(object).series?.count ?? event(object).count ?? 1)),
  wide(nameColumn),
];

function nodeStatus(node: KubeObject): string {
  const conditions = at<{ type: string; status: string }[]>(node, 'status.conditions') ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const status = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec.unschedulable') ? `${status},SchedulingDisabled` : status;
}

const rolePrefix = 'node-role.kubernetes.io/';

const nodeRoles = (node: KubeObject): string => {
  const roles = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(rolePrefix));
  return (
    roles
      .map((label) => label.slice(rolePrefix.length))
      .sort()
      .join(',') || '<none>'
  );
};

const nodeAddress = (wanted: string) => (node: KubeObject) =>
  (at<{ type: string; address: string }[]>(node, 'status.addresses') ?? []).find(
    ({ type }) => type === wanted,
  )?.address ?? '<none>';

const nodeInfo = (field: string) => (node: KubeObject) =>
  at<string>(node, `status.nodeInfo.${field}`) || '<unknown>';

/** `kubectl get nodes`. */
export const nodeColumns: readonly Column[] = [
  nameColumn,
  text('Status', nodeStatus),
  text('Roles', nodeRoles),
  ageColumn,
  text('Version', (node) => at<string>(node, 'status.nodeInfo.kubeletVersion') ?? ''),
  wide(text('Internal-IP', nodeAddress('InternalIP'))),
  wide(text('External-IP', nodeAddress('ExternalIP'))),
  wide(text('OS-Image', nodeInfo('osImage'))),
  wide(text('Kernel-Version', nodeInfo('kernelVersion'))),
  wide(text('Container-Runtime', nodeInfo('containerRuntimeVersion'))),
];

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

const subjects = (kind: string) => (object: KubeObject) =>
  (at<Subject[]>(object, 'subjects') ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (namespace ? `${namespace}/${name}` : name))
    .join(', ');

/** `kubectl get rolebindings` and `clusterrolebindings`. */
export const bindingColumns: readonly Column[] = [
  nameColumn,
  text('Role', (object) => `${at(object, 'roleRef.kind')}/${at(object, 'roleRef.name')}`),
  ageColumn,
  wide(text('Users', subjects('User'))),
  wide(text('Groups', subjects('Group'))),
  wide(text('ServiceAccounts', subjects('ServiceAccount'))),
];

/** `kubectl get clusterroles` (and `roles`, which have the same columns as custom resources without any). */
export const createdAtColumns: readonly Column[] = [
  nameColumn,
  {
    name: 'Created At',
    type: 'date',
    cell: (object) => object.metadata.creationTimestamp ?? null,
  },
];

/** `kubectl get mutatingwebhookconfigurations` and `validatingwebhookconfigurations`. */
export const webhookColumns: readonly Column[] = [nameColumn, count('Webhooks', size('webhooks')), ageColumn];

/** `kubectl get leases`. */
export const leaseColumns: readonly Column[] = [
  nameColumn,
  text('Holder', (object) => at<string>(object, 'spec.holderIdentity') ?? ''),
  ageColumn,
];

const defaultClass = 'storageclass.kubernetes.io/is-default-class';

/** `kubectl get storageclasses`. */
export const storageClassColumns: readonly Column[] = [
  {
    ...nameColumn,
    cell: ({ metadata }) =>
      metadata.annotations?.[defaultClass] === 'true' ? `${metadata.name} (default)` : metadata.name,
  },
  text('Provisioner', (object) => at<string>(object, 'provisioner') ?? ''),
  text('ReclaimPolicy', (object) => at<string>(object, 'reclaimPolicy') ?? 'Delete'),
  text('VolumeBindingMode', (object) => at<string>(object, 'volumeBindingMode') ?? 'Immediate'),
  text('AllowVolumeExpansion', (object) => at<boolean>(object, 'allowVolumeExpansion') ?? false),
  ageColumn,
];

/** `kubectl get apiservices`. */
export const apiServiceColumns: readonly Column[] = [
  nameColumn,
  text('Service', (object) => {
    const service = at<{ namespace: string; name: string }>(object, 'spec.service');
    return service ? `${service.namespace}/${service.name}` : 'Local';
  }),
  text('Available', (object) => {
    const conditions =
      at<{ type: string; status: string; reason?: string }[]>(object, 'status.conditions') ?? [];
    const available = conditions.find(({ type }) => type === 'Available');
    return available?.status === 'True'
      ? 'True'
      : `${available?.status ?? 'Unknown'} (${available?.reason ?? ''})`;
  }),
  ageColumn,
];
