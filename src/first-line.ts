import type { Identity } from './aws/identity.ts';

/** A variable that leads the SDK, the AWS CLI and eksctl to another endpoint: for all services, or for one. */
const endpointVariable = /^AWS_ENDPOINT_URL(_[A-Z0-9_]+)?$/;

/**
 * What a run says first when it does not go to AWS itself: where it goes, and as whom. Undefined when it does, and has
 * no label either.
 */
export function firstLine(
  environment: NodeJS.ProcessEnv,
  { account, arn }: Identity,
  label: string | undefined,
): string | undefined {
  const endpoints = Object.keys(environment)
    .filter((name) => endpointVariable.test(name) && environment[name])
    .sort()
    .map((name) => `${name}=${withoutSecrets(environment[name] ?? '')}`);
  if (endpoints.length === 0 && label === undefined) return undefined;
  return `${label ?? 'endpoint'}: ${[...endpoints, `account ${account}`, arn].join(', ')}`;
}

/** A URL without the user name and password that it may hold; anything else as it is. */
export function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (!url.username && !url.password) return text;
  url.username = '***';
  url.password = '';
  return url.href;
}
