import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../sandbox/pki.ts';
import { get } from '../../src/http.ts';

const { signal } = new AbortController();
let url: string;
let stop: () => void;

beforeAll(async () => {
  const authority = await createCertificateAuthority('nobody trusts this one');
  const { certificate: cert, key } = await authority.issue(['shop.example.com']);
  const server = createServer({ cert, key }, (_, response) => response.end('Hello version: v1'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/hello`;
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterAll(() => stop());

it('a server with a certificate for another name is not believed', async () => {
  await expect(get(url, { signal })).rejects.toThrow(/certificate/);
});

it('a load balancer is called whatever its certificate says, when that is asked for', async () => {
  const { status, body } = await get(url, { signal, anyCertificate: true });
  expect(status).toBe(200);
  expect(body.toString()).toBe('Hello version: v1');
});
