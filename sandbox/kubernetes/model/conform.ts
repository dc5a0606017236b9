import { canonicalQuantity, notAQuantity } from './quantity.ts';
import type { Field, ScalarSchema, Schema } from './schema.ts';

/** What decoding an object against its schema brought to light. */
export interface Conformed {
  /** The object without its unknown fields and without nulls where a field may be absent. */
  readonly value: unknown;
  /** Paths of unknown fields, as strict decoding names them: `spec.ports[0].foo`. */
  readonly unknown: readonly string[];
}

/** A value of the wrong JSON type; its message is that of Go's decoder. */
export class TypeMismatch extends Error {}

interface Decoding {
  readonly unknown: string[];
  /** Values of wrong types are kept, for a validator that comes later (custom resources). */
  readonly lenient: boolean;
}

/** Decodes JSON into a kind's fields as a Go struct would be: drops what has no field, refuses wrong types. */
export function conform(schema: Schema, value: unknown, { lenient = false } = {}): Conformed {
  const unknown: string[] = [];
  return { value: walk(schema, value, [], schema, { unknown, lenient }), unknown };
}

const jsonType = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;

const accepts: Readonly<Record<ScalarSchema['type'], (value: unknown) => boolean>> = {
  any: () => true,
  string: (value) => typeof value === 'string',
  bytes: (value) => typeof value === 'string',
  time: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  number: (value) => typeof value === 'number',
  'int-or-string': (value) => typeof value === 'string' || typeof value === 'number',
  quantity: (value) => typeof value === 'string' || typeof value === 'number',
};

const goTypes: Readonly<Record<string, string>> = {
  integer: 'int32',
  number: 'float64',
  boolean: 'bool',
  bytes: '[]uint8',
  time: 'v1.Time',
};

// Go names the struct that has the field, then the path of JSON names without indexes.
function mismatch(schema: Schema, value: unknown, path: readonly string[], parent: Schema): TypeMismatch {
  const struct = (parent.type === 'object' ? parent.name : undefined)?.split('.').at(-1) ?? '';
  const names = path.filter((part) => !part.startsWith('['));
  const wanted =
    schema.type === 'list'
      ? `[]${structName(schema.items)}`
      : schema.type === 'map'
        ? `map[string]${structName(schema.values)}`
        : structName(schema);
  const seen = typeof value === 'number' && schema.type === 'integer' ? `number ${value}` : jsonType(value);
  return new TypeMismatch(
    `json: cannot unmarshal ${seen} into Go struct field ${struct}.${names.join('.')} of type ${wanted}`,
  );
}

const structName = (schema: Schema): string => {
  if (schema.type !== 'object') return goTypes[schema.type] ?? schema.type;
  const [pkg = '', name = ''] = (schema.name ?? '').split('.');
  return `${pkg.split('/').at(-1)}.${name}`;
};

function walk(
  schema: Schema,
  value: unknown,
  path: readonly string[],
  parent: Schema,
  decoding: Decoding,
): unknown {
  if (value === null || value === undefined || schema.type === 'any') return value;
  const wrong = () => {
    if (decoding.lenient) return value;
    throw mismatch(schema, value, path, parent);
  };
  if (schema.type === 'list') {
    if (!Array.isArray(value)) return wrong();
    return value.map((item, index) => walk(schema.items, item, [...path, `[${index}]`], parent, decoding));
  }
  if (schema.type !== 'object' && schema.type !== 'map') {
    if (!accepts[schema.type](value)) return wrong();
    if (schema.type === 'bytes') checkBase64(String(value));
    if (schema.type !== 'quantity') return value;
    const quantity = canonicalQuantity(String(value));
    if (quantity === undefined) throw new TypeMismatch(notAQuantity);
    return quantity;
  }
  if (typeof value !== 'object' || Array.isArray(value)) return wrong();
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const field = schema.type === 'map' ? schema.values : schema.fields[key]?.schema;
    if (!field && !(schema.type === 'object' && schema.open)) {
      decoding.unknown.push(joinPath([...path, key]));
      continue;
    }
    if (item === null && schema.type === 'object' && field && !field.nullable && field.type !== 'any')
      continue;
    const owner = schema.type === 'object' ? schema : parent;
    // Go's decoder does not name the keys of maps.
    const inner = schema.type === 'map' && !decoding.lenient ? path : [...path, key];
    const walked = field ? walk(field, item, inner, owner, decoding) : item;
    const declared = schema.type === 'object' && !decoding.lenient ? schema.fields[key] : undefined;
    if (!isOmitted(declared, walked)) result[key] = walked;
  }
  return result;
}

// encoding/base64 names the first byte that it cannot use.
function checkBase64(text: string): void {
  const byte = /^[A-Za-z0-9+/\r\n]*/.exec(text)?.[0].length ?? 0;
  const rest = text.slice(byte);
  if (!/^={0,2}$/.test(rest) || text.replace(/[\r\n]/g, '').length % 4 !== 0)
    throw new TypeMismatch(
      `illegal base64 data at input byte ${rest === '' ? text.length - (text.length % 4) : byte}`,
    );
}

/** Whether Go would leave the value out: zero or empty, in a field that is neither a pointer nor always written. */
export function isOmitted(field: Field | undefined, value: unknown): boolean {
  if (!field || field.pointer || field.always) return false;
  if (value === null || value === undefined) return true;
  if (field.schema.type === 'list' || field.schema.type === 'map') return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}

const joinPath = (path: readonly string[]): string => path.join('.').replaceAll('.[', '[');
