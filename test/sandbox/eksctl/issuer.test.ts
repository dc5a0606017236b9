import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../sandbox/eksctl/environment.ts';
import { issuerThumbprint } from '../../../sandbox/eksctl/issuer.ts';
import { createCertificateAuthority } from '../../../sandbox/pki.ts';

const host = 'oidc.eks.ap-northeast-1.amazonaws.com';
const url = `https://${host}:443/id/ABC`;
const closing: (() => void)[] = [];
let folder: string;
let proxy: string;
let root: string;

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  const authority = await createCertificateAuthority('rehearsal');
  const other = await createCertificateAuthority('stranger');
  const { certificate, key } = await authority.issue([host]);
  root = authority.certificate;
  const site = createTlsServer({ cert: certificate, key }, (_, response) => response.writeHead(404).end());
  const port = await listen(site as unknown as Server);
  const connecting = createServer();
  connecting.on('connect', (request, socket) => {
    if (request.url !== `${host}:443`) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const inner = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(inner).pipe(socket);
    });
    for (const end of [inner, socket]) end.on('error', () => {});
  });
  proxy = `http://127.0.0.1:${await listen(connecting)}`;
  folder = await mkdtemp(join(tmpdir(), 'issuer-'));
  await writeFile(join(folder, 'ca.pem'), authority.certificate);
  await writeFile(join(folder, 'other.pem'), other.certificate);
});

afterAll(async () => {
  for (const close of closing) close();
  await rm(folder, { recursive: true });
});

const environment = (env: Record<string, string>) => readEnvironment(env);

describe('the thumbprint of an issuer', () => {
  it('is the SHA-1 of the root of its chain, fetched through the proxy', async () => {
    const trusted = environment({ HTTPS_PROXY: proxy, SSL_CERT_FILE: join(folder, 'ca.pem') });
    const thumbprint = await issuerThumbprint(url, trusted);
    const expected = createHash('sha1').update(new X509Certificate(root).raw).digest('hex');
    expect(thumbprint).toMatch(/^[0-9a-f]{40}$/);
    expect(thumbprint).toBe(expected);
  });

  it('is not to be had from a server that is not trusted (transcripts/eksctl/c4-associate-badca.txt)', async () => {
    const wrong = environment({ HTTPS_PROXY: proxy, SSL_CERT_FILE: join(folder, 'other.pem') });
    await expect(issuerThumbprint(url, wrong)).rejects.toThrow(
      `connecting to issuer OIDC: Get "${url}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    );
  });

  it('is not to be had without the proxy, and no resolver is asked (transcripts/eksctl/c3-associate-noproxy.txt)', async () => {
    await expect(issuerThumbprint(url, environment({}))).rejects.toThrow(
      `connecting to issuer OIDC: Get "${url}": dial tcp: lookup ${host}: no such host`,
    );
  });

  it('is not to be had when the proxy refuses', async () => {
    const elsewhere = url.replace(host, 'example.com');
    await expect(issuerThumbprint(elsewhere, environment({ HTTPS_PROXY: proxy }))).rejects.toThrow(
      `Get "${elsewhere}": Forbidden`,
    );
  });
});
