import { badRequest } from '../model/errors.ts';
import type { ListSchema, Schema } from '../model/schema.ts';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// Directives inside a patch: kubernetes.io, "Strategic Merge Patch" (design proposal in community/sig-api-machinery).
const directive = '$patch';
const retainKeys = '$retainKeys';
const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

/** Strategic merge patch: like a merge patch, but lists whose schema has a merge key are joined. Arguments stay as they are. */
export function strategicPatch(schema: Schema | undefined, target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  return patchObject(schema, isObject(target) ? target : {}, patch);
}

const childSchema = (schema: Schema | undefined, key: string): Schema | undefined => {
  if (schema?.type === 'object') return schema.fields[key]?.schema;
  return schema?.type === 'map' ? schema.values : undefined;
};

function patchObject(schema: Schema | undefined, target: Json, patch: Json): Json | undefined {
  if (patch[directive] === 'delete') return undefined;
  const { [directive]: how, [retainKeys]: retained, ...fields } = patch;
  if (how === 'replace') return fields;
  const result: Json = { ...target };
  if (Array.isArray(retained))
    for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  for (const [key, value] of Object.entries(fields)) {
    if (key.startsWith(orderPrefix)) continue;
    if (key.startsWith(deletePrefix)) {
      const name = key.slice(deletePrefix.length);
      const present = result[name];
      if (Array.isArray(present))
        result[name] = present.filter((item) => !(value as unknown[]).includes(item));
      continue;
    }
    const patched = patchValue(childSchema(schema, key), result[key], value);
    if (patched === undefined || patched === null) delete result[key];
    else result[key] = patched;
  }
  for (const [key, order] of Object.entries(fields)) {
    if (!key.startsWith(orderPrefix)) continue;
    const name = key.slice(orderPrefix.length);
    const list = childSchema(schema, name);
    const present = result[name];
    if (list?.type === 'list' && Array.isArray(present))
      result[name] = inOrder(
        list,
        present,
        order as unknown[],
        (target[name] as unknown[] | undefined) ?? [],
      );
  }
  return result;
}

function patchValue(schema: Schema | undefined, target: unknown, patch: unknown): unknown {
  if (isObject(patch)) return patchObject(schema, isObject(target) ? target : {}, patch);
  if (Array.isArray(patch) && schema?.type === 'list' && schema.mergeKey !== undefined)
    return patchList(schema, Array.isArray(target) ? target : [], patch, schema.mergeKey);
  return patch;
}

function patchList(
  schema: ListSchema,
  target: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
): unknown[] {
  if (patch.some((item) => isObject(item) && item[directive] === 'replace'))
    return patch.filter((item) => !(isObject(item) && item[directive] === 'replace'));
  if (mergeKey === '') return [...target, ...patch.filter((item) => !target.includes(item))];
  let result = [...target];
  for (const item of patch) {
    if (!isObject(item)) throw badRequest('cannot merge different types');
    const key = item[mergeKey];
    if (key === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
    const matches = (other: unknown) => isObject(other) && other[mergeKey] === key;
    if (item[directive] === 'delete') result = result.filter((other) => !matches(other));
    else {
      const index = result.findIndex(matches);
      const merged = patchObject(schema.items, index < 0 ? {} : (result[index] as Json), item);
      if (index < 0) result.push(merged);
      else result[index] = merged;
    }
  }
  return result;
}

// Elements named in the order come in that order; the others keep their place relative to what surrounded them.
function inOrder(
  schema: ListSchema,
  list: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
): unknown[] {
  const keyOf = (item: unknown): unknown =>
    schema.mergeKey && isObject(item) ? item[schema.mergeKey] : item;
  const ranks = new Map(order.map((item, index) => [keyOf(item), index]));
  const named = list.filter((item) => ranks.has(keyOf(item)));
  named.sort((a, b) => (ranks.get(keyOf(a)) ?? 0) - (ranks.get(keyOf(b)) ?? 0));
  const others = list.filter((item) => !ranks.has(keyOf(item)));
  const place = (item: unknown): number => before.findIndex((other) => keyOf(other) === keyOf(item));
  const result = [...named];
  for (const item of others) {
    const next = result.findIndex((other) => place(other) > place(item));
    if (place(item) < 0 || next < 0) result.push(item);
    else result.splice(next, 0, item);
  }
  return result;
}
