import { isDeepStrictEqual } from 'node:util';
import type { Cause } from '../model/errors.ts';
import type { OpenApiSchema } from './open-api.ts';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What of a custom object breaks its OpenAPI schema, in the words of a real API server. CEL rules are not run. */
export function validateCustom(open: OpenApiSchema, value: unknown): Cause[] {
  return check(open, value, '');
}

const typeTests: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
};

const typeName = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

const invalidValue = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${valueText(value)}: ${field} in body ${why}`,
});

const valueText = (value: unknown): string => JSON.stringify(value);

function check(open: OpenApiSchema, value: unknown, path: string): Cause[] {
  if (value === null && open.nullable) return [];
  if (open['x-kubernetes-int-or-string'])
    return typeof value === 'string' || Number.isInteger(value)
      ? []
      : [typeCause(path, value, 'integer or string')];
  const test = typeTests[open.type ?? ''];
  if (test && !test(value)) return [typeCause(path, value, open.type ?? '')];
  const own = rules.flatMap((rule) => rule(open, value, path) ?? []);
  return [...own, ...checkEnum(open, value, path), ...checkInside(open, value, path)];
}

const typeCause = (field: string, value: unknown, wanted: string): Cause => ({
  reason: 'FieldValueTypeInvalid',
  field: field || '<nil>',
  message: `Invalid value: "${typeName(value)}": ${field} in body must be of type ${wanted}: "${typeName(value)}"`,
});

type Rule = (open: OpenApiSchema, value: unknown, path: string) => Cause | undefined;

const rules: readonly Rule[] = [
  ({ pattern }, value, path) =>
    pattern !== undefined && typeof value === 'string' && !new RegExp(pattern, 'u').test(value)
      ? invalidValue(path, value, `should match '${pattern}'`)
      : undefined,
  ({ minLength }, value, path) =>
    minLength !== undefined && typeof value === 'string' && value.length < minLength
      ? invalidValue(path, value, `should be at least ${minLength} chars long`)
      : undefined,
  ({ maxLength }, value, path) =>
    maxLength !== undefined && typeof value === 'string' && value.length > maxLength
      ? {
          reason: 'FieldValueTooLong',
          field: path,
          message: `Too long: may not be more than ${maxLength} bytes`,
        }
      : undefined,
  ({ minimum }, value, path) =>
    minimum !== undefined && typeof value === 'number' && value < minimum
      ? invalidValue(path, value, `should be greater than or equal to ${minimum}`)
      : undefined,
  ({ maximum }, value, path) =>
    maximum !== undefined && typeof value === 'number' && value > maximum
      ? invalidValue(path, value, `should be less than or equal to ${maximum}`)
      : undefined,
  ({ minItems }, value, path) =>
    minItems !== undefined && Array.isArray(value) && value.length < minItems
      ? invalidValue(path, value.length, `should have at least ${minItems} items`)
      : undefined,
  ({ maxItems }, value, path) =>
    maxItems !== undefined && Array.isArray(value) && value.length > maxItems
      ? {
          reason: 'FieldValueTooMany',
          field: path,
          message: `Too many: ${value.length}: must have at most ${maxItems} items`,
        }
      : undefined,
  ({ minProperties }, value, path) =>
    minProperties !== undefined && isObject(value) && Object.keys(value).length < minProperties
      ? invalidValue(path, Object.keys(value).length, `should have at least ${minProperties} properties`)
      : undefined,
  ({ maxProperties }, value, path) =>
    maxProperties !== undefined && isObject(value) && Object.keys(value).length > maxProperties
      ? {
          reason: 'FieldValueTooMany',
          field: path,
          message: `Too many: ${Object.keys(value).length}: must have at most ${maxProperties} items`,
        }
      : undefined,
];

// transcripts/lbc: spec.scheme: Unsupported value: "public": supported values: "internal", "internet-facing"
function checkEnum(open: OpenApiSchema, value: unknown, field: string): Cause[] {
  if (!open.enum || open.enum.some((one) => isDeepStrictEqual(one, value))) return [];
  const supported = open.enum.map((one) => valueText(one)).join(', ');
  return [
    {
      reason: 'FieldValueNotSupported',
      field,
      message: `Unsupported value: ${valueText(value)}: supported values: ${supported}`,
    },
  ];
}

const join = (path: string, key: string): string => (path ? `${path}.${key}` : key);

function checkInside(open: OpenApiSchema, value: unknown, path: string): Cause[] {
  if (Array.isArray(value))
    return [
      ...value.flatMap((item, index) => check(open.items ?? {}, item, `${path}[${index}]`)),
      ...duplicates(open, value, path),
    ];
  if (!isObject(value)) return [];
  const missing = (open.required ?? [])
    .filter((key) => value[key] === undefined)
    .map(
      (key): Cause => ({ reason: 'FieldValueRequired', field: join(path, key), message: 'Required value' }),
    );
  const inner = Object.entries(value).flatMap(([key, item]) => {
    const rest = typeof open.additionalProperties === 'object' ? open.additionalProperties : undefined;
    const schema = open.properties?.[key] ?? rest;
    return schema && item !== undefined ? check(schema, item, join(path, key)) : [];
  });
  return [...missing, ...inner];
}

function duplicates(open: OpenApiSchema, items: readonly unknown[], path: string): Cause[] {
  const listType = open['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map') return [];
  const keys = open['x-kubernetes-list-map-keys'] ?? [];
  const keyOf = (item: unknown): unknown =>
    listType === 'set'
      ? item
      : Object.fromEntries(keys.map((key) => [key, isObject(item) ? item[key] : undefined]));
  const seen = new Set<string>();
  return items.flatMap((item, index): Cause[] => {
    const key = JSON.stringify(keyOf(item));
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      { reason: 'FieldValueDuplicate', field: `${path}[${index}]`, message: `Duplicate value: ${key}` },
    ];
  });
}

/** Fills in the defaults of a schema where fields are absent; changes `value`. */
export function applyDefaults(open: OpenApiSchema, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) applyDefaults(open.items ?? {}, item);
  if (!isObject(value)) return;
  for (const [key, schema] of Object.entries(open.properties ?? {})) {
    if (value[key] === undefined && schema.default !== undefined)
      value[key] = structuredClone(schema.default);
    if (value[key] !== undefined) applyDefaults(schema, value[key]);
  }
  if (typeof open.additionalProperties !== 'object') return;
  for (const [key, item] of Object.entries(value))
    if (!open.properties?.[key]) applyDefaults(open.additionalProperties, item);
}
