import { Failure } from '../failure.ts';

/** The request behind a failed call, as the client's middleware saw it. */
export interface SentRequest {
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  readonly url: string;
}

/** Codes that AWS answers to any operation: the Go SDK has no type for them and prints `api error CODE`. */
const commonCodes =
  /^(AccessDenied|AccessDeniedException|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnauthorizedOperation|UnrecognizedClientException|Throttling|ThrottlingException|RequestLimitExceeded|SignatureDoesNotMatch|ValidationError|NotEmulated)$/;

interface ServiceError extends Error {
  readonly $fault?: string;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly attempts?: number;
  };
  readonly RequestId?: string;
  readonly Code?: string;
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
}

/** The error code that AWS answered, or undefined when the call failed before an answer. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.cause !== undefined) return errorCode(error.cause);
  const { $fault, Code, name } = error as ServiceError;
  return $fault === undefined ? undefined : (Code ?? name);
}

/** True for the codes with which services say that something is not there. */
export const isNotFound = (error: unknown): boolean =>
  /^(ResourceNotFoundException|NoSuchEntity|NoSuchEntityException|LoadBalancerNotFound|LoadBalancerNotFoundException|AccessPointNotFoundException)$/.test(
    errorCode(error) ?? '',
  );

/** True when CloudFormation says that a stack does not exist. */
export const isValidationError = (error: unknown): boolean => errorCode(error) === 'ValidationError';

/** True for the codes of missing permissions; they differ by service. */
export const isAccessDenied = (error: unknown): boolean =>
  /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(errorCode(error) ?? '');

function describeConnection(error: ServiceError, sent: SentRequest): string {
  const method = `${sent.method[0]}${sent.method.slice(1).toLowerCase()}`;
  const reason =
    error.code === 'ECONNREFUSED'
      ? `dial tcp ${error.address}:${error.port}: connect: connection refused`
      : error.code === 'ECONNRESET'
        ? 'EOF'
        : error.message;
  return `https response error StatusCode: 0, RequestID: , request send failed, ${method} "${sent.url}": ${reason}`;
}

function describeReason(error: ServiceError, sent: SentRequest, maxAttempts: number): string {
  // transcripts/eksctl/f5-nocreds.txt
  if (error.name === 'CredentialsProviderError')
    return 'get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, access disabled to EC2 IMDS via client option, or "AWS_EC2_METADATA_DISABLED" environment variable';
  const metadata = error.$metadata ?? {};
  const exhausted =
    metadata.attempts === maxAttempts ? `exceeded maximum number of attempts, ${maxAttempts}, ` : '';
  if (error.$fault === undefined) return exhausted + describeConnection(error, sent);
  const code = error.Code ?? error.name;
  const requestId = metadata.requestId ?? error.RequestId ?? '';
  return (
    `${exhausted}https response error StatusCode: ${metadata.httpStatusCode}, RequestID: ${requestId}, ` +
    `${commonCodes.test(code) ? 'api error ' : ''}${code}: ${error.message}`
  );
}

/** Restates an SDK error in the words of the Go SDK, which are eksctl's (transcripts/eksctl/a10, f1, f15, f19). */
export function explain(error: unknown, sent: SentRequest, maxAttempts: number): Failure {
  const reason =
    error instanceof Error ? describeReason(error as ServiceError, sent, maxAttempts) : String(error);
  return new Failure(`operation error ${sent.service}: ${sent.operation}, ${reason}`, { cause: error });
}
