import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { CertificateAuthority } from '../../sandbox/pki.ts';

/** A company's proxy: it opens every tunnel with certificates of its own, and writes down where one was wanted to. */
export interface RecordingProxy {
  readonly url: string;
  /** `HOST:PORT` of every CONNECT, `METHOD URL` of every plain request. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts one that answers for the whole internet from one endpoint. */
export async function startRecordingProxy(
  authority: CertificateAuthority,
  endpoint: string,
): Promise<RecordingProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(endpoint);
  const pass = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { method, headers, url = '/' } = incoming;
    const path = URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url;
    const outgoing = request({ hostname, port, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    pass(incoming, response);
  });
  const inside = createServer(pass);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  });
  server.on('connect', async ({ url = '' }: IncomingMessage, socket: Socket) => {
    asked.push(url);
    const { certificate, key } = await authority.issue([url.replace(/:\d+$/, '')]);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const secureContext = createSecureContext({ cert: certificate, key });
    const stream = new TLSSocket(socket, { isServer: true, secureContext });
    stream.on('error', () => stream.destroy());
    inside.emit('connection', stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
