import type { NormalizedSchema } from '@smithy/core/schema';
import { NotEmulated, type ServiceName } from '../service.ts';
import { jsonError, parseBody, readJson, writeJson } from './json.ts';
import type { HttpBinding, OperationModel, ServiceModel } from './model.ts';
import { refusal } from './services.ts';
import type { Protocol, WireRequest } from './wire.ts';

interface Binding {
  readonly httpLabel?: unknown;
  readonly httpQuery?: string;
  readonly httpHeader?: string;
  readonly httpPayload?: unknown;
}

const contentType = 'application/json';
const bindingOf = (member: NormalizedSchema): Binding => member.getMergedTraits() as Binding;

/** A part of a path, decoded; as it stands when it is not well encoded. */
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The labels of a path that fits a template; undefined when it does not fit. Labels may hold encoded slashes (ARNs). */
function match(binding: HttpBinding, method: string, path: string): Map<string, string> | undefined {
  if (binding.method !== method) return undefined;
  const template = binding.path.split('/').filter(Boolean);
  const parts = path.split('/').filter(Boolean);
  if (template.length !== parts.length) return undefined;
  const labels = new Map<string, string>();
  for (const [index, part] of template.entries()) {
    const actual = decodePart(parts[index] ?? '');
    const label = /^\{(.+)\}$/.exec(part)?.[1];
    if (label) labels.set(label, actual);
    else if (part !== actual) return undefined;
  }
  return labels;
}

/** The operation whose template has the most literal parts among those that fit. */
function route(model: ServiceModel, request: WireRequest): OperationModel | undefined {
  const literals = (operation: OperationModel): number => operation.http?.path.split('/{').length ?? 0;
  return [...model.operations.values()]
    .filter((operation) => operation.http && match(operation.http, request.method, request.path))
    .sort((a, b) => literals(a) - literals(b))[0];
}

function readText(
  schema: NormalizedSchema,
  values: readonly string[],
  path: string,
  service: ServiceName,
): unknown {
  if (schema.isListSchema())
    return values.map((value) => readText(schema.getValueSchema(), [value], path, service));
  const text = values[0] ?? '';
  if (schema.isBooleanSchema()) return text === 'true';
  if (!schema.isNumericSchema()) return text;
  if (text === '' || Number.isNaN(Number(text)))
    throw refusal(service, 'malformed', `${path} is not a number.`);
  return Number(text);
}

function decode(model: ServiceModel, operation: OperationModel, request: WireRequest): object {
  const { service } = model;
  const result: Record<string, unknown> = {};
  const labels = operation.http && match(operation.http, request.method, request.path);
  const queryNames = new Set(request.query.keys());
  const bodyMembers = new Set<string>();
  const members = operation.input.isUnitSchema() ? [] : [...operation.input.structIterator()];
  for (const [name, member] of members) {
    const { httpLabel, httpQuery, httpHeader, httpPayload } = bindingOf(member);
    if (httpHeader || httpPayload) throw new NotEmulated(`the HTTP binding of the parameter ${name}`);
    if (httpLabel) result[name] = readText(member, [labels?.get(name) ?? ''], name, service);
    else if (httpQuery) {
      queryNames.delete(httpQuery);
      const values = request.query.getAll(httpQuery);
      if (values.length > 0) result[name] = readText(member, values, name, service);
    } else bodyMembers.add(name);
  }
  for (const name of queryNames) throw new NotEmulated(`the parameter ${name}`);
  const body = readJson(operation.input, parseBody(model, request.body), '', service) as object;
  for (const [name, value] of Object.entries(body)) {
    if (!bodyMembers.has(name)) throw new NotEmulated(`the parameter ${name} in the body`);
    result[name] = value;
  }
  return result;
}

/** The restJson1 protocol (EKS): the operation is the method and path. */
export const restProtocol: Protocol = {
  identify: (model, request) => route(model, request)?.name,
  decode,
  encode: (_model, operation, output, requestId) => ({
    status: 200,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
    body: JSON.stringify(writeJson(operation.output, output) ?? {}),
  }),
  encodeError: (_model, error, requestId) => jsonError(contentType, error, requestId),
};
