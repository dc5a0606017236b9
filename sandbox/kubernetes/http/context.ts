import { badRequest } from '../model/errors.ts';
import type { RequestContext } from '../rest/context.ts';
import type { ApiRequest } from './message.ts';

const validations = new Set(['Ignore', 'Warn', 'Strict']);

/** The circumstances of a write, from its query parameters and headers. Throws BadRequest. */
export function contextOf(request: ApiRequest): RequestContext {
  const { query, user } = request;
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((one) => one !== 'All')) throw badRequest(`invalid dry run value: ${dryRun.join(',')}`);
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  if (!validations.has(fieldValidation))
    throw badRequest(
      `fieldValidation: Unsupported value: "${fieldValidation}": supported values: "Ignore", "Strict", "Warn"`,
    );
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
