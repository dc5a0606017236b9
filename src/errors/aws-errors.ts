import type { Explanation } from './user-error.ts';

/** How an error code of AWS is explained. Codes are matched, not sentences: AWS changes its wording. */
interface AwsErrorRow {
  readonly codes: readonly string[];
  readonly explain: (error: { code: string; message: string }) => Explanation;
}

/** AWS error codes and what they mean for someone running this tool. The first row that lists a code is used. */
export const awsErrors: readonly AwsErrorRow[] = [
  {
    codes: ['CredentialsProviderError'],
    explain: ({ message }) => ({
      what: 'no AWS credentials were found',
      why: message,
      fix: 'run "aws configure sso" or "aws configure", or set AWS_PROFILE; in CloudShell they are there already',
    }),
  },
  {
    // The same thing is called differently by STS, by JSON services and by EC2.
    codes: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
    explain: ({ message }) => ({
      what: 'the AWS credentials have expired',
      why: message,
      fix: 'sign in again ("aws sso login"), then run the same command once more; it continues where it stopped',
    }),
  },
  {
    codes: [
      ...['InvalidClientTokenId', 'UnrecognizedClientException', 'AuthFailure', 'SignatureDoesNotMatch'],
      ...['InvalidAccessKeyId', 'IncompleteSignature', 'InvalidSignatureException'],
    ],
    explain: ({ code, message }) => ({
      what: 'AWS does not accept the credentials',
      why: `${code}: ${message}`,
      fix: 'check which ones are in use with "aws configure list", and the clock of this machine',
    }),
  },
  {
    codes: ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'],
    explain: ({ code, message }) => ({
      what: 'the credentials lack a permission',
      why: `${code}: ${message}`,
      fix: 'have the action that is named allowed for this identity, then run the same command once more',
    }),
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
    codes: [
      ...['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'TooManyRequestsException'],
      'ThrottledException',
    ],
    explain: ({ code, message }) => ({
      what: 'AWS limits the rate of calls, also after several retries',
      why: `${code}: ${message}`,
      fix: 'wait a minute, then run the same command once more; it continues where it stopped',
    }),
  },
  {
    codes: [
      ...[
        'LimitExceeded',
        'LimitExceededException',
        'ResourceLimitExceededException',
        'AddressLimitExceeded',
      ],
      ...[
        'VpcLimitExceeded',
        'InternetGatewayLimitExceeded',
        'NatGatewayLimitExceeded',
        'TooManyLoadBalancers',
      ],
    ],
    explain: ({ code, message }) => ({
      what: 'a quota of the AWS account is used up',
      why: `${code}: ${message}`,
      fix: 'remove what is no longer used, or ask for more in the Service Quotas console',
    }),
  },
  {
    codes: ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'TimeoutError', 'EPIPE'],
    explain: ({ code, message }) => ({
      what: 'AWS cannot be reached',
      why: `${code}: ${message}`,
      fix: 'check the network, HTTPS_PROXY and AWS_ENDPOINT_URL, then run the same command once more',
    }),
  },
];
