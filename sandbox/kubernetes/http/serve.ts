import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { FaultEffect } from '../../faults.ts';
import type { World } from '../../world.ts';
import { KubeError } from '../api.ts';
import type { ApiReply, ApiRequest } from './message.ts';
import { asKubeError, failureStatus } from './status.ts';

/** How requests are answered, and told apart in the record. */
export interface Handler {
  /** Who sends it; throws Unauthorized. */
  authenticate(headers: ApiRequest['headers'], path: string): ApiRequest['user'];
  answer(request: ApiRequest): Promise<ApiReply>;
  /** Whether the request can change something. */
  writes(method: string, path: string, query: URLSearchParams): boolean;
}

/** A listening API server. */
export interface Listener {
  /** `https://127.0.0.1:PORT` */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Serves an API over TLS on a free port of the loopback interface. */
export async function serve(world: World, handler: Handler): Promise<Listener> {
  const { certificate, key } = await world.authority.issue([
    '127.0.0.1',
    'localhost',
    'kubernetes.default.svc',
  ]);
  const stopping = new AbortController();
  const sockets = new Set<Socket>();
  const server = createServer({ cert: certificate, key, keepAliveTimeout: 60_000 }, (request, response) => {
    respond(world, handler, request, response, stopping.signal).catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `https://127.0.0.1:${port}`,
    async close() {
      stopping.abort();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function respond(
  world: World,
  handler: Handler,
  message: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const url = new URL(message.url ?? '/', 'https://kubernetes');
  const method = message.method ?? 'GET';
  const call = `${method} ${url.pathname}`;
  const write = handler.writes(method, url.pathname, url.searchParams);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const signal = AbortSignal.any([stopping, gone.signal]);
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = message.headers as ApiRequest['headers'];
  let caller = 'system:anonymous';
  const fault = world.faults.match('kubernetes', call);
  if (fault?.kind === 'hang') {
    world.record.add({ plane: 'kubernetes', call, caller, write, status: 0, error: 'hang' });
    return;
  }
  if (fault?.kind === 'delay') await world.clock.sleep(fault.seconds, signal);
  const answer = async (): Promise<ApiReply> => {
    const user = handler.authenticate(headers, url.pathname);
    caller = user.username;
    if (fault?.kind === 'error') throw faultError(fault);
    return handler.answer({
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: Buffer.concat(chunks),
      user,
      signal,
    });
  };
  const reply = await answer().catch(errorReply);
  const { reason } = reply.status >= 400 ? (reply.body as { reason?: string }) : {};
  world.record.add({
    plane: 'kubernetes',
    call,
    caller,
    write,
    status: reply.status,
    ...(reason ? { error: reason } : {}),
  });
  if (fault?.kind === 'cut') return void response.destroy();
  await send(response, reply, signal);
}

const faultError = (fault: Extract<FaultEffect, { kind: 'error' }>): KubeError =>
  new KubeError(fault.status ?? 500, fault.code, fault.message);

function errorReply(cause: unknown): ApiReply {
  const error = asKubeError(cause);
  return {
    status: error.code,
    ...(error.code === 429 ? { headers: { 'retry-after': '1' } } : {}),
    body: failureStatus(error),
  };
}

async function send(response: ServerResponse, reply: ApiReply, signal: AbortSignal): Promise<void> {
  response.writeHead(reply.status, {
    'content-type': reply.contentType ?? 'application/json',
    'cache-control': 'no-cache, private',
    ...reply.headers,
  });
  if (!reply.stream) {
    const { body = '' } = reply;
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : `${JSON.stringify(body)}\n`);
    return;
  }
  response.flushHeaders();
  await reply.stream((chunk) => {
    if (!signal.aborted) response.write(chunk);
  });
  response.end();
}
