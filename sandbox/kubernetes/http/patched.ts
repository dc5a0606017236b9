import type { KubeObject } from '../api.ts';
import { conform, TypeMismatch } from '../model/conform.ts';
import { invalid, unknownConversion } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import type { RequestContext } from '../rest/context.ts';
import { invalidValue } from '../strategy/causes.ts';
import type { PatchType } from './body.ts';

/**
 * The object that a patch made, with the fields of its kind only. What does not fit is told as a fault of the patch,
 * as apiserver/pkg/endpoints/handlers/patch.go does. Throws Invalid.
 */
export function decodePatched(
  resource: Resource,
  type: Exclude<PatchType, 'apply'>,
  patch: unknown,
  patched: KubeObject,
  context: RequestContext,
): KubeObject {
  const strategic = type === 'strategic';
  const refuse = (why: string) =>
    invalid({ ...resource, group: '', kind: '' }, '', [
      invalidValue('patch', strategic ? goText(patch) : JSON.stringify(patched), why),
    ]);
  if (!resource.custom && patched.kind !== resource.kind)
    throw refuse(unknownConversion(resource, patched.kind));
  try {
    const { value, unknown } = conform(resource.schema, patched, { lenient: resource.custom !== undefined });
    const texts = unknown.map((path) => `unknown field "${path}"`);
    if (texts.length > 0 && context.fieldValidation === 'Strict')
      throw refuse(`strict decoding error: ${texts.join(', ')}`);
    if (context.fieldValidation === 'Warn') context.warnings.push(...texts);
    return value as KubeObject;
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    // The decoder of strategic patches says no more than the type it wanted.
    throw refuse(strategic ? `unrecognized type: ${error.message.split(' ').at(-1)}` : error.message);
  }
}

// A value as Go's %+v prints it.
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`;
}
