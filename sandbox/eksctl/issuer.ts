import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import tls, { type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';

const unverified: ReadonlySet<string | undefined> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function explain(error: unknown): string {
  const { code, message, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (unverified.has(code))
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  if (code === 'ECONNREFUSED')
    return `proxyconnect tcp: dial tcp ${address}:${port}: connect: connection refused`;
  return message;
}

/** Opens a tunnel to `host:port` through the proxy. */
async function tunnel(proxy: URL, authority: string): Promise<Socket> {
  const request = http.request({
    host: proxy.hostname,
    port: proxy.port,
    method: 'CONNECT',
    path: authority,
  });
  request.end();
  const [response, socket] = (await once(request, 'connect')) as [http.IncomingMessage, Socket];
  if (response.statusCode === 200) return socket;
  socket.destroy();
  throw new Error(response.statusMessage);
}

/** The end of the verified chain. eksctl takes the last certificate that was sent, which Node does not tell. */
function lastOf(certificate: DetailedPeerCertificate): DetailedPeerCertificate {
  const issuer = certificate.issuerCertificate;
  return issuer === undefined || issuer.fingerprint === certificate.fingerprint
    ? certificate
    : lastOf(issuer);
}

async function get(url: URL, environment: Environment): Promise<string> {
  // Never asks a resolver: outside of the guard proxy the issuer does not exist (transcripts/eksctl/c3-associate-noproxy.txt).
  if (environment.httpsProxy === undefined) throw new Error(`dial tcp: lookup ${url.hostname}: no such host`);
  const ca =
    environment.certificateFile === undefined
      ? undefined
      : await readFile(environment.certificateFile, 'utf8');
  const raw = await tunnel(new URL(environment.httpsProxy), `${url.hostname}:${url.port || '443'}`);
  const socket: TLSSocket = tls.connect({ socket: raw, servername: url.hostname, ca });
  try {
    await once(socket, 'secureConnect');
    const request = https.request(url, { createConnection: () => socket });
    request.end();
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    return createHash('sha1')
      .update(lastOf(socket.getPeerCertificate(true)).raw)
      .digest('hex');
  } finally {
    socket.destroy();
  }
}

/**
 * Gets the issuer's URL through HTTPS_PROXY, trusting SSL_CERT_FILE, and returns the SHA-1 thumbprint of its
 * certificate chain. Throws Failure in the words of Go's HTTP client (facts/eksctl.md §5).
 */
export async function issuerThumbprint(url: string, environment: Environment): Promise<string> {
  try {
    return await get(new URL(url), environment);
  } catch (error) {
    throw new Failure(`connecting to issuer OIDC: Get "${url}": ${explain(error)}`);
  }
}
