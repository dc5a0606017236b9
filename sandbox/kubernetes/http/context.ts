import { invalidOptions } from '../model/errors.ts';
import type { RequestContext } from '../rest/context.ts';
import { unsupported } from '../strategy/causes.ts';
import type { ApiRequest } from './message.ts';

const validations = new Set(['Ignore', 'Warn', 'Strict']);

const optionsOf: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

/**
 * The circumstances of a write, from its query parameters and headers; a delete says in its body whether it is a dry
 * run. Throws Invalid.
 */
export function contextOf(request: ApiRequest, alsoDryRun: readonly string[] = []): RequestContext {
  const { query, user } = request;
  const options = optionsOf[request.method] ?? '';
  const dryRun = [...query.getAll('dryRun'), ...alsoDryRun];
  if (dryRun.some((one) => one !== 'All'))
    throw invalidOptions(options, {
      reason: 'FieldValueNotSupported',
      field: 'dryRun',
      message: `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`,
    });
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  if (!validations.has(fieldValidation))
    throw invalidOptions(options, unsupported('fieldValidation', fieldValidation, ['', ...validations]));
  return {
    user,
    dryRun: dryRun.length > 0,
    manager:
      query.get('fieldManager') || (request.headers['user-agent'] ?? 'unknown').split('/')[0] || 'unknown',
    fieldValidation: fieldValidation as RequestContext['fieldValidation'],
    warnings: [],
  };
}

/** Warnings as response headers (RFC 7234 §5.5, warn-code 299). */
export const warningHeaders = (context: RequestContext): { headers?: Record<string, string[]> } =>
  context.warnings.length === 0
    ? {}
    : { headers: { warning: [...new Set(context.warnings)].map((text) => `299 - ${JSON.stringify(text)}`) } };
