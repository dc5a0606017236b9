import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './faults.ts';
import type { InventoryItem } from './inventory.ts';
import type { RecordedCall } from './record.ts';
import type { World } from './world.ts';

/** A running control API. */
export interface Control {
  /** `http://127.0.0.1:PORT/TOKEN`: whoever knows it may ask and command. */
  readonly url: string;
  close(): Promise<void>;
}

type Route = (query: URLSearchParams, body: unknown) => unknown;

/** A run of an emulated tool, as it reports itself. */
type ToolRun = Pick<RecordedCall, 'call' | 'write' | 'status'>;

/** What the control API tells and ends, besides the world. */
export interface ControlParts {
  /** Everything that exists and that a fresh rehearsal does not have. */
  inventory(): Promise<readonly InventoryItem[]>;
  /** What the rehearsal is and how to meet it. */
  status(): object;
  /** Ends the rehearsal, after the answer. */
  end(): void;
}

/**
 * Starts the rehearsal's own API, for tests, for emulated tools and for who keeps it in the background:
 * `GET status` what it is; `DELETE` of the URL itself ends it; `GET record?since=N` the calls from a sequence number on; `GET inventory` what exists; `PUT faults` replaces the list
 * of faults; `GET fault?call=C` the effect that a run of an emulated tool must have, or null; `POST` to the URL itself
 * records such a run (`{call, write, status}`).
 */
export async function startControl(world: World, parts: ControlParts): Promise<Control> {
  const routes: Readonly<Record<string, Route>> = {
    'GET record': (query) => world.record.calls(Number(query.get('since') ?? 0)),
    'GET inventory': parts.inventory,
    'GET status': parts.status,
    'DELETE ': () => ({}),
    'PUT faults': (_query, faults) => {
      world.faults.set(faults as Fault[]);
      return {};
    },
    'GET fault': (query) => world.faults.match('tool', query.get('call') ?? '') ?? null,
    'POST ': (_query, run) => {
      const { call, write, status } = run as ToolRun;
      world.record.add({ plane: 'tool', call, caller: call.split(' ')[0] ?? '', write, status });
      return {};
    },
  };
  // Not from the seed: what a rehearsal does must not depend on who knows its token, nor the token on the seed.
  const prefix = `/${randomBytes(16).toString('hex')}`;
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname.slice(prefix.length).replace(/^\//, '');
    const route = pathname.startsWith(prefix) ? routes[`${request.method} ${name}`] : undefined;
    if (!route) return { status: 404, body: { error: 'not found' } };
    try {
      return { status: 200, body: await route(searchParams, await readJson(request)) };
    } catch (error) {
      return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
    }
  };
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    const ending = request.method === 'DELETE' && status === 200;
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(body), () => ending && parts.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : undefined;
}
