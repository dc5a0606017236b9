import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { Failure } from '../failure.ts';
import type { AwsClients } from './clients.ts';

const element = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

/**
 * The security groups of a classic load balancer, or undefined when there is none of that name: the one question
 * that eksctl has for the 2012 API, for which the project carries no client. Throws Failure.
 */
export async function findClassicLoadBalancer(
  { loadBalancing, region, endpoint }: AwsClients,
  name: string,
): Promise<string[] | undefined> {
  const { protocol, hostname, port, host } = new URL(endpoint);
  const body = new URLSearchParams({
    Action: 'DescribeLoadBalancers',
    Version: '2012-06-01',
    'LoadBalancerNames.member.1': name,
  }).toString();
  const signer = new SignatureV4({
    credentials: loadBalancing.config.credentials,
    region,
    service: 'elasticloadbalancing',
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    path: '/',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  const request = http.request({ hostname, port, method: 'POST', path: '/', headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const answer = await text(response);
  if (response.statusCode === 200)
    return [...answer.matchAll(/<member>(sg-[^<]*)<\/member>/g)].map(([, id = '']) => id);
  const code = element(answer, 'Code');
  if (code === 'LoadBalancerNotFound') return undefined;
  throw new Failure(
    `operation error Elastic Load Balancing: DescribeLoadBalancers, https response error StatusCode: ${response.statusCode}, ` +
      `RequestID: ${element(answer, 'RequestId') ?? ''}, api error ${code}: ${element(answer, 'Message') ?? ''}`,
  );
}
