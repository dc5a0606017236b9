import { AwsError, type ServiceName } from '../service.ts';

/** The wire protocol of a service, as its Smithy model names it. */
export type ProtocolName = 'awsQuery' | 'ec2Query' | 'restJson1' | 'awsJson1_1';

/** Why a request is refused before a service sees it. Codes differ by protocol; clients match on them. */
export type Refusal =
  | 'unknownKey'
  | 'wrongSignature'
  | 'expired'
  | 'unsigned'
  | 'stale'
  | 'malformed'
  | 'invalidPage'
  | 'unknownOperation';

/** How a service is addressed and how it refuses. */
export interface ServiceEntry {
  readonly protocol: ProtocolName;
  /** The name in the credential scope, when it is not the service's own. */
  readonly signingName?: string;
  /** True when the schemas hold only some operations of the service: the others are not emulated rather than unknown. */
  readonly partial?: true;
  /** The prefix of its actions in IAM policies. */
  readonly prefix: string;
  /** The version parameter of query protocols. */
  readonly version?: string;
  readonly xmlNamespace?: string;
  /** The code of an invalid pagination token. */
  readonly invalidPage: string;
  /** The SDK client module whose schemas describe the service. */
  readonly load: () => Promise<object>;
}

/** The emulated services (facts/aws-emulation.md). Namespaces and versions as the SDK clients send and expect them. */
export const serviceEntries: Readonly<Record<ServiceName, ServiceEntry>> = {
  sts: {
    protocol: 'awsQuery',
    prefix: 'sts',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    invalidPage: 'ValidationError',
    load: () => import('@aws-sdk/client-sts'),
  },
  iam: {
    protocol: 'awsQuery',
    prefix: 'iam',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    invalidPage: 'ValidationError',
    load: () => import('@aws-sdk/client-iam'),
  },
  eks: {
    protocol: 'restJson1',
    prefix: 'eks',
    invalidPage: 'InvalidParameterException',
    load: () => import('@aws-sdk/client-eks'),
  },
  cloudformation: {
    protocol: 'awsQuery',
    prefix: 'cloudformation',
    version: '2010-05-15',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    invalidPage: 'ValidationError',
    load: () => import('@aws-sdk/client-cloudformation'),
  },
  ec2: {
    protocol: 'ec2Query',
    prefix: 'ec2',
    version: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    invalidPage: 'InvalidPaginationToken',
    load: () => import('@aws-sdk/client-ec2'),
  },
  elasticloadbalancing: {
    protocol: 'awsQuery',
    prefix: 'elasticloadbalancing',
    version: '2015-12-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    invalidPage: 'ValidationError',
    load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  },
  classicloadbalancing: {
    signingName: 'elasticloadbalancing',
    partial: true,
    protocol: 'awsQuery',
    prefix: 'elasticloadbalancing',
    version: '2012-06-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/',
    invalidPage: 'ValidationError',
    load: async () => (await import('./partial-models.ts')).classicLoadBalancingSchemas,
  },
  shield: {
    partial: true,
    protocol: 'awsJson1_1',
    prefix: 'shield',
    invalidPage: 'InvalidPaginationTokenException',
    load: async () => (await import('./partial-models.ts')).shieldSchemas,
  },
  tagging: {
    protocol: 'awsJson1_1',
    prefix: 'tag',
    invalidPage: 'PaginationTokenExpiredException',
    load: () => import('@aws-sdk/client-resource-groups-tagging-api'),
  },
  logs: {
    protocol: 'awsJson1_1',
    prefix: 'logs',
    invalidPage: 'InvalidParameterException',
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
  },
  servicequotas: {
    protocol: 'awsJson1_1',
    prefix: 'servicequotas',
    invalidPage: 'InvalidPaginationTokenException',
    load: () => import('@aws-sdk/client-service-quotas'),
  },
};

/**
 * The service that a request is for: by the name in its credential scope and, where two share one or the request is
 * unsigned, by the API version of the query protocols.
 */
export function findService(scope: string | undefined, version: string | undefined): ServiceName | undefined {
  const candidates = (Object.entries(serviceEntries) as [ServiceName, ServiceEntry][]).filter(
    ([name, { signingName = name }]) => scope === undefined || signingName === scope,
  );
  const [match] = candidates.filter(([, entry]) => version !== undefined && entry.version === version);
  return (match ?? (scope === undefined ? undefined : candidates[0]))?.[0];
}

type RefusalTable = Readonly<
  Record<Exclude<Refusal, 'invalidPage'>, readonly [code: string, status: number]>
>;

const messages: Readonly<Record<Refusal, string>> = {
  unknownKey: 'The security token included in the request is invalid.',
  wrongSignature:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  expired: 'The security token included in the request is expired',
  unsigned: 'Request is missing Authentication Token',
  stale: 'Signature expired: the date of the request is not within 15 minutes of now',
  malformed: 'The request could not be understood.',
  invalidPage: 'The pagination token is not valid.',
  unknownOperation: 'The action or operation requested is invalid.',
};

const ec2Validation = 'AWS was not able to validate the provided access credentials';

/** AWS "Common error types" pages of each service; EC2 "Error codes for the Amazon EC2 API". */
const refusals: Readonly<Record<ProtocolName, RefusalTable>> = {
  awsQuery: {
    unknownKey: ['InvalidClientTokenId', 403],
    wrongSignature: ['SignatureDoesNotMatch', 403],
    expired: ['ExpiredToken', 403],
    unsigned: ['MissingAuthenticationToken', 403],
    stale: ['SignatureDoesNotMatch', 403],
    malformed: ['MalformedInput', 400],
    unknownOperation: ['InvalidAction', 400],
  },
  ec2Query: {
    unknownKey: ['AuthFailure', 401],
    wrongSignature: ['AuthFailure', 401],
    expired: ['RequestExpired', 400],
    unsigned: ['MissingParameter', 400],
    stale: ['RequestExpired', 400],
    malformed: ['MalformedQueryString', 400],
    unknownOperation: ['InvalidAction', 400],
  },
  restJson1: {
    unknownKey: ['UnrecognizedClientException', 403],
    wrongSignature: ['InvalidSignatureException', 403],
    expired: ['ExpiredTokenException', 403],
    unsigned: ['MissingAuthenticationTokenException', 403],
    stale: ['InvalidSignatureException', 403],
    malformed: ['SerializationException', 400],
    unknownOperation: ['UnknownOperationException', 404],
  },
  awsJson1_1: {
    unknownKey: ['UnrecognizedClientException', 400],
    wrongSignature: ['InvalidSignatureException', 400],
    expired: ['ExpiredTokenException', 400],
    unsigned: ['MissingAuthenticationTokenException', 400],
    stale: ['InvalidSignatureException', 400],
    malformed: ['SerializationException', 400],
    unknownOperation: ['UnknownOperationException', 400],
  },
};

/** The error with which a service refuses a request, in that service's words. */
export function refusal(service: ServiceName, reason: Refusal, detail?: string): AwsError {
  const entry = serviceEntries[service];
  if (reason === 'invalidPage') return new AwsError(entry.invalidPage, detail ?? messages.invalidPage, 400);
  const [code, status] = refusals[entry.protocol][reason];
  const message = code === 'AuthFailure' ? ec2Validation : (detail ?? messages[reason]);
  return new AwsError(code, message, status);
}
