/** The emulated services by their signing names, as they stand in a SigV4 credential scope (classic ELB shares one). */
export type ServiceName =
  | 'sts'
  | 'iam'
  | 'eks'
  | 'cloudformation'
  | 'ec2'
  | 'elasticloadbalancing'
  | 'classicloadbalancing'
  | 'shield'
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

/**
 * An SDK input shape whose required members are there: the server refuses requests without them, while the SDK's
 * types let them be undefined. `(input: Given<CreatePolicyRequest>) => …`
 */
export type Given<T> = {
  [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] : Exclude<T[K], undefined>;
};

/** One emulated operation: the SDK's input shape in, the SDK's output shape (without `$metadata`) out. */
// The registry holds operations of every shape; each handler is typed where it is written.
// biome-ignore lint/suspicious/noExplicitAny: a heterogeneous table of typed functions
export type Handler = (input: any, call: Call) => object | Promise<object>;

/**
 * One thing that IAM is asked before an operation runs; every member has a default, so `{}` asks for `prefix:Operation` on `*`.
 * A condition key that is absent here is absent in the request, which `Null` conditions test.
 */
export interface AccessQuestion {
  /** `ec2:CreateTags`; default: the operation itself. */
  readonly action?: string;
  /**
   * Default: one resource `*`, which only a policy with `Resource: "*"` allows. `tags` are those it carries now
   * (`aws:ResourceTag/…`); a policy that asks for tags that are not given is an error, except on an ARN that ends in
   * `/*`, which is yet to be made.
   */
  readonly resources?: readonly { readonly arn: string; readonly tags?: Readonly<Record<string, string>> }[];
  /** The tags that the request would set, or for untagging the keys with empty values (`aws:RequestTag/…`, `aws:TagKeys`). */
  readonly requestTags?: Readonly<Record<string, string>>;
  /** Service-specific condition keys: `{ 'ec2:CreateAction': 'CreateSecurityGroup' }`. */
  readonly conditions?: Readonly<Record<string, string>>;
}

/**
 * What IAM is asked about one call. All answers must be yes. Tagging on create asks twice: the operation itself with
 * `requestTags`, and `{ action: 'ec2:CreateTags', resources: [{ arn: 'arn:aws:ec2:…:security-group/*' }], requestTags,
 * conditions: { 'ec2:CreateAction': 'CreateSecurityGroup' } }`. Only called for principals that policies judge.
 */
// biome-ignore lint/suspicious/noExplicitAny: typed where it is written, like Handler
export type AccessQuestions = (input: any, call: Call) => readonly AccessQuestion[];

/** A long-lived or temporary key pair and whom it belongs to. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Present on temporary credentials: requests must carry it. */
  readonly sessionToken?: string;
  /** Milliseconds since the Unix epoch. */
  readonly expires?: number;
  readonly principal: Principal;
}

/** A resource as the Resource Groups Tagging API knows it. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The emulated part of one AWS service. What has no handler is answered 501 and recorded as such. */
export interface Service {
  readonly name: ServiceName;
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Operations that change nothing though their name does not say so (default: Get…, List…, Describe…, Simulate…, Validate…). */
  readonly reads?: readonly string[];
  /** Operations that are called without a signature. */
  readonly unsigned?: readonly string[];
  /** By operation; default for an operation that is not named: `prefix:Operation` on `*`. */
  readonly access?: Readonly<Record<string, AccessQuestions>>;
  /** The resources of a region that the tagging API lists (tagged ones). */
  readonly tagged?: (region: string) => Iterable<TaggedResource>;
  /** Stops what the service does by itself; called when the rehearsal ends. */
  readonly close?: () => void;
  /** Finds a key pair that this service issued (IAM users, STS sessions). */
  readonly credential?: (accessKeyId: string) => Credential | undefined;
  /** Answers a question about a principal. Exactly one service (IAM) has it. */
  readonly judge?: (principal: Principal, question: Required<AccessQuestion>) => Judgement;
}

/** IAM's answer to one question. `deny`: a statement says Deny; `none`: no statement allows it. */
export type Judgement = 'allow' | 'deny' | 'none';

/**
 * An error that AWS answers. `code` and `message` are what the client sees. When the service's model knows the code
 * (`EntityAlreadyExists`, or the shape's name `EntityAlreadyExistsException`) the model's wire code and HTTP status are used.
 */
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
   * It is how CloudFormation runs its resources. Throws AwsError. Input members that the SDK does not know are refused.
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
