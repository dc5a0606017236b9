import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WireRequest, WireResponse } from './protocol/wire.ts';

/** The largest body that is read; the largest real one is a CloudFormation template of 51,200 bytes. */
const maxBodyBytes = 1024 * 1024;

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) throw new Error(`The request body is larger than ${maxBodyBytes} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads a request whole. Throws for a body larger than any AWS request may be, and when the stream fails. */
export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? '')]),
  );
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body: await readBody(incoming),
  };
}

/** Sends a response; one that can no longer be sent is dropped. */
export function sendResponse(response: ServerResponse, { status, headers, body }: WireResponse): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
