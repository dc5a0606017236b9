import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import type { FaultEffect } from '../faults.ts';
import { Failure } from './failure.ts';

/** The rehearsal's record and faults, as a tool meets them: two requests to LBC_SANDBOX_CONTROL. */
export interface Control {
  /** The effect that a fault of plane `tool` has on this command line, if any. */
  fault(call: string): Promise<FaultEffect | undefined>;
  /** Enters the run into the record. */
  report(run: { readonly call: string; readonly status: number; readonly write: boolean }): Promise<void>;
}

async function request(url: URL, method: string, body?: object): Promise<string> {
  const call = http.request(url, {
    method,
    agent: false,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
  });
  call.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(call, 'response')) as [http.IncomingMessage];
  const answer = await text(response);
  if ((response.statusCode ?? 0) >= 300)
    throw new Failure(
      `the rehearsal's control server answered ${response.statusCode} to ${method} ${url.pathname}`,
    );
  return answer;
}

const outside: Control = { fault: async () => undefined, report: async () => {} };

/** Makes the client of the control server; without an address nobody is asked or told. */
export function createControl(address: string | undefined): Control {
  if (address === undefined) return outside;
  const base = address.replace(/\/$/, '');
  return {
    async fault(call) {
      const answer = await request(new URL(`${base}/fault?call=${encodeURIComponent(call)}`), 'GET');
      return (JSON.parse(answer) as FaultEffect | null) ?? undefined;
    },
    async report(run) {
      await request(new URL(base), 'POST', run);
    },
  };
}
