import type { IncomingMessage } from 'node:http';
import { Agent, request as send } from 'node:https';
import type { Call } from './case.ts';
import type { Target } from './play.ts';

/** A client that adds nothing of its own to a request but a name. */
export interface Connection {
  request(
    line: string,
    options?: Pick<Call, 'body' | 'type' | 'accept' | 'token' | 'events'>,
  ): Promise<{ status: number; warnings: string[]; body: unknown }>;
  close(): void;
}

/** Connects to an API server. */
export function connect({ endpoint, certificateAuthority, token: ownToken }: Target): Connection {
  const agent = new Agent({ ca: certificateAuthority, keepAlive: true });
  return {
    request: (line, { body, type = 'application/json', accept = 'application/json', token, events } = {}) =>
      new Promise((resolve, reject) => {
        const [method, path = '/'] = line.split(' ');
        const bearer = token ?? ownToken;
        const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
        const outgoing = send(
          new URL(path, endpoint),
          {
            method,
            agent,
            headers: {
              accept,
              'user-agent': 'contract/1',
              ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
              // Node leaves the length out of a DELETE.
              ...(sent === undefined
                ? {}
                : { 'content-type': type, 'content-length': Buffer.byteLength(sent) }),
            },
          },
          (response) => {
            const { statusCode: status = 0, headers } = response;
            const warnings = warningsOf(headers.warning);
            const done = (answer: unknown): void => resolve({ status, warnings, body: answer });
            read(response, events).then((text) => done(parsed(text, events)), reject);
          },
        );
        outgoing.setTimeout(10_000, () => outgoing.destroy(new Error(`${line}: no answer`)));
        outgoing.on('error', reject);
        outgoing.end(sent);
      }),
    close: () => agent.destroy(),
  };
}

// `299 - "text"`, separated by commas.
const warningsOf = (header: string | string[] | undefined): string[] =>
  [...String(header ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    JSON.parse(`"${text}"`),
  );

async function read(response: IncomingMessage, events: number | undefined): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += chunk;
    if (events !== undefined && text.split('\n').length > events) break;
  }
  return text;
}

function parsed(text: string, events: number | undefined): unknown {
  try {
    if (events === undefined) return JSON.parse(text);
    return text
      .split('\n')
      .slice(0, events)
      .map((line) => JSON.parse(line));
  } catch {
    return text;
  }
}
