import type { KubeObject } from '../api.ts';
import { conform, TypeMismatch } from '../model/conform.ts';
import { badRequest } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import type { RequestContext } from './context.ts';

/**
 * The object with the fields of its kind only. Unknown ones are refused, warned of or dropped, as the request's
 * `fieldValidation` says; values of wrong types are always refused, with a Go decoder's words.
 */
export function decodeObject(resource: Resource, object: KubeObject, context: RequestContext): KubeObject {
  const refuse = (why: string) =>
    badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`,
    );
  try {
    const { value, unknown } = conform(resource.schema, object, { lenient: resource.custom !== undefined });
    const texts = unknown.map((path) => `unknown field "${path}"`);
    if (texts.length > 0 && context.fieldValidation === 'Strict')
      throw refuse(`strict decoding error: ${texts.join(', ')}`);
    if (context.fieldValidation === 'Warn') context.warnings.push(...texts);
    return value as KubeObject;
  } catch (error) {
    throw error instanceof TypeMismatch ? refuse(error.message) : error;
  }
}
