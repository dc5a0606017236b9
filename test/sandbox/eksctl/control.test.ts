import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultEffect } from '../../../sandbox/faults.ts';
import { eksctl } from './host.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A control server that answers one fault and keeps what was reported. */
async function startControl(
  fault: FaultEffect | null,
): Promise<{ env: Record<string, string>; runs: unknown[]; asked: string[] }> {
  const runs: unknown[] = [];
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://control');
    if (request.method === 'POST') runs.push(await json(request));
    else asked.push(url.searchParams.get('call') ?? '');
    response.end(JSON.stringify(fault));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { LBC_SANDBOX_CONTROL: `http://127.0.0.1:${port}/tool`, LBC_SANDBOX_SPEED: '1000' };
  return { env, runs, asked };
}

describe('the control server', () => {
  it('is asked for a fault and told of every run', async () => {
    const { env, runs, asked } = await startControl(null);
    await eksctl(['version'], env);
    await eksctl(['create', 'cluster', '--name', 'x'], env);
    expect(asked).toEqual(['eksctl version', 'eksctl create cluster --name x']);
    expect(runs).toEqual([
      { call: 'eksctl version', status: 0, write: false },
      { call: 'eksctl create cluster --name x', status: 1, write: true },
    ]);
  });

  it('can end a run before it does anything', async () => {
    const { env, runs } = await startControl({ kind: 'exit', code: 2, stdout: 'out\n', stderr: 'err\n' });
    expect(await eksctl(['version'], env)).toEqual({ ending: 2, stdout: 'out\n', stderr: 'err\n' });
    expect(runs).toMatchObject([{ status: 2 }]);
  });

  it('can delay a run, and cut it off after its effect', async () => {
    const delayed = await startControl({ kind: 'delay', seconds: 30 });
    expect((await eksctl(['version'], delayed.env)).ending).toBe(0);
    const cut = await startControl({ kind: 'cut' });
    expect(await eksctl(['version'], cut.env)).toMatchObject({ ending: 'killed', stdout: '0.230.0\n' });
    expect(cut.runs).toMatchObject([{ status: 137 }]);
  });

  it('cannot ask for a misbehaviour that nobody knows', async () => {
    const { env } = await startControl({ kind: 'behave', how: 'dance' });
    expect((await eksctl(['version'], env)).stderr).toContain('does not emulate the fault "dance"');
  });
});
