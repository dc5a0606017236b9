import type { NormalizedSchema } from '@smithy/core/schema';
import { NotEmulated } from '../service.ts';

/** Throws NotEmulated when an in-process input has a member that the SDK's shape does not have. */
export function checkKnown(schema: NormalizedSchema, value: unknown, path = ''): void {
  if (value === undefined || value === null) return;
  if (schema.isListSchema()) {
    for (const item of value as unknown[]) checkKnown(schema.getValueSchema(), item, `${path}[]`);
  } else if (schema.isStructSchema() || schema.isUnitSchema()) {
    const members = new Map(schema.isUnitSchema() ? [] : [...schema.structIterator()]);
    for (const [name, item] of Object.entries(value)) {
      const member = members.get(name);
      if (!member) throw new NotEmulated(`the parameter ${path ? `${path}.` : ''}${name}`);
      checkKnown(member, item, path ? `${path}.${name}` : name);
    }
  }
}

/** A copy of an input for the record, with everything that the model marks as sensitive blotted out. */
export function withoutSecrets(schema: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (schema.getMergedTraits().sensitive) return '***';
  if (schema.isListSchema())
    return (value as unknown[]).map((item) => withoutSecrets(schema.getValueSchema(), item));
  if (!schema.isStructSchema()) return value;
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(
    [...schema.structIterator()]
      .filter(([name]) => fields[name] !== undefined)
      .map(([name, member]) => [name, withoutSecrets(member, fields[name])]),
  );
}
