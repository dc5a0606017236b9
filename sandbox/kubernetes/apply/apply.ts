import { KubeError, type KubeObject } from '../api.ts';
import type { Cause } from '../model/errors.ts';
import { apiVersion, type Resource } from '../model/resource.ts';
import type { Schema } from '../model/schema.ts';
import { difference, emptySet, type FieldSet, intersection, isEmpty, pathsOf, union } from './field-set.ts';
import {
  blankObject,
  type Manager,
  type Managers,
  managerKey,
  ownable,
  readManagers,
  unmanaged,
} from './managers.ts';
import { mergeTyped, removeFields, withNamedFields } from './merge.ts';
import { compare, fieldsOf } from './typed.ts';

/** What an apply makes of an object. */
export interface Applied {
  readonly object: KubeObject;
  readonly managers: Managers;
}

/** Who applies, and whether it takes fields from others. */
export interface Applier {
  readonly manager: string;
  readonly force: boolean;
  readonly subresource?: string;
}

/**
 * Server-side apply (kubernetes.io, "Server-Side Apply"): lays the configuration over the live object, takes away what
 * this manager applied before and no longer does, and refuses to change what others own unless forced.
 */
export function applyConfiguration(
  resource: Resource,
  live: KubeObject | undefined,
  config: KubeObject,
  applier: Applier,
): Applied {
  const { schema } = resource;
  const hasStatus = resource.subresources.some((part) => part.name === 'status');
  const present = live ? unmanaged(live) : {};
  const managers = live ? withUnrecorded(resource, live, hasStatus) : new Map<string, Manager>();
  const self = {
    manager: applier.manager,
    operation: 'Apply',
    apiVersion: apiVersion(resource),
    ...(applier.subresource ? { subresource: applier.subresource } : {}),
  } as const;
  const key = managerKey(self);
  const last = managers.get(key)?.fields ?? emptySet;
  managers.set(key, { ...self, fields: ownable(fieldsOf(schema, config), hasStatus, applier.subresource) });
  const merged = mergeTyped(schema, present, config);
  const object = isEmpty(last) ? merged : prune(schema, merged, managers, last);
  settle(schema, present, object, managers, key, applier.force);
  return { object: object as KubeObject, managers };
}

// What was there before anybody applied belongs to a manager of its own.
function withUnrecorded(resource: Resource, live: KubeObject, hasStatus: boolean): Managers {
  const managers = readManagers(live);
  if (managers.size > 0) return managers;
  const first = {
    manager: 'before-first-apply',
    operation: 'Update',
    apiVersion: apiVersion(resource),
  } as const;
  const fields = ownable(
    compare(resource.schema, blankObject(resource), unmanaged(live)).added,
    hasStatus,
    undefined,
  );
  return new Map([[managerKey(first), { ...first, fields }]]);
}

function prune(schema: Schema, merged: unknown, managers: Managers, last: FieldSet): unknown {
  const named = (set: FieldSet) => withNamedFields(schema, set);
  const there = named(fieldsOf(schema, merged));
  const stripped = removeFields(schema, merged, named(last));
  const owned = [...managers.values()].reduce((set, manager) => union(set, manager.fields), emptySet);
  const kept = union(named(fieldsOf(schema, stripped ?? {})), named(owned));
  const withOwned = removeFields(schema, merged, difference(there, kept));
  const gone = difference(there, named(fieldsOf(schema, withOwned ?? {})));
  return removeFields(schema, merged, intersection(gone, named(last))) ?? {};
}

// Takes from the other managers what the apply changes, or refuses.
function settle(
  schema: Schema,
  before: unknown,
  after: unknown,
  managers: Managers,
  self: string,
  force: boolean,
): void {
  const { added, modified, removed } = compare(schema, before, after);
  const changed = union(added, modified);
  const others = [...managers].filter(([key]) => key !== self);
  const conflicts = others
    .map(([, manager]) => ({ manager, fields: intersection(manager.fields, changed) }))
    .filter(({ fields }) => !isEmpty(fields));
  if (conflicts.length > 0 && !force) throw applyConflict(conflicts);
  for (const [key, manager] of others)
    managers.set(key, { ...manager, fields: difference(difference(manager.fields, changed), removed) });
}

const managerText = ({ manager, operation, apiVersion: version, subresource }: Manager): string => {
  const name = `"${manager}"${subresource ? ` with subresource "${subresource}"` : ''}`;
  return operation === 'Update' ? `${name} using ${version}` : name;
};

function applyConflict(conflicts: readonly { manager: Manager; fields: FieldSet }[]): KubeError {
  const causes: Cause[] = conflicts.flatMap(({ manager, fields }) =>
    pathsOf(fields).map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${managerText(manager)}`,
      field,
    })),
  );
  const [only] = causes;
  const text =
    causes.length === 1 && only
      ? `${only.message}: ${only.field}`
      : conflicts
          .flatMap(({ manager, fields }) => [
            `conflicts with ${managerText(manager)}:`,
            ...pathsOf(fields).map((path) => `- ${path}`),
          ])
          .join('\n');
  const title = `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  return new KubeError(409, 'Conflict', `${title}: ${text}`, { causes });
}
