import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsClients } from '../aws/clients.ts';

/**
 * A token for a cluster's API: a GetCallerIdentity URL presigned for 60 s at the endpoint of AWS_ENDPOINT_URL,
 * with the signed header `x-k8s-aws-id` (facts/eksctl.md §11).
 */
export async function createToken(
  { sts, region, endpoint }: AwsClients,
  clusterName: string,
): Promise<string> {
  const { protocol, hostname, port, host } = new URL(endpoint);
  const signer = new SignatureV4({
    credentials: sts.config.credentials,
    region,
    service: 'sts',
    sha256: Sha256,
  });
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol,
      hostname,
      port: port === '' ? undefined : Number(port),
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host, 'x-k8s-aws-id': clusterName },
    },
    { expiresIn: 60 },
  );
  const query = new URLSearchParams(signed.query as Record<string, string>);
  const url = `${protocol}//${host}/?${query}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
