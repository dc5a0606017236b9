import type { Field, ListType, Schema } from '../model/schema.ts';
import { typeSchema } from '../model/types.ts';

/** `apiextensions.k8s.io/v1.JSONSchemaProps`, as far as it is acted on. */
export interface OpenApiSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: boolean | OpenApiSchema;
  readonly items?: OpenApiSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: ListType;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'granular' | 'atomic';
}

const scalars: Readonly<Record<string, 'string' | 'integer' | 'number' | 'boolean'>> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
};

/** A custom resource's OpenAPI schema as the fields that it has. */
function fieldsOfOpenApi(open: OpenApiSchema): Schema {
  const nullable = open.nullable ? { nullable: true } : {};
  if (open['x-kubernetes-int-or-string']) return { type: 'int-or-string', ...nullable };
  const scalar = scalars[open.type ?? ''];
  if (scalar) return { type: scalar, ...nullable };
  const atomic = open['x-kubernetes-map-type'] === 'atomic';
  if (open.type === 'array')
    return {
      type: 'list',
      items: fieldsOfOpenApi(open.items ?? {}),
      listType: open['x-kubernetes-list-type'] ?? 'atomic',
      keys: open['x-kubernetes-list-map-keys'] ?? [],
      ...nullable,
    };
  if (open.type !== 'object') return { type: 'any' };
  const { additionalProperties } = open;
  if (additionalProperties)
    return {
      type: 'map',
      values: additionalProperties === true ? { type: 'any' } : fieldsOfOpenApi(additionalProperties),
      atomic,
      ...nullable,
    };
  return {
    type: 'object',
    fields: Object.fromEntries(
      Object.entries(open.properties ?? {}).map(([key, value]): [string, Field] => [
        key,
        { schema: fieldsOfOpenApi(value), default: value.default },
      ]),
    ),
    atomic,
    open: open['x-kubernetes-preserve-unknown-fields'] ?? false,
    ...nullable,
  };
}

/** The fields of a custom kind: its schema's, and those that every object has. */
export function customKindSchema(open: OpenApiSchema | undefined): Schema {
  const body = fieldsOfOpenApi({
    type: 'object',
    ...(open ?? { 'x-kubernetes-preserve-unknown-fields': true }),
  });
  if (body.type !== 'object') return body;
  const text: Field = { schema: { type: 'string' } };
  return {
    ...body,
    fields: {
      ...body.fields,
      apiVersion: text,
      kind: text,
      metadata: { schema: typeSchema('meta/v1.ObjectMeta') },
    },
  };
}
