import type { Random } from '../../random.ts';
import { AwsError } from '../service.ts';
import { uuid } from './physical-names.ts';
import type { ResourceType } from './resource-type.ts';

/** The reason given to resources that were still being made when another one failed. */
export const cancelled = 'Resource creation cancelled';

// CloudFormation CLI user guide, handler error codes.
const handlerErrors: readonly [pattern: RegExp, code: string][] = [
  [/AlreadyExists|^ResourceInUseException$|Duplicate/, 'AlreadyExists'],
  [/AccessDenied|UnauthorizedOperation/, 'AccessDenied'],
  [/NotFound|NoSuchEntity/, 'NotFound'],
  [/Throttl|RequestLimitExceeded/, 'Throttling'],
  [/Limit|Quota|AddressLimitExceeded/, 'ServiceLimitExceeded'],
  [/InternalError|InternalFailure|ServerException/, 'ServiceInternalError'],
  [/^NotStabilized$/, 'NotStabilized'],
];

/** Whether AWS answered that the thing is not there. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof AwsError && /NotFound|NoSuchEntity|NotAttached|InvalidAllocationID/.test(error.code);

/** Whether CloudFormation tries the call again by itself. */
export const isThrottling = (error: unknown): boolean =>
  error instanceof AwsError && /Throttl|RequestLimitExceeded/.test(error.code);

/** Whether something else still uses a resource that is to be deleted: CloudFormation waits for a while. */
export const isInUse = (error: unknown): boolean =>
  error instanceof AwsError && /DependencyViolation|ResourceInUse|InUse$|ResourceConflict/.test(error.code);

/** A resource's failure in CloudFormation's wording (eksctl `f2-create-stack-rollback` shows one). */
export function failureReason(error: unknown, type: ResourceType, random: Random): string {
  if (!(error instanceof AwsError)) return String(error);
  const code = handlerErrors.find(([pattern]) => pattern.test(error.code))?.[1] ?? 'InvalidRequest';
  const origin = `Service: ${type.service}, Status Code: ${error.status}, Request ID: ${uuid(random)}`;
  return `Resource handler returned message: "${error.message} (${origin}) (SDK Attempt Count: 1)" (RequestToken: ${uuid(random)}, HandlerErrorCode: ${code})`;
}
