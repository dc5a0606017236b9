import type { ListSchema, Schema } from '../model/schema.ts';
import { type FieldSet, isEmpty, node } from './field-set.ts';
import { fieldSchema, granularity, isDeclared, isObject, itemElement, type Json } from './typed.ts';

/** Lays a configuration over a value: what the configuration says wins, what it leaves out stays. */
export function mergeTyped(schema: Schema, live: unknown, config: unknown): unknown {
  const parts = granularity(schema);
  if (parts === 'list' && schema.type === 'list' && Array.isArray(live) && Array.isArray(config))
    return mergeList(schema, live, config);
  if (parts !== 'map' || !isObject(live) || !isObject(config)) return config;
  const result: Json = { ...live };
  for (const [key, value] of Object.entries(config))
    result[key] = key in live ? mergeTyped(fieldSchema(schema, key), live[key], value) : value;
  return result;
}

// The configuration's order; elements that only the live list has stay before the shared element that followed them.
function mergeList(schema: ListSchema, live: readonly unknown[], config: readonly unknown[]): unknown[] {
  const byElement = (items: readonly unknown[]) =>
    new Map(items.map((item) => [itemElement(schema, item), item]));
  const left = byElement(live);
  const right = byElement(config);
  const pending = [...left.keys()];
  const result: unknown[] = [];
  const takeOwn = (): void => {
    for (let next = pending[0]; next !== undefined && !right.has(next); next = pending[0]) {
      result.push(left.get(next));
      pending.shift();
    }
  };
  for (const [element, item] of right) {
    takeOwn();
    if (!left.has(element)) result.push(item);
    else {
      result.push(mergeTyped(schema.items, left.get(element), item));
      pending.splice(pending.indexOf(element), 1);
    }
  }
  return [...result, ...pending.map((element) => left.get(element))];
}

/** The value without the fields of a set; undefined when nothing is left of it. */
export function removeFields(schema: Schema, value: unknown, fields: FieldSet): unknown {
  const parts = granularity(schema);
  if (parts === 'list' && schema.type === 'list' && Array.isArray(value)) {
    const kept = value.flatMap((item) => {
      const inner = fields.children.get(itemElement(schema, item));
      if (inner?.member) return [];
      return [inner ? removeFields(schema.items, item, inner) : item];
    });
    return kept.length > 0 || value.length === 0 ? kept : undefined;
  }
  if (parts !== 'map' || !isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const inner = fields.children.get(`f:${key}`);
    if (inner?.member) return [];
    const rest = inner && !isEmpty(inner) ? removeFields(fieldSchema(schema, key), item, inner) : item;
    return rest === undefined ? [] : [[key, rest]];
  });
  return kept.length > 0 || Object.keys(value).length === 0 ? Object.fromEntries(kept) : undefined;
}

/** The set with every declared field on the way to a member counted as a member too. */
export function withNamedFields(schema: Schema, set: FieldSet): FieldSet {
  return node(
    set.member,
    [...set.children].map(([element, child]) => {
      const inner = withNamedFields(elementSchema(schema, element), child);
      return [element, { ...inner, member: inner.member || isDeclared(schema, element) }];
    }),
  );
}

const elementSchema = (schema: Schema, element: string): Schema =>
  schema.type === 'list' ? schema.items : fieldSchema(schema, element.slice(2));
