import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ProxyAgent } from 'proxy-agent';
import { UserError } from './errors/user-error.ts';
import { proxyFor } from './proxy.ts';

/** An answer to a plain HTTP GET. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** How far a GET may go. */
export interface GetOptions {
  readonly signal: AbortSignal;
  /** Milliseconds without a byte before the connection is given up; default 10,000. */
  readonly idleTimeout?: number;
  /** The longest body accepted, in bytes; default 10 MiB. */
  readonly maxBytes?: number;
  /** Takes an HTTPS server for who it says it is; default no. Only for answers that prove nothing and carry no secret. */
  readonly anyCertificate?: boolean;
  /** How many redirects are followed; default 0. */
  readonly redirects?: number;
}

const choice = { getProxyForUrl: (url: string) => proxyFor(url) };

/** The agent behind every connection of this program: it honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export const proxyAgent = new ProxyAgent(choice);

/**
 * Gets a URL. Throws the socket's error, an Error that names the limit that was passed, or a UserError when an
 * encrypted connection would lead to one that is not.
 */
export async function get(url: string, options: GetOptions): Promise<HttpAnswer> {
  const { idleTimeout = 10_000, maxBytes = 10 * 1024 * 1024, redirects = 0 } = options;
  const response = await open(url, options, idleTimeout);
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (location && status >= 300 && status < 400 && redirects > 0) {
    response.destroy();
    const next = new URL(location, url).href;
    if (url.startsWith('https:') && !next.startsWith('https:'))
      throw new UserError({
        what: `${url} leads to ${next}, which is not encrypted`,
        why: 'what comes from there may come from anybody',
        fix: 'check what stands between this machine and the site (HTTPS_PROXY)',
      });
    return get(next, { ...options, redirects: redirects - 1 });
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length;
    if (length > maxBytes) {
      response.destroy();
      throw Object.assign(new Error(`the answer of ${url} is longer than ${maxBytes} bytes`), {
        code: 'EMSGSIZE',
      });
    }
    chunks.push(chunk as Buffer);
  }
  return { status, body: Buffer.concat(chunks) };
}

function open(
  url: string,
  { signal, anyCertificate }: GetOptions,
  idleTimeout: number,
): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  const given = new AbortController();
  // A request ends when it is aborted only once it has a socket, and a proxy may take its time to give one: what waits
  // for the proxy is ended too.
  const agent = new ProxyAgent({ ...choice, signal: AbortSignal.any([signal, given.signal]) });
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent,
      signal,
      timeout: idleTimeout,
      ...(anyCertificate && { rejectUnauthorized: false }),
    });
    const giveUp = () => {
      const error = new Error(`no answer from ${new URL(url).host} for ${idleTimeout} ms`);
      reject(error);
      sent.destroy(error);
      given.abort(error);
    };
    const connecting = setTimeout(giveUp, idleTimeout);
    sent.on('timeout', giveUp);
    sent.on('response', resolve).on('error', reject);
    sent.on('socket', () => clearTimeout(connecting)).on('close', () => clearTimeout(connecting));
    sent.end();
  });
}
