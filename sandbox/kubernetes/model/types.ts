import type { Field, ListType, ObjectSchema, ScalarSchema, Schema } from './schema.ts';
import table from './types.json' with { type: 'json' };

// types.json: the Go API types of Kubernetes 1.35 (k8s.io/api, apimachinery, apiextensions, kube-aggregator v0.35.2),
// as `field: "<protobuf number> <type> [list type=keys] [merge=key] [always] [default=value]"`. A leading `*` is a pointer,
// `[]` a list, `map` a map with string keys; `...n` is a message whose fields stand in the parent's JSON, `always` is a field without Go's `omitempty`,
// `!` marks a type that server-side apply treats as one value.
const types: Readonly<Record<string, Readonly<Record<string, string>>>> = table;

const scalars: Readonly<Record<string, ScalarSchema['type']>> = {
  string: 'string',
  bool: 'boolean',
  int32: 'integer',
  int64: 'integer',
  float64: 'number',
  bytes: 'bytes',
  time: 'time',
  microtime: 'time',
  duration: 'string',
  quantity: 'quantity',
  'int-or-string': 'int-or-string',
  any: 'any',
};

const known = new Map<string, ObjectSchema>();

/** The schema of a Go API type (`core/v1.PodSpec`). Fields are worked out when first asked for: types can be recursive. */
export function typeSchema(name: string): ObjectSchema {
  let schema = known.get(name);
  if (!schema) {
    const rows = types[name];
    if (!rows) throw new Error(`types.json has no type ${name}`);
    schema = lazyObject(name, rows);
    known.set(name, schema);
  }
  return schema;
}

const inlinedKey = /^\.\.\./;

function lazyObject(name: string, rows: Readonly<Record<string, string>>): ObjectSchema {
  let memo: Readonly<Record<string, Field>> | undefined;
  const inlined = Object.entries(rows).filter(([key]) => inlinedKey.test(key));
  return {
    type: 'object',
    name,
    atomic: rows['!'] === 'atomic',
    get fields(): Readonly<Record<string, Field>> {
      const fields =
        memo ??
        Object.fromEntries([
          ...inlined.flatMap(([, row]) =>
            Object.entries(inlinedType(row).schema.fields).map(([key, field]) => [
              key,
              { ...field, proto: 0 },
            ]),
          ),
          ...Object.entries(rows)
            .filter(([key]) => key !== '!' && !inlinedKey.test(key))
            .map(([key, row]) => [key, parseField(row)]),
        ]);
      memo = fields;
      return fields;
    },
    inlined: inlined.map(([, row]) => inlinedType(row)),
  };
}

function inlinedType(row: string): { proto: number; schema: ObjectSchema } {
  const [number, type = ''] = row.split(' ');
  return { proto: Number(number), schema: typeSchema(type.replace('*', '')) };
}

type Options = ReadonlyMap<string, string | undefined>;

function parseField(row: string): Field {
  const [number, ...rest] = row.split(' ');
  const map = rest[0] === 'map' || rest[0] === '*map';
  const type = map ? (rest[1] ?? '') : (rest[0] ?? '');
  const options: Options = new Map(
    rest.slice(map ? 2 : 1).map((option): [string, string | undefined] => {
      const [key = '', value] = option.split('=');
      return [key, value];
    }),
  );
  return {
    schema: map
      ? { type: 'map', values: parseType(type, new Map()), atomic: options.has('atomic') }
      : parseType(type, options),
    proto: Number(number),
    pointer: rest[0]?.startsWith('*') ?? false,
    always: options.has('always'),
    ...(options.has('default') ? { default: options.get('default') } : {}),
  };
}

function parseType(text: string, options: Options): Schema {
  const type = text.replace(/^(items|\*)/, '');
  if (type.startsWith('[]')) {
    const listType = (['set', 'map'] as ListType[]).find((one) => options.has(one)) ?? 'atomic';
    return {
      type: 'list',
      items: parseType(type.slice(2), new Map()),
      listType,
      wrapped: text.startsWith('items'),
      ...(listType === 'map' ? { keys: options.get('map')?.split(',') ?? [] } : {}),
      ...(options.has('merge') ? { mergeKey: options.get('merge') ?? '' } : {}),
      ...(options.has('retainKeys') ? { retainKeys: true } : {}),
    };
  }
  const scalar = scalars[type];
  if (scalar) return { type: scalar, ...(type === 'microtime' ? { micro: true } : {}) };
  const object = typeSchema(type);
  return options.has('atomic') ? { ...object, fields: object.fields, atomic: true } : object;
}

const typeMeta: Readonly<Record<string, Field>> = {
  apiVersion: { schema: { type: 'string' } },
  kind: { schema: { type: 'string' } },
};

/** `core/v1` for `v1`, `rbac/v1` for `rbac.authorization.k8s.io/v1`. */
const packageOf = (groupVersion: string): string => {
  const [group = '', version] = groupVersion.split('/');
  return version === undefined ? `core/${group}` : `${group.split('.')[0]}/${version}`;
};

const kinds = new Map<string, ObjectSchema>();

/** The schema of a built-in kind, `apiVersion` and `kind` included; undefined when the table does not have it. */
export function kindSchema(groupVersion: string, kind: string): ObjectSchema | undefined {
  const name = `${packageOf(groupVersion)}.${kind}`;
  if (!types[name]) return undefined;
  let schema = kinds.get(name);
  if (!schema) {
    const { fields, inlined } = typeSchema(name);
    schema = { type: 'object', name, fields: { ...typeMeta, ...fields }, inlined };
    kinds.set(name, schema);
  }
  return schema;
}
