import type { Cause } from '../model/errors.ts';

// The words of apimachinery's field errors (pkg/util/validation/field).

/** Something that must be there is not. */
export const required = (field: string, detail = ''): Cause => ({
  reason: 'FieldValueRequired',
  field,
  message: detail ? `Required value: ${detail}` : 'Required value',
});

/** A value that cannot be. */
export const invalidValue = (field: string, value: unknown, detail: string): Cause => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`,
});

/** A value outside an enumeration. */
export const unsupported = (field: string, value: unknown, supported: readonly string[]): Cause =>
  unsupportedInOrder(field, value, [...supported].sort());

/** Likewise, for the few enumerations that a real server does not sort. */
export const unsupportedInOrder = (field: string, value: unknown, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported
    .map((one) => JSON.stringify(one))
    .join(', ')}`,
});

/** Something longer than it may be. */
export const tooLong = (field: string, bytes: number): Cause => ({
  reason: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${bytes} bytes`,
});

/** A field that may not be set, or not be changed. */
export const forbiddenField = (field: string, detail: string): Cause => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${detail}`,
});

/** A value that must be unique and is not. */
export const duplicate = (field: string, value: unknown): Cause => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${JSON.stringify(value)}`,
});

/** A reference inside the object that leads nowhere. */
export const missing = (field: string, value: unknown): Cause => ({
  reason: 'FieldValueNotFound',
  field,
  message: `Not found: ${JSON.stringify(value)}`,
});

/** A change of something fixed. */
export const immutable = (field: string, value: unknown): Cause =>
  invalidValue(field, value, 'field is immutable');

/** Whether a number can be a port. */
export const isPort = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536;

/** The detail for a number that cannot be a port. */
export const portRange = 'must be between 1 and 65535, inclusive';

/** The values that occur a second time, with their positions. */
export function repeated<T>(values: readonly T[]): { value: T; index: number }[] {
  const seen = new Set<T>();
  return values.flatMap((value, index) => {
    if (seen.has(value)) return [{ value, index }];
    seen.add(value);
    return [];
  });
}
