import type { KubeObject } from '../api.ts';
import type { Resource } from '../model/resource.ts';
import { decode, encode, type FieldSet, type FieldsV1, isEmpty, node } from './field-set.ts';
import { zeroValue } from './typed.ts';

/** `metadata.managedFields[]`. */
interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: FieldsV1;
  readonly subresource?: string;
}

/** A field manager and what it owns. */
export interface Manager extends Omit<ManagedFieldsEntry, 'fieldsV1' | 'fieldsType'> {
  readonly fields: FieldSet;
}

/** Managers by identity: appliers by name, updaters also by the version and the subresource that they wrote. */
export type Managers = Map<string, Manager>;

/** The identity of a manager. */
export const managerKey = ({
  manager,
  operation,
  apiVersion,
  subresource = '',
}: Omit<Manager, 'fields'>): string =>
  JSON.stringify([operation, manager, subresource, operation === 'Apply' ? '' : apiVersion]);

/** The managers recorded in an object. */
export function readManagers(object: KubeObject): Managers {
  const entries = (object.metadata.managedFields ?? []) as ManagedFieldsEntry[];
  return new Map(
    entries
      .filter((entry) => entry.manager !== undefined)
      .map(({ fieldsV1, fieldsType: _type, ...rest }) => {
        const manager: Manager = { ...rest, fields: decode(fieldsV1 ?? {}) };
        return [managerKey(manager), manager];
      }),
  );
}

/** Records managers in an object; `before` tells which kept what they had and so keep their time. */
export function writeManagers(object: KubeObject, managers: Managers, before: Managers, now: string): void {
  const entries = [...managers]
    .filter(([, manager]) => !isEmpty(manager.fields))
    .map(([key, { fields, time: _time, ...rest }]): ManagedFieldsEntry => {
      const fieldsV1 = encode(fields);
      const old = before.get(key);
      const same = old && JSON.stringify(encode(old.fields)) === JSON.stringify(fieldsV1);
      return { ...rest, time: (same && old.time) || now, fieldsType: 'FieldsV1', fieldsV1 };
    });
  entries.sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1));
  if (entries.length > 0) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}

const orderKey = ({
  operation,
  time = '',
  manager,
  apiVersion,
  subresource = '',
}: ManagedFieldsEntry): string => [operation, time, manager, apiVersion, subresource].join('\0');

/** The object as managers see it: without their own record. */
export function unmanaged(object: KubeObject): Record<string, unknown> {
  const { managedFields: _managed, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The state before an object's creation, as managers see it; custom resources start from nothing. */
export const blankObject = (resource: Resource): Record<string, unknown> =>
  resource.custom ? {} : zeroValue(resource.schema);

const nobodys = new Set(['f:apiVersion', 'f:kind']);
const nobodysMetadata = new Set(
  [
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((field) => `f:${field}`),
);

/** Fields without those that nobody owns, and without those that the endpoint cannot write. */
export function ownable(set: FieldSet, hasStatus: boolean, subresource: string | undefined): FieldSet {
  const children = [...set.children].flatMap(([element, child]): [string, FieldSet][] => {
    if (nobodys.has(element)) return [];
    if (subresource === 'status' && element !== 'f:status') return [];
    if (!subresource && hasStatus && element === 'f:status') return [];
    if (element !== 'f:metadata') return [[element, child]];
    return [
      [
        element,
        node(
          false,
          [...child.children].filter(([field]) => !nobodysMetadata.has(field)),
        ),
      ],
    ];
  });
  return node(false, children);
}
