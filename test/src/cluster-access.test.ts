import { readFile, stat } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { createClusterAccess } from '../../src/cluster-access.ts';

const input = { region: 'eu-west-1', cluster: { name: 'demo', arn: 'arn:demo', endpoint: 'https://demo' } };
const tokenIn = async (path: string): Promise<string> =>
  parse(await readFile(path, 'utf8')).users[0].user.token;

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

test('the kubeconfig of a run is for its owner only and names the cluster in its token', async () => {
  const path = await createClusterAccess()(input);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const url = new URL(
    Buffer.from((await tokenIn(path)).replace('k8s-aws-v1.', ''), 'base64url').toString('utf8'),
  );
  expect(url.host).toBe('sts.eu-west-1.amazonaws.com');
  expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
});

test('a token is used again, and replaced well before it ends', async () => {
  const access = createClusterAccess();
  const first = await tokenIn(await access(input));
  vi.advanceTimersByTime(60_000);
  expect(await tokenIn(await access(input))).toBe(first);
  vi.advanceTimersByTime(7 * 60_000);
  expect(await tokenIn(await access(input))).not.toBe(first);
});

test('a cluster that was made anew is found at its new address', async () => {
  const access = createClusterAccess();
  await access(input);
  const path = await access({ ...input, cluster: { ...input.cluster, endpoint: 'https://other' } });
  expect(parse(await readFile(path, 'utf8')).clusters[0].cluster.server).toBe('https://other');
});
