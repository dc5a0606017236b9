import type { NormalizedSchema } from '@smithy/core/schema';
import { NotEmulated, type ServiceName } from '../service.ts';
import { refusal } from './services.ts';
import type { Protocol, WireRequest } from './wire.ts';
import { errorXml, resultXml } from './xml.ts';

/** A dotted parameter name, split: `Tags.member.1.Key=k` is Tags → member → 1 → Key. */
interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

interface Reading {
  readonly service: ServiceName;
  readonly ec2: boolean;
}

const newNode = (): Node => ({ children: new Map() });

function parse(parameters: URLSearchParams): Node {
  const root = newNode();
  for (const [name, value] of parameters) {
    let node = root;
    for (const part of name.split('.')) {
      const child = node.children.get(part) ?? newNode();
      node.children.set(part, child);
      node = child;
    }
    node.value = value;
  }
  return root;
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** EC2 names a parameter by `ec2QueryName`, else by its capitalised XML name; the others by the XML name. */
function parameterName(member: NormalizedSchema, name: string, ec2: boolean): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits() as { ec2QueryName?: string; xmlName?: string };
  return ec2 ? (ec2QueryName ?? capitalised(xmlName ?? name)) : (xmlName ?? name);
}

function readStruct(schema: NormalizedSchema, node: Node, path: string, reading: Reading): object {
  const result: Record<string, unknown> = {};
  const unknown = new Set(node.children.keys());
  if (!schema.isUnitSchema()) {
    for (const [name, member] of schema.structIterator()) {
      const key = parameterName(member, name, reading.ec2);
      const child = node.children.get(key);
      unknown.delete(key);
      if (child) result[name] = readValue(member, child, path ? `${path}.${key}` : key, reading);
    }
  }
  for (const name of unknown) throw new NotEmulated(`the parameter ${path ? `${path}.` : ''}${name}`);
  return result;
}

function readList(schema: NormalizedSchema, node: Node, path: string, reading: Reading): unknown[] {
  const flat = reading.ec2 || Boolean(schema.getMergedTraits().xmlFlattened);
  const item = schema.getValueSchema();
  const wrapper = (item.getMergedTraits() as { xmlName?: string }).xmlName ?? 'member';
  const holder = flat ? node : (node.children.get(wrapper) ?? newNode());
  if (!flat && [...node.children.keys()].some((key) => key !== wrapper))
    throw new NotEmulated(`the parameter ${path}.${[...node.children.keys()][0]}`);
  const indices = [...holder.children.keys()].map(Number);
  if (indices.some((index) => !Number.isInteger(index))) throw new NotEmulated(`the parameter ${path}.*`);
  return indices
    .sort((a, b) => a - b)
    .map((index) =>
      readValue(item, holder.children.get(String(index)) ?? newNode(), `${path}.${index}`, reading),
    );
}

function readValue(schema: NormalizedSchema, node: Node, path: string, reading: Reading): unknown {
  if (schema.isListSchema()) return readList(schema, node, path, reading);
  if (schema.isStructSchema()) return readStruct(schema, node, path, reading);
  if (schema.isMapSchema()) throw new NotEmulated(`the map parameter ${path}`);
  if (node.children.size > 0) throw new NotEmulated(`the parameter ${path}.${[...node.children.keys()][0]}`);
  return readScalar(schema, node.value ?? '', path, reading.service);
}

function readScalar(schema: NormalizedSchema, text: string, path: string, service: ServiceName): unknown {
  const invalid = () => refusal(service, 'malformed', `Value (${text}) for parameter ${path} is invalid.`);
  if (schema.isBooleanSchema()) {
    const value = { true: true, false: false }[text.toLowerCase()];
    if (value === undefined) throw invalid();
    return value;
  }
  if (schema.isNumericSchema() || schema.isBigIntegerSchema()) {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) throw invalid();
    return value;
  }
  if (schema.isTimestampSchema()) {
    const value = new Date(text);
    if (Number.isNaN(value.getTime())) throw invalid();
    return value;
  }
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
}

/** Form parameters of the body, or of the URL for GET requests, without those that sign it. */
function parametersOf(request: WireRequest): URLSearchParams {
  if (request.method !== 'GET') return new URLSearchParams(request.body);
  return new URLSearchParams([...request.query].filter(([name]) => !/^x-amz-/i.test(name)));
}

/** The awsQuery protocol (STS, IAM, CloudFormation, ELBv2) and its EC2 dialect. */
export function createQueryProtocol(ec2: boolean): Protocol {
  return {
    identify: (_model, request) => parametersOf(request).get('Action') ?? undefined,
    decode(model, operation, request) {
      const parameters = parametersOf(request);
      parameters.delete('Action');
      parameters.delete('Version');
      return readStruct(operation.input, parse(parameters), '', { service: model.service, ec2 });
    },
    encode: (model, operation, output, requestId) => resultXml(model, operation, output, requestId, ec2),
    encodeError: (model, error, requestId) => errorXml(model, error, requestId, ec2),
  };
}
