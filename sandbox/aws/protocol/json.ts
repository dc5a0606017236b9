import type { NormalizedSchema } from '@smithy/core/schema';
import { type AwsError, NotEmulated, type ServiceName } from '../service.ts';
import type { ServiceModel } from './model.ts';
import { refusal } from './services.ts';
import type { Protocol, WireResponse } from './wire.ts';

const jsonName = (member: NormalizedSchema, name: string): string =>
  (member.getMergedTraits() as { jsonName?: string }).jsonName ?? name;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const scalarTypes: readonly [test: (schema: NormalizedSchema) => boolean, type: string][] = [
  [(schema) => schema.isStringSchema(), 'string'],
  [(schema) => schema.isBooleanSchema(), 'boolean'],
  [(schema) => schema.isNumericSchema() || schema.isTimestampSchema(), 'number'],
];

/**
 * Reads a value that came as JSON into the SDK's shape. `null` counts as absent.
 * Throws NotEmulated for a member that the model does not know, SerializationException for a wrong type.
 */
export function readJson(
  schema: NormalizedSchema,
  value: unknown,
  path: string,
  service: ServiceName,
): unknown {
  const wrong = () =>
    refusal(service, 'malformed', `Unexpected value at ${path || 'the top'} of the request.`);
  const at = (name: string | number) => (path ? `${path}.${name}` : String(name));
  if (schema.isDocumentSchema()) return value;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrong();
    return value.map((item, index) => readJson(schema.getValueSchema(), item, at(index), service));
  }
  if (schema.isMapSchema() || schema.isStructSchema() || schema.isUnitSchema()) {
    if (!isRecord(value)) throw wrong();
    const entries = Object.entries(value).filter(([, item]) => item !== null);
    if (schema.isMapSchema())
      return Object.fromEntries(
        entries.map(([key, item]) => [key, readJson(schema.getValueSchema(), item, at(key), service)]),
      );
    const members = new Map(
      schema.isUnitSchema()
        ? []
        : [...schema.structIterator()].map(([name, m]) => [jsonName(m, name), { name, m }]),
    );
    return Object.fromEntries(
      entries.map(([key, item]) => {
        const member = members.get(key);
        if (!member) throw new NotEmulated(`the parameter ${at(key)}`);
        return [member.name, readJson(member.m, item, at(key), service)];
      }),
    );
  }
  const type = scalarTypes.find(([test]) => test(schema))?.[1];
  if (type && typeof value !== type) throw wrong();
  if (schema.isTimestampSchema()) return new Date(Number(value) * 1000);
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(String(value), 'base64'));
  return value;
}

/** Writes the SDK's shape as JSON data: timestamps as seconds since the epoch. */
export function writeJson(schema: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Date) return value.getTime() / 1000;
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  if (schema.isListSchema())
    return (value as unknown[]).map((item) => writeJson(schema.getValueSchema(), item));
  if (schema.isMapSchema())
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, writeJson(schema.getValueSchema(), item)]),
    );
  if (schema.isStructSchema()) {
    const fields = value as Record<string, unknown>;
    return Object.fromEntries(
      [...schema.structIterator()].map(([name, member]) => [
        jsonName(member, name),
        writeJson(member, fields[name]),
      ]),
    );
  }
  return value;
}

/** Parses a request body; an empty one is an empty object. */
export function parseBody(model: ServiceModel, body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw refusal(model.service, 'malformed');
  }
}

/** The error form that both JSON protocols share. */
export function jsonError(contentType: string, error: AwsError, requestId: string): WireResponse {
  return {
    status: error.status,
    headers: {
      'content-type': contentType,
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
    },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

const contentType = 'application/x-amz-json-1.1';

/** The awsJson1.1 protocol (tagging, logs, service quotas): the operation stands in `X-Amz-Target`. */
export const jsonProtocol: Protocol = {
  identify: (_model, request) => request.headers['x-amz-target']?.split('.').at(-1),
  decode: (model, operation, request) =>
    readJson(operation.input, parseBody(model, request.body), '', model.service) as object,
  encode: (_model, operation, output, requestId) => ({
    status: 200,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
    body: JSON.stringify(writeJson(operation.output, output) ?? {}),
  }),
  encodeError: (_model, error, requestId) => jsonError(contentType, error, requestId),
};
