import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { transport } from './transport.ts';

/** What a token is made for. */
export interface ClusterTokenInput {
  readonly cluster: string;
  readonly region: string;
  readonly profile?: string;
}

/** A token and when it is to be replaced, in milliseconds since 1970. */
export interface ClusterToken {
  readonly token: string;
  readonly expires: number;
}

/** Seconds for which the presigned URL is made, and for which EKS takes the token that is made of it. */
const urlSeconds = 60;
const tokenSeconds = 14 * 60;

/**
 * A token for the Kubernetes API of an EKS cluster: a presigned sts:GetCallerIdentity URL, as
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster describes it. Made
 * here, without a call to AWS.
 *
 * @throws what the SDK throws when there are no credentials
 */
export async function createClusterToken({
  cluster,
  region,
  profile,
}: ClusterTokenInput): Promise<ClusterToken> {
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
    token: `k8s-aws-v1.${Buffer.from(presigned.href).toString('base64url')}`,
    expires: Date.now() + tokenSeconds * 1000,
  };
}
