import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { preferProfile } from '../aws/prefer-profile.ts';
import { transport } from '../aws/transport.ts';
import { explain } from '../errors/explain.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { formatError } from '../output/format-error.ts';
import { printJson, printMessage } from '../output/streams.ts';

/** What a token is made for. */
export interface TokenInput {
  readonly cluster: string;
  readonly region: string;
  readonly profile?: string;
}

/** Seconds for which EKS accepts the presigned URL, and for which the token is said to be good. */
const urlSeconds = 60;
const tokenMinutes = 14;

/**
 * A token for the Kubernetes API of an EKS cluster: a presigned sts:GetCallerIdentity URL, as
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster describes it, in an
 * ExecCredential (client.authentication.k8s.io/v1) for kubectl.
 */
export async function createToken({ cluster, region, profile }: TokenInput): Promise<object> {
  preferProfile(profile);
  const { config } = new STSClient({ region, profile, requestHandler: transport() });
  const { url } = await getEndpointFromInstructions({}, GetCallerIdentityCommand, config);
  const signer = new SignatureV4({
    credentials: config.credentials,
    region,
    service: 'sts',
    sha256: config.sha256,
  });
  const request = new HttpRequest({
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port ? Number(url.port) : undefined,
    path: url.pathname,
    method: 'GET',
    headers: { host: url.host, 'x-k8s-aws-id': cluster },
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
  });
  const { query } = await signer.presign(request, {
    expiresIn: urlSeconds,
    unhoistableHeaders: new Set(['x-k8s-aws-id']),
  });
  const presigned = new URL(url);
  for (const [name, value] of Object.entries(query ?? {})) presigned.searchParams.set(name, String(value));
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: {
      expirationTimestamp: new Date(Date.now() + tokenMinutes * 60_000).toISOString().replace(/\.\d+/, ''),
      token: `k8s-aws-v1.${Buffer.from(presigned.href).toString('base64url')}`,
    },
  };
}

/** `lbc-setup token`: prints the credential. kubectl shows stderr to the user when this fails. */
export async function printToken(input: TokenInput): Promise<ExitCode> {
  try {
    printJson(await createToken(input));
    return exitCodes.done;
  } catch (error) {
    printMessage(formatError(explain(error)));
    return exitCodes.failed;
  }
}
