import { isOmitted } from '../model/conform.ts';
import type { Field, ObjectSchema, ScalarSchema, Schema } from '../model/schema.ts';
import { kindSchema, typeSchema } from '../model/types.ts';
import { readFields, type WireField } from './wire.ts';

// "Kubernetes protobuf encoding": https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
const magic = Buffer.from('k8s\0');

/** Turns a protobuf request body into the JSON object it stands for; undefined when the kind has no field table. */
export function decodeProtobuf(body: Buffer): Record<string, unknown> | undefined {
  if (!body.subarray(0, magic.length).equals(magic)) throw new RangeError('missing the k8s protobuf prefix');
  const unknown = new Map(
    [...readFields(body.subarray(magic.length))].map(({ number, value }) => [number, value]),
  );
  const typeMeta = [...readFields(bytes(unknown.get(1)))].map(({ value }) => text(value));
  const [apiVersion = '', kind = ''] = typeMeta;
  const schema =
    kind === 'DeleteOptions' ? typeSchema('meta/v1.DeleteOptions') : kindSchema(apiVersion, kind);
  return schema && { apiVersion, kind, ...decodeMessage(schema, bytes(unknown.get(2))) };
}

const bytes = (value: WireField['value'] | undefined): Uint8Array =>
  value instanceof Uint8Array ? value : new Uint8Array();
const text = (value: WireField['value']): string => Buffer.from(bytes(value)).toString('utf8');

function decodeMessage(schema: ObjectSchema, message: Uint8Array): Record<string, unknown> {
  const names = new Map(
    Object.entries(schema.fields)
      .filter(([, field]) => field.proto)
      .map(([name, field]) => [field.proto, [name, field] as const]),
  );
  const inlined = new Map((schema.inlined ?? []).map((one) => [one.proto, one.schema]));
  const result: Record<string, unknown> = {};
  for (const { number, value } of readFields(message)) {
    const inner = inlined.get(number);
    if (inner) Object.assign(result, decodeMessage(inner, bytes(value)));
    const [name, field] = names.get(number) ?? [];
    if (name !== undefined && field) result[name] = decodeField(field, value, result[name]);
  }
  // Go writes every field that is not a pointer, empty or not; JSON has only what is set.
  for (const [name, value] of Object.entries(result))
    if (isOmitted(schema.fields[name], value)) delete result[name];
  return result;
}

function decodeField(field: Field, value: WireField['value'], before: unknown): unknown {
  const { schema } = field;
  if (schema.type === 'list') {
    if (schema.wrapped)
      return [...readFields(bytes(value))].map((item) => decodeValue(schema.items, item.value));
    return [...(Array.isArray(before) ? before : []), decodeValue(schema.items, value)];
  }
  if (schema.type === 'map') {
    const entry = new Map([...readFields(bytes(value))].map((part) => [part.number, part.value]));
    const item = decodeValue(schema.values, entry.get(2) ?? new Uint8Array());
    return { ...(before as object | undefined), [text(entry.get(1) ?? new Uint8Array())]: item };
  }
  return decodeValue(schema, value);
}

function decodeValue(schema: Schema, value: WireField['value']): unknown {
  if (schema.type === 'object') return decodeMessage(schema, bytes(value));
  if (schema.type === 'list' || schema.type === 'map') throw new RangeError('lists do not nest in protobuf');
  return scalarDecoders[schema.type](value, schema);
}

const integer = (value: WireField['value'] | undefined): number =>
  typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;

const parts = (value: WireField['value']): Map<number, WireField['value']> =>
  new Map([...readFields(bytes(value))].map((part) => [part.number, part.value]));

const scalarDecoders: Readonly<
  Record<ScalarSchema['type'], (value: WireField['value'], schema: ScalarSchema) => unknown>
> = {
  string: text,
  integer,
  number: (value) => Buffer.from(bytes(value)).readDoubleLE(),
  boolean: (value) => value === 1n,
  bytes: (value) => Buffer.from(bytes(value)).toString('base64'),
  quantity: (value) => text(parts(value).get(1) ?? new Uint8Array()),
  'int-or-string': (value) => {
    const fields = parts(value);
    return integer(fields.get(1)) === 0 ? integer(fields.get(2)) : text(fields.get(3) ?? new Uint8Array());
  },
  time: (value, schema) => {
    const fields = parts(value);
    if (!fields.has(1)) return null;
    const iso = new Date(integer(fields.get(1)) * 1000).toISOString();
    const micros = Math.trunc(integer(fields.get(2)) / 1000);
    return schema.micro
      ? iso.replace(/\d{3}Z$/, `${String(micros).padStart(6, '0')}Z`)
      : iso.replace(/\.\d+Z$/, 'Z');
  },
  any: (value) => {
    const raw = text(parts(value).get(1) ?? new Uint8Array());
    return raw === '' ? null : JSON.parse(raw);
  },
};
