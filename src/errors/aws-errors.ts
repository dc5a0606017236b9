import type { Explanation } from './user-error.ts';

/** How an error code of AWS is explained. Codes are matched, not sentences: AWS changes its wording. */
export interface AwsErrorRow {
  readonly codes: readonly string[];
  readonly explain: (error: { code: string; message: string }) => Explanation;
}

const again = 'run the same command once more; it continues where it stopped';

/**
 * AWS error codes and what they mean for someone running this tool. The first row that lists a code is used. The same
 * thing has several names: query services drop the suffix `Exception` that JSON services and the SDK's classes carry,
 * and EC2 has names of its own (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html).
 */
export const awsErrors: readonly AwsErrorRow[] = [
  {
    // TokenProviderError: the SDK's own, for a single sign-on session that has ended.
    codes: ['CredentialsProviderError', 'TokenProviderError'],
    explain: ({ message }) =>
      /sso|token is expired/i.test(message)
        ? {
            what: 'the single sign-on session has ended',
            why: message,
            fix: 'run "aws sso login", then the same command once more',
          }
        : {
            what: 'no AWS credentials were found',
            why: message,
            fix: 'run "aws configure sso" or "aws configure", or set AWS_PROFILE; in CloudShell they are there already',
          },
  },
  {
    codes: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
    explain: ({ message }) => ({
      what: 'the AWS credentials have expired',
      why: message,
      fix: `sign in again ("aws sso login"), then ${again}`,
    }),
  },
  {
    codes: [
      ...['InvalidClientTokenId', 'UnrecognizedClientException', 'AuthFailure', 'SignatureDoesNotMatch'],
      ...['InvalidAccessKeyId', 'IncompleteSignature', 'InvalidSignatureException'],
      ...['MissingAuthenticationToken', 'MissingAuthenticationTokenException'],
    ],
    explain: ({ code, message }) => ({
      what: 'AWS does not accept the credentials',
      why: `${code}: ${message}`,
      fix: 'check which ones are in use with "aws configure list", the clock of this machine, and that the region is enabled for the account',
    }),
  },
  {
    codes: ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'],
    explain: ({ code, message }) => {
      const { action, who } = deniedAction(message);
      return {
        what: action ? `the credentials lack the permission ${action}` : 'the credentials lack a permission',
        why: `${code}: ${message}`,
        fix: action
          ? `have ${action} allowed for ${who ?? 'this identity'}, then ${again}`
          : `have the action that is named allowed for this identity, then ${again}`,
      };
    },
  },
  {
    codes: ['OptInRequired', 'RegionDisabledException'],
    explain: ({ message }) => ({
      what: 'the region or the service is not enabled for this account',
      why: message,
      fix: 'enable it in the AWS console under Account, or use another --region',
    }),
  },
  {
    codes: ['Blocked', 'PendingVerification'],
    explain: ({ code, message }) => ({
      what: 'AWS has blocked this account, or is still verifying it',
      why: `${code}: ${message}`,
      fix: 'wait for the e-mail of AWS, or ask AWS Support: https://console.aws.amazon.com/support',
    }),
  },
  {
    codes: [
      ...['Throttling', 'ThrottlingException', 'ThrottledException', 'RequestLimitExceeded'],
      ...['TooManyRequestsException', 'EC2ThrottledException'],
    ],
    explain: ({ code, message }) => ({
      what: 'AWS limits the rate of calls, also after several retries',
      why: `${code}: ${message}`,
      fix: `wait a minute, then ${again}`,
      transient: true,
    }),
  },
  {
    codes: [
      ...[
        'LimitExceeded',
        'LimitExceededException',
        'ResourceLimitExceeded',
        'ResourceLimitExceededException',
      ],
      ...[
        'AddressLimitExceeded',
        'VpcLimitExceeded',
        'InternetGatewayLimitExceeded',
        'NatGatewayLimitExceeded',
      ],
      ...['SecurityGroupLimitExceeded', 'RulesPerSecurityGroupLimitExceeded'],
      ...['TooManyLoadBalancers', 'TooManyLoadBalancersException'],
      ...['TooManyTargetGroups', 'TooManyTargetGroupsException'],
    ],
    explain: ({ code, message }) => ({
      what: 'a quota of the AWS account is used up',
      why: `${code}: ${message}`,
      fix: 'remove what is no longer used, or ask for more: https://console.aws.amazon.com/servicequotas',
    }),
  },
  {
    codes: ['MalformedPolicyDocument', 'MalformedPolicyDocumentException'],
    explain: ({ message }) => ({
      what: 'IAM does not accept the policy document',
      why: message,
      fix: 'report it with the log of this run; the document is the one of the pinned controller',
    }),
  },
  {
    codes: ['EntityAlreadyExists', 'EntityAlreadyExistsException'],
    explain: ({ message }) => ({
      what: 'something of this name was made meanwhile',
      why: message,
      fix: 'lbc-setup status, to see whose it is; --policy-name and --service-account avoid it',
    }),
  },
  {
    codes: ['DeleteConflict', 'DeleteConflictException'],
    explain: ({ message }) => ({
      what: 'IAM does not delete what is still in use',
      why: message,
      fix: 'detach it where it is used, then lbc-setup teardown once more',
    }),
  },
  {
    codes: ['DependencyViolation', 'ResourceInUse', 'ResourceInUseException'],
    explain: ({ code, message }) => ({
      what: 'AWS does not change what something else still uses',
      why: `${code}: ${message}`,
      fix: `wait some minutes (network interfaces outlive their load balancer), then ${again}`,
    }),
  },
  {
    codes: [
      ...['InternalError', 'InternalFailure', 'InternalServerError', 'InternalServiceException'],
      ...['ServerException', 'ServiceException', 'ServiceFailure', 'ServiceFailureException'],
      ...['ServiceUnavailable', 'ServiceUnavailableException', 'Unavailable'],
    ],
    explain: ({ code, message }) => ({
      what: 'AWS has trouble of its own',
      why: `${code}: ${message}`,
      fix: `look at https://health.aws.amazon.com, wait some minutes, then ${again}`,
      transient: true,
    }),
  },
  {
    codes: [
      ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'TimeoutError', 'EPIPE'],
      ...['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
    ],
    explain: ({ code, message }) => ({
      what: 'AWS cannot be reached',
      why: `${code}: ${message}`,
      fix: 'check the network, HTTPS_PROXY and AWS_ENDPOINT_URL, then run the same command once more',
      transient: true,
    }),
  },
  {
    // https://nodejs.org/api/tls.html#x509-certificate-error-codes
    codes: [
      ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED'],
      ...['CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ],
    explain: ({ code, message }) => ({
      what: 'the certificate of what answers instead of AWS is not trusted',
      why: `${code}: ${message}`,
      fix: "if it is your company's proxy, name its CA certificate in NODE_EXTRA_CA_CERTS; else do not go on in this network",
    }),
  },
  {
    codes: [
      'EPROTO',
      'HPE_INVALID_CONSTANT',
      'HPE_INVALID_HEADER_TOKEN',
      'HPE_INVALID_VERSION',
      'HPE_HEADER_OVERFLOW',
    ],
    explain: ({ code, message }) => notAws(`${code}: ${message}`),
  },
];

/** What is told when something else than AWS answers: a sign-in page of a network, a proxy, a wrong endpoint. */
export const notAws = (why: string): Explanation => ({
  what: 'what answers is not AWS',
  why,
  fix: 'check what stands between this machine and AWS: HTTPS_PROXY, AWS_ENDPOINT_URL, a sign-in page of the network',
});

/** The action and the identity that a denial names, where it names them. */
export function deniedAction(message: string): { action?: string; who?: string } {
  const [, who, action] = /(?:User: (\S+) is )?not authorized to perform: ([\w-]+:\w+)/.exec(message) ?? [];
  return { action, who };
}
