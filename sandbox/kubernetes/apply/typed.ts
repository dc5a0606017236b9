import { isDeepStrictEqual } from 'node:util';
import type { ListSchema, Schema } from '../model/schema.ts';
import { type FieldSet, node } from './field-set.ts';

// Walks of values along their schema, as structured-merge-diff (sigs.k8s.io) defines them.

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (isContainer(value) && Object.keys(value).length === 0);

/** How a value's parts are owned: one by one, or only as a whole. */
export function granularity(schema: Schema): 'map' | 'list' | 'whole' {
  if (schema.type === 'list') return schema.listType === 'atomic' ? 'whole' : 'list';
  if (schema.type === 'object' || schema.type === 'map') return schema.atomic ? 'whole' : 'map';
  return 'whole';
}

/** The schema of a field; unknown fields of open objects are owned as a whole. */
export const fieldSchema = (schema: Schema, key: string): Schema => {
  if (schema.type === 'object') return schema.fields[key]?.schema ?? { type: 'any' };
  return schema.type === 'map' ? schema.values : { type: 'any' };
};

/** Whether the field is one of the type's own, not the key of a map. */
export const isDeclared = (schema: Schema, element: string): boolean =>
  schema.type === 'object' && element.startsWith('f:') && element.slice(2) in schema.fields;

/** The path element of an item of a list of type set or map. */
export function itemElement(schema: ListSchema, item: unknown): string {
  if (schema.listType === 'set') return `v:${JSON.stringify(item)}`;
  const fields = schema.items.type === 'object' ? schema.items.fields : {};
  const keys = (schema.keys ?? []).map((key): [string, unknown] => [
    key,
    (isObject(item) ? item[key] : undefined) ?? fields[key]?.default,
  ]);
  const present = keys.filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `k:${JSON.stringify(Object.fromEntries(present))}`;
}

/** The children of a granular value by path element, with their schemas. */
function childrenOf(schema: Schema, value: unknown): Map<string, { schema: Schema; value: unknown }> {
  if (schema.type === 'list') {
    const items = Array.isArray(value) ? value : [];
    return new Map(items.map((item) => [itemElement(schema, item), { schema: schema.items, value: item }]));
  }
  const entries = isObject(value) ? Object.entries(value) : [];
  return new Map(
    entries
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [`f:${key}`, { schema: fieldSchema(schema, key), value: item }]),
  );
}

/** The fields that a configuration sets. */
export function fieldsOf(schema: Schema, value: unknown): FieldSet {
  const parts = granularity(schema);
  if (parts === 'whole' || !isContainer(value)) return node(true, []);
  return node(
    false,
    [...childrenOf(schema, value)].map(([element, child]) => {
      const inner = fieldsOf(child.schema, child.value);
      const blank = child.value === null || (isObject(child.value) && isBlank(child.value));
      const member = inner.member || blank || parts === 'list' || !isDeclared(schema, element);
      return [element, { ...inner, member }];
    }),
  );
}

/**
 * What an object is before anything is set: Go's zero value, in which embedded structs and lists without `omitempty`
 * are there already, so that setting something inside does not add them.
 */
export function zeroValue(schema: Schema): Json {
  if (schema.type !== 'object') return {};
  const fields = Object.entries(schema.fields).flatMap(([key, field]): [string, unknown][] => {
    if (field.schema.type === 'object' && !field.pointer) return [[key, zeroValue(field.schema)]];
    return field.schema.type === 'list' && field.always ? [[key, null]] : [];
  });
  return Object.fromEntries(fields);
}

/** What a change added, changed and took away. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const nothing = node(false, []);
const all = node(true, []);

/** Compares two states of a value; undefined is absence. */
export function compare(schema: Schema, before: unknown, after: unknown): Comparison {
  const added = before === undefined;
  const removed = after === undefined;
  if (
    granularity(schema) === 'whole' ||
    (isBlank(before) && isBlank(after)) ||
    isScalar(before) ||
    isScalar(after)
  )
    return {
      added: added ? all : nothing,
      removed: removed ? all : nothing,
      modified: !added && !removed && !isDeepStrictEqual(before, after) ? all : nothing,
    };
  const left = childrenOf(schema, before);
  const right = childrenOf(schema, after);
  const elements = [...new Set([...left.keys(), ...right.keys()])];
  const inner = elements.map((element) => {
    const child = (right.get(element) ?? left.get(element))?.schema ?? schema;
    return [element, compare(child, left.get(element)?.value, right.get(element)?.value)] as const;
  });
  return {
    added: node(
      added,
      inner.map(([element, one]) => [element, one.added]),
    ),
    removed: node(
      removed,
      inner.map(([element, one]) => [element, one.removed]),
    ),
    modified: node(
      false,
      inner.map(([element, one]) => [element, one.modified]),
    ),
  };
}

const isScalar = (value: unknown): boolean => value !== undefined && value !== null && !isContainer(value);
