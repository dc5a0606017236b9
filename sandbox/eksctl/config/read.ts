import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Host } from '../environment.ts';
import { Failure, messageOf, notEmulated, wrap } from '../failure.ts';
import { clusterConfigFields, type Field } from './schema.ts';

/** A ClusterConfig document as written: every field known and emulated, nothing defaulted. */
export type Document = Readonly<Record<string, unknown>>;

const goNames = { string: 'string', bool: 'bool', strings: '[]string', map: 'map[string]string' } as const;

const jsonKind = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;

const isRecord = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// YAML goes through JSON, where keys are in order; tags are sent in that order (transcripts/eksctl/b2-create-c2-inline-sa.txt).
const sorted = (value: Document): Document =>
  Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));

const matches: Readonly<Record<keyof typeof goNames, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  map: (value) => isRecord(value) && Object.values(value).every((item) => typeof item === 'string'),
};

const wrongType = (value: unknown, path: string, type: string): Failure =>
  new Failure(
    `json: cannot unmarshal ${jsonKind(value)} into Go struct field ClusterConfig.${path} of type ${type}`,
  );

/** Go's decoder has no place for the value: unknown fields and wrong types are errors, absent ones are fine. */
function check(field: Field, value: unknown, path: string): void {
  if (value === null || value === undefined) return;
  switch (field.kind) {
    case 'beyond':
      throw notEmulated(`the ClusterConfig field ${path}`);
    case 'list':
      if (!Array.isArray(value)) throw wrongType(value, path, 'slice');
      for (const [index, item] of value.entries()) check(field.item, item, `${path}[${index}]`);
      return;
    case 'object':
      if (!isRecord(value)) throw wrongType(value, path, 'struct');
      for (const [name, member] of Object.entries(value)) {
        const known = field.fields[name];
        if (known === undefined) throw new Failure(`json: unknown field ${JSON.stringify(name)}`);
        check(known, member, path === '' ? name : `${path}.${name}`);
      }
      return;
    default:
      if (!matches[field.kind](value)) throw wrongType(value, path, goNames[field.kind]);
  }
}

/** Reads the document out of YAML text. Throws Failure in the words of eksctl (transcripts/eksctl/a19-unknown-field.txt). */
export function parseDocument(text: string): Document {
  const value: unknown = parse(text, (_key, member) => (isRecord(member) ? sorted(member) : member));
  if (!isRecord(value)) throw new Failure("Object 'Kind' is missing in 'null'");
  if (value.apiVersion !== 'eksctl.io/v1alpha5' || value.kind !== 'ClusterConfig')
    throw new Failure(
      `no kind ${JSON.stringify(value.kind ?? '')} is registered for version ${JSON.stringify(value.apiVersion ?? '')}`,
    );
  try {
    check({ kind: 'object', fields: clusterConfigFields }, value, '');
  } catch (error) {
    if (messageOf(error).startsWith('json: '))
      throw wrap('error unmarshaling JSON: while decoding JSON', error);
    throw error;
  }
  return value;
}

/** Reads a ClusterConfig file, or standard input for `-`. Throws Failure. */
export async function readDocument(file: string, host: Host): Promise<Document> {
  let text: string;
  try {
    text = file === '-' ? await host.stdin() : await readFile(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? `open ${file}: no such file or directory` : messageOf(error);
    throw new Failure(`reading config file ${JSON.stringify(file)}: ${reason}`);
  }
  try {
    return parseDocument(text);
  } catch (error) {
    if (messageOf(error).startsWith("the rehearsal's eksctl")) throw error;
    throw wrap(`loading config file ${JSON.stringify(file)}`, error);
  }
}
