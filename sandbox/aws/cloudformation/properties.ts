import { NotEmulated } from '../service.ts';
import type { PropertyKind, ResourceType } from './resource-type.ts';
import { validationError } from './template.ts';

type Reader = (value: unknown) => unknown;

const scalar = (value: unknown): string | undefined =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
const isText = (value: unknown): boolean => scalar(value) !== undefined;

/** Reads a value as a kind; undefined when it is none. */
const readers: Readonly<Record<PropertyKind, Reader>> = {
  string: scalar,
  number: (value) => (isText(value) && !Number.isNaN(Number(value)) ? Number(value) : undefined),
  boolean: (value) => ({ true: true, false: false })[scalar(value) ?? ''],
  strings: (value) => (Array.isArray(value) && value.every(isText) ? value.map(String) : undefined),
  object: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined,
  list: (value) => (Array.isArray(value) ? value : undefined),
};

/**
 * Refuses properties that the rehearsal does not emulate and the absence of required ones. Done before anything is made.
 * @throws NotEmulated, or AwsError `ValidationError`.
 */
export function checkPropertyNames(type: string, entry: ResourceType, properties: object): void {
  const known = [...Object.keys(entry.properties), ...(entry.tags === 'none' ? [] : ['Tags'])];
  const unknown = Object.keys(properties).find((name) => !known.includes(name));
  if (unknown) throw new NotEmulated(`property ${unknown} of ${type} in a CloudFormation template`);
  const missing = entry.required.filter((name) => !Object.hasOwn(properties, name));
  if (missing.length > 0) {
    const lines = missing.map((name) => `#: required key [${name}] not found`).join('\n');
    throw validationError(
      `Properties validation failed for resource of type ${type} with message:\n${lines}`,
    );
  }
}

/**
 * Evaluated properties as the resource type wants them: `"true"` becomes true where a boolean belongs.
 * @throws AwsError `ValidationError` for a value of the wrong kind.
 */
export function readProperties(logicalId: string, entry: ResourceType, properties: object): object {
  const read = (name: string, value: unknown): unknown => {
    const kind = entry.properties[name];
    if (!kind) return value;
    const result = readers[kind](value);
    if (result === undefined) {
      throw validationError(
        `Properties validation failed for resource ${logicalId} with message:\n#/${name}: expected type: ${kind}, found: ${JSON.stringify(value)}`,
      );
    }
    return result;
  };
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, read(name, value)]));
}
