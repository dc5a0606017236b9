/** Signing names of the emulated services, as they stand in a SigV4 credential scope. */
export type ServiceName =
  | 'sts'
  | 'iam'
  | 'eks'
  | 'cloudformation'
  | 'ec2'
  | 'elasticloadbalancing'
  | 'tagging'
  | 'logs'
  | 'servicequotas';

/** Who makes a call. */
export interface Principal {
  /** `user`: the account's administrator, allowed everything. `role`: judged by the role's policies. `service`: AWS itself. */
  readonly kind: 'user' | 'role' | 'service';
  /** As STS GetCallerIdentity prints it: user ARN, assumed-role session ARN, or a service principal such as `eks.amazonaws.com`. */
  readonly arn: string;
  readonly userId: string;
  /** The role behind an assumed-role session. */
  readonly roleArn?: string;
  /** Whom a service acts for (CloudFormation: the caller of CreateStack); its permissions are the ones that count. */
  readonly onBehalfOf?: Principal;
}

/** The circumstances of one operation. */
export interface Call {
  readonly requestId: string;
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly principal: Principal;
}

/** One emulated operation: the SDK's input shape in, the SDK's output shape (without `$metadata`) out. */
// The registry holds operations of every shape; each handler is typed where it is written.
// biome-ignore lint/suspicious/noExplicitAny: a heterogeneous table of typed functions
export type Handler = (input: any, call: Call) => object | Promise<object>;

/** The emulated part of one AWS service. What has no handler is answered 501 and recorded as such. */
export interface Service {
  readonly name: ServiceName;
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Operations that change something, when their name does not say so (default: all but Get/List/Describe/Simulate/Validate…). */
  readonly reads?: readonly string[];
}

/** An error that AWS answers. `code` and `message` are what the client sees. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** Thrown by a handler that meets a parameter or a value it does not emulate: answered 501, never silently accepted. */
export class NotEmulated extends AwsError {
  constructor(what: string) {
    super('NotEmulated', `The rehearsal does not emulate ${what}.`, 501);
  }
}

/** The emulated AWS as the rest of the rehearsal sees it. Everybody else comes in through its socket. */
export interface AwsCloud {
  /** The URL for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /**
   * Performs an operation in-process, through the same authorisation, faults and record as a request over HTTP.
   * It is how CloudFormation runs its resources. Throws AwsError.
   */
  invoke(
    service: ServiceName,
    operation: string,
    input: object,
    principal: Principal,
    region: string,
  ): Promise<object>;
  /**
   * The caller of a presigned STS GetCallerIdentity URL (the content of a `k8s-aws-v1.` token), or undefined when the
   * signature, its age or its keys are wrong. `clusterName` must equal the signed `x-k8s-aws-id` header.
   */
  authenticatePresigned(url: string, clusterName: string): Principal | undefined;
}
