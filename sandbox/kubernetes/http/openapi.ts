import { createHash } from 'node:crypto';
import { unknownPath } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import type { ObjectSchema, ScalarSchema, Schema } from '../model/schema.ts';
import type { ApiServer } from '../rest/context.ts';
import { type ApiReply, ok } from './message.ts';

/** The smallest OpenAPI v2 document there is, as protobuf: swagger, info.title, info.version, no paths. */
export function openApiV2(): ApiReply {
  const field = (number: number, value: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value]);
  const info = Buffer.concat([field(1, Buffer.from('Kubernetes')), field(2, Buffer.from('v1'))]);
  return {
    status: 200,
    contentType: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    body: Buffer.concat([field(1, Buffer.from('2.0')), field(2, info)]),
  };
}

const pathOf = ({ group, version }: Resource): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

/** Answers `/openapi/v3`: the list of documents, one for each group and version. */
export function openApiV3Index(server: ApiServer): ApiReply {
  const paths = new Map<string, Resource[]>();
  for (const resource of server.catalogue.all())
    paths.set(pathOf(resource), [...(paths.get(pathOf(resource)) ?? []), resource]);
  return ok({
    paths: Object.fromEntries(
      [...paths].map(([path, resources]) => {
        const hash = createHash('sha256')
          .update(
            JSON.stringify(resources.map(({ schema, ...rest }) => (rest.custom ? [rest, schema] : rest))),
          )
          .digest('hex')
          .toUpperCase();
        return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
      }),
    ),
  });
}

/** Answers `/openapi/v3/apis/GROUP/VERSION`: what clients look for in it (patch parameters, schemas to explain). */
export function openApiV3(server: ApiServer, path: string): ApiReply {
  const resources = server.catalogue.all().filter((one) => pathOf(one) === path);
  if (resources.length === 0) throw unknownPath();
  const schemas: Record<string, object> = {};
  const paths = resources.map((resource) => [urlOf(resource), pathItem(resource, schemas)]);
  return ok({
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(paths),
    components: { schemas },
  });
}

const urlOf = (resource: Resource): string =>
  `/${pathOf(resource)}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}/{name}`;

const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });

function pathItem(resource: Resource, schemas: Record<string, object>) {
  const { group, version, kind } = resource;
  const gvk = { group, version, kind };
  const name = schemaName(resource.schema) ?? `${group}.${version}.${kind}`;
  schemas[name] = {
    ...(document(resource.schema, schemas, true) as object),
    'x-kubernetes-group-version-kind': [gvk],
  };
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
  const responses = { 200: { description: 'OK', content } };
  return {
    get: { responses, 'x-kubernetes-action': 'get', 'x-kubernetes-group-version-kind': gvk },
    patch: {
      parameters: ['pretty', 'dryRun', 'fieldManager', 'fieldValidation', 'force'].map(parameter),
      responses,
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': gvk,
    },
  };
}

const schemaName = (schema: Schema): string | undefined =>
  schema.type === 'object' && schema.name ? `io.k8s.api.${schema.name.replace('/', '.')}` : undefined;

const scalarDocuments: Readonly<Record<ScalarSchema['type'], object>> = {
  string: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  'int-or-string': { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' },
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  any: { type: 'object' },
};

function document(schema: Schema, schemas: Record<string, object>, inline = false): object {
  if (schema.type === 'list') return { type: 'array', items: document(schema.items, schemas) };
  if (schema.type === 'map')
    return { type: 'object', additionalProperties: document(schema.values, schemas) };
  if (schema.type !== 'object') return scalarDocuments[schema.type];
  const name = schemaName(schema);
  if (name && !inline) {
    if (!schemas[name]) {
      schemas[name] = {};
      schemas[name] = properties(schema, schemas);
    }
    return { allOf: [{ $ref: `#/components/schemas/${name}` }] };
  }
  return properties(schema, schemas);
}

const properties = (schema: ObjectSchema, schemas: Record<string, object>): object => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(schema.fields).map(([key, field]) => [key, document(field.schema, schemas)]),
  ),
});
