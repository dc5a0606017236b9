import { X509Certificate } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { ServerCertificate } from './pki.ts';
import type { World } from './world.ts';

/** A request that came through the proxy, as the site behind it sees it. */
interface SiteRequest {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SiteResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A part of the internet that exists in a rehearsal. */
export interface Site {
  /** The hosts it answers for. */
  readonly host: RegExp;
  /**
   * What it shows to TLS clients on a port, the default first. None: it speaks no TLS there. Undefined, or without this:
   * a certificate of the rehearsal's authority.
   */
  certificates?(host: string, port: number): readonly ServerCertificate[] | undefined;
  handle(request: SiteRequest): Promise<SiteResponse | SiteFailure>;
}

/** Why a site gives no answer. */
interface SiteFailure {
  readonly failure: 'unknown-host' | 'refused' | 'reset' | 'timed-out';
}

/** A running proxy. */
export interface GuardProxy {
  /** `http://127.0.0.1:PORT`, for HTTP_PROXY and HTTPS_PROXY. */
  readonly url: string;
  close(): Promise<void>;
}

// The first byte of a TLS handshake record.
const tlsHandshake = 0x16;

/**
 * Starts the guard proxy: requests and tunnels to the given sites are answered inside the rehearsal (TLS ends here, with
 * certificates of its authority), everything else is refused with 403 and recorded, so that nothing reaches the
 * internet by mistake.
 */
export async function startProxy(world: World, sites: readonly Site[]): Promise<GuardProxy> {
  const sockets = new Set<Socket>();
  const origins = new WeakMap<object, Origin>();
  const siteOf = (host: string): Site | undefined => sites.find((site) => site.host.test(host));

  const answer = async (
    origin: Origin,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const path = request.url ?? '/';
    const method = request.method ?? 'GET';
    const call = `${origin.host}${path.split('?')[0]}`;
    const send = (status: number, body: string | Buffer, headers: OutgoingHttpHeaders = {}): void => {
      record(call, method, status);
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(method === 'HEAD' ? undefined : body);
    };
    const fault = world.faults.match('proxy', call);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'delay') await world.clock.sleep(fault.seconds);
    if (fault?.kind === 'error') return send(fault.status ?? 500, fault.message);
    const site = siteOf(origin.host);
    if (!site) return send(403, refusal(origin.host));
    const body = await readBody(request);
    const found = await site.handle({ ...origin, method, path, headers: flatten(request), body });
    if (fault?.kind === 'cut') {
      record(call, method, 0);
      request.socket.destroy();
    } else if ('failure' in found) {
      const { status, text } = failures[found.failure];
      send(status, `${origin.host}:${origin.port}: ${text}\n`);
    } else {
      send(found.status, found.body, found.headers);
    }
  };

  const record = (call: string, method: string, status: number): void =>
    world.record.add({
      plane: 'proxy',
      call,
      caller: 'anonymous',
      write: !['GET', 'HEAD', 'CONNECT'].includes(method),
      status,
      ...(status === 403 ? { error: 'Forbidden' } : {}),
    });

  const serve = (originOf: (request: IncomingMessage) => Origin | undefined): Server =>
    createServer((request, response) => {
      const origin = originOf(request);
      if (!origin) {
        response.writeHead(400).end('This is a proxy.\n');
        return;
      }
      answer(origin, request, response).catch((error) => {
        console.error(error);
        response.destroy();
      });
    });

  const tunnelled = serve((request) => origins.get(request.socket));
  const server = serve(forwarded);

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const target = new URL(`tunnel://${request.url}`);
    const port = Number(target.port || 443);
    if (!siteOf(target.hostname)) {
      record(`${target.hostname}:${port}`, 'CONNECT', 403);
      const text = refusal(target.hostname);
      socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      open(target.hostname, port, socket, first[0] === tlsHandshake).catch(() => socket.destroy());
    });
  });

  const certificatesOf = async (host: string, port: number): Promise<readonly ServerCertificate[]> =>
    siteOf(host)?.certificates?.(host, port) ?? [await world.authority.issue([host])];

  const open = async (host: string, port: number, socket: Socket, encrypted: boolean): Promise<void> => {
    // Asked for in a later turn than the one in which the first bytes were put back: a TLSSocket made before does not
    // see them.
    const stream = encrypted ? decrypt(await certificatesOf(host, port), socket) : socket;
    origins.set(stream, { scheme: encrypted ? 'https' : 'http', host, port });
    tunnelled.emit('connection', stream);
    socket.resume();
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Origin = Pick<SiteRequest, 'scheme' | 'host' | 'port'>;

// A plain HTTP request to a proxy names its target by an absolute URL; the path alone is left for the site.
function forwarded(request: IncomingMessage): Origin | undefined {
  if (!URL.canParse(request.url ?? '')) return undefined;
  const { hostname, port, pathname, search } = new URL(request.url ?? '');
  request.url = pathname + search;
  return { scheme: 'http', host: hostname, port: Number(port || 80) };
}

/** Ends TLS with the certificate that fits the name that the client asks for, else with the first. */
function decrypt(shown: readonly ServerCertificate[], socket: Socket): TLSSocket {
  const choices = shown.map(({ certificate, key }) => ({
    fits: (name: string) => new X509Certificate(certificate).checkHost(name) !== undefined,
    context: createSecureContext({ cert: certificate, key }),
  }));
  const [first] = choices;
  if (!first) throw new Error('there is no TLS on this port');
  const stream = new TLSSocket(socket, {
    isServer: true,
    secureContext: first.context,
    SNICallback: (name, done) => done(null, (choices.find(({ fits }) => fits(name)) ?? first).context),
  });
  stream.on('error', () => stream.destroy());
  return stream;
}

// What a proxy says that could not reach the origin (RFC 9110, 502 and 504).
const failures: Readonly<Record<SiteFailure['failure'], { status: number; text: string }>> = {
  'unknown-host': { status: 502, text: 'no such host' },
  refused: { status: 502, text: 'connection refused' },
  reset: { status: 502, text: 'connection reset by peer' },
  'timed-out': { status: 504, text: 'i/o timeout' },
};

const refusal = (host: string): string =>
  `The rehearsal's guard proxy refuses ${host}: a rehearsal reaches nothing outside itself.\n`;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const flatten = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
