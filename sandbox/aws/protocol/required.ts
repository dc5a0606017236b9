import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';
import type { ServiceModel } from './model.ts';

/** A structure's schema ends with the count of its required members, which come first (facts/aws-emulation.md). */
function requiredMembers(schema: NormalizedSchema): string[] {
  const [, , , , names, , count] = schema.getSchema() as unknown as [
    0,
    0,
    0,
    0,
    string[],
    0,
    number | undefined,
  ];
  return names.slice(0, count ?? 0);
}

function missing(schema: NormalizedSchema, value: unknown, path: string): string[] {
  if (value === undefined || value === null || schema.isUnitSchema()) return [];
  if (schema.isListSchema())
    return (value as unknown[]).flatMap((item, index) =>
      missing(schema.getValueSchema(), item, `${path}.${index + 1}.member`),
    );
  if (!schema.isStructSchema()) return [];
  const fields = value as Record<string, unknown>;
  const at = (name: string): string => (path ? `${path}.${name}` : name);
  const absent = requiredMembers(schema).filter((name) => fields[name] === undefined);
  const nested = [...schema.structIterator()].flatMap(([name, member]) =>
    missing(member, fields[name], at(name)),
  );
  return [...absent.map(at), ...nested];
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const codes = {
  awsQuery: 'ValidationError',
  restJson1: 'InvalidParameterException',
  awsJson1_1: 'ValidationException',
};

/** Throws the protocol's error when a required member is absent from an input. */
export function checkRequired(model: ServiceModel, schema: NormalizedSchema, input: object): void {
  const absent = missing(schema, input, '');
  if (absent.length === 0) return;
  const { protocol } = model.entry;
  if (protocol === 'ec2Query')
    throw new AwsError('MissingParameter', `The request must contain the parameter ${absent[0]}`);
  const count = `${absent.length} validation error${absent.length > 1 ? 's' : ''} detected`;
  const details = absent.map(
    (path) => `Value null at '${lowerFirst(path)}' failed to satisfy constraint: Member must not be null`,
  );
  throw new AwsError(codes[protocol], `${count}: ${details.join('; ')}`);
}
