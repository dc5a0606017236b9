import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { retryDelay } from '../../../sandbox/eksctl/aws/retries.ts';
import { eksctl } from './host.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const identity = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/lab</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** An AWS that answers STS, and EKS as told. */
async function startAws(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') response.end(identity);
    else if (request.url?.startsWith('/cluster-versions'))
      response.end(
        JSON.stringify({ clusterVersions: [{ clusterVersion: '1.35' }, { clusterVersion: '1.34' }] }),
      );
    else answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    LBC_SANDBOX_SPEED: '100000',
  };
}

const refuse =
  (status: number, code: string, message: string) => (_: IncomingMessage, response: ServerResponse) =>
    response
      .writeHead(status, { 'x-amzn-errortype': code, 'x-amzn-requestid': 'R1' })
      .end(JSON.stringify({ message }));

describe('a failing call', () => {
  it('reads as in the Go SDK when the operation knows the error (transcripts/eksctl/a10-get-cluster-none.txt)', async () => {
    const env = await startAws(refuse(404, 'ResourceNotFoundException', 'No cluster found for name: nope.'));
    expect(await eksctl(['get', 'cluster', '--name', 'nope', '-o', 'json'], env)).toEqual({
      ending: 1,
      stdout: '',
      stderr:
        'Error: unable to describe control plane "nope": operation error EKS: DescribeCluster, https response error StatusCode: 404, RequestID: R1, ResourceNotFoundException: No cluster found for name: nope.\n',
    });
  });

  it('reads as an api error when it is one of the common ones (transcripts/eksctl/f16-expired-token.txt)', async () => {
    const env = await startAws(
      refuse(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
    );
    const { stderr } = await eksctl(['get', 'cluster', '--name', 'q3'], env);
    expect(stderr).toContain(
      'StatusCode: 403, RequestID: R1, api error ExpiredTokenException: The security token included in the request is expired',
    );
  });

  it('is tried 13 times in all when it is throttled (transcripts/eksctl/f19-throttle-forever.txt)', async () => {
    let calls = 0;
    const env = await startAws((request, response) => {
      calls++;
      refuse(429, 'ThrottlingException', 'Rate exceeded')(request, response);
    });
    const { stderr } = await eksctl(['get', 'cluster', '--name', 'q3'], env);
    expect(calls).toBe(13);
    expect(stderr).toContain(
      'DescribeCluster, exceeded maximum number of attempts, 13, https response error StatusCode: 429, RequestID: R1, api error ThrottlingException: Rate exceeded',
    );
  });

  it('waits for random times up to 16 s and then 20 s between the tries', () => {
    const longest = Array.from({ length: 12 }, (_, retry) => retryDelay(retry, () => 1));
    expect(longest).toEqual([2, 4, 8, 16, 20, 20, 20, 20, 20, 20, 20, 20]);
  });

  it('that is refused a connection is not retried (transcripts/eksctl/f15-endpoint-down.txt)', async () => {
    const env = { ...(await startAws(() => {})), AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    expect((await eksctl(['get', 'cluster', '--name', 'q3'], env)).stderr).toBe(
      'Error: checking AWS STS access – cannot get role ARN for current session: operation error STS: GetCallerIdentity, https response error StatusCode: 0, RequestID: , request send failed, Post "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused\n',
    );
  });
});

describe('the Kubernetes version of a new cluster', () => {
  const dryRun = async (version: string) =>
    eksctl(
      ['create', 'cluster', '--name', 'x', '--version', version, '--fargate', '--dry-run'],
      await startAws(() => {}),
    );

  it('that has left support is refused with the ones offered (transcripts/eksctl/a8-flag-1.21.txt)', async () => {
    expect((await dryRun('1.21')).stderr).toBe(
      'Error: resolving cluster version: invalid version, 1.21 is no longer supported, supported values: 1.34, 1.35\nsee also: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html\n',
    );
  });

  it('that is not offered yet is refused (transcripts/eksctl/a24-v136.txt)', async () => {
    expect((await dryRun('1.36')).stderr).toBe(
      'Error: resolving cluster version: invalid version, supported values: 1.34, 1.35\n',
    );
  });

  it('does not excuse a bad name (transcripts/eksctl/a20-bad-name.txt)', async () => {
    const { stderr } = await eksctl(
      ['create', 'cluster', '--name', '1_bad', '--fargate', '--dry-run'],
      await startAws(() => {}),
    );
    expect(stderr).toBe(
      'Error: validation for 1_bad failed, name must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*\n',
    );
  });
});
