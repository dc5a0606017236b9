/** Part of an SDK error that this reads. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly Code?: string;
  readonly Error?: { readonly Code?: string };
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly attempts?: number;
  };
}

/** The controller could not get credentials; `message` is what follows `get credentials: ` in its errors. */
export class CredentialsFailure extends Error {}

/**
 * A failed AWS call with the text that the real controller's SDK gives it (facts/lbc.md §5): `api error CODE: …` for
 * plain errors, `CODE: …` for those that the service's model names.
 */
export class AwsFailure extends Error {
  /** The service's error code, undefined when no answer came. */
  readonly code: string | undefined;
  constructor(service: string, operation: string, cause: unknown, maxAttempts: number) {
    super(`operation error ${service}: ${operation}, ${describe(cause as SdkError, maxAttempts)}`, { cause });
    this.name = 'AwsFailure';
    this.code = cause instanceof CredentialsFailure ? undefined : codeOf(cause as SdkError);
  }
}

const codeOf = (error: SdkError): string | undefined =>
  error.$fault === undefined ? undefined : (error.Error?.Code ?? error.Code ?? error.name);

function describe(error: SdkError, maxAttempts: number): string {
  if (error instanceof CredentialsFailure) return `get identity: get credentials: ${error.message}`;
  const spent = (error.$metadata?.attempts ?? 1) >= maxAttempts && maxAttempts > 1;
  const attempts = spent ? `exceeded maximum number of attempts, ${maxAttempts}, ` : '';
  const code = codeOf(error);
  if (error.name === 'AbortError') return 'canceled, context canceled';
  if (code === undefined) {
    return `${attempts}https response error StatusCode: 0, RequestID: , request send failed, ${error.code ?? error.message}`;
  }
  const { httpStatusCode, requestId } = error.$metadata ?? {};
  // A modelled error has a class of its own, whose name is not the service's base exception.
  const modelled = /Exception$/.test(error.name) && !/ServiceException$/.test(error.constructor.name);
  const frame = modelled ? code : `api error ${code}`;
  return `${attempts}https response error StatusCode: ${httpStatusCode ?? 0}, RequestID: ${requestId ?? ''}, ${frame}: ${error.message}`;
}

/** The service's error code of a failed call, undefined for anything else. */
export const failureCode = (error: unknown): string | undefined =>
  error instanceof AwsFailure
    ? error.code
    : error instanceof Error && error.cause !== undefined
      ? failureCode(error.cause)
      : undefined;
