import type { Config } from './config/config.ts';
import { explain } from './errors/explain.ts';
import { UserError } from './errors/user-error.ts';
import { get, type HttpAnswer } from './http.ts';
import { DeadlineExceeded, poll } from './poll.ts';

/** What a download needs to know of the run. */
export interface DownloadOptions {
  /** A company's mirror: every file stands below it at HOST/PATH of its real URL, as `wget --force-directories` lays it out. */
  readonly mirror?: Config['mirror'];
  readonly signal: AbortSignal;
  /** The longest answer accepted, in bytes; default 32 MiB. */
  readonly maxBytes?: number;
}

/** Seconds during which a site that fails is tried again. */
const patience = 20;
const mebibyte = 1024 * 1024;

/** Where a published file is got from: its own URL, or the mirror's copy of it. */
export function mirrored(url: string, mirror: string | undefined): string {
  if (mirror === undefined) return url;
  const { host, pathname } = new URL(url);
  return `${mirror.replace(/\/+$/, '')}/${host}${pathname}`;
}

/**
 * Gets a published file. Network errors and answers that say "not now" are tried again for a while, everything else is
 * final.
 *
 * @throws UserError with the URL that failed and why
 */
export async function download(
  url: string,
  { mirror, signal, maxBytes = 32 * mebibyte }: DownloadOptions,
): Promise<Buffer> {
  const source = mirrored(url, mirror);
  let problem = '';
  try {
    return await poll(patience, signal, async () => {
      const answer = await attempt(source, signal, maxBytes);
      if (typeof answer === 'string') problem = answer;
      else if (answer.status === 200) return answer.body;
      else if (answer.status < 500 && answer.status !== 429)
        throw failure(source, `HTTP status ${answer.status}`);
      else problem = `HTTP status ${answer.status}`;
      return undefined;
    });
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    throw failure(source, `${problem}, also when tried again for ${patience} s`);
  }
}

async function attempt(url: string, signal: AbortSignal, maxBytes: number): Promise<HttpAnswer | string> {
  try {
    return await get(url, { signal, maxBytes, redirects: 5 });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (untrusted.test(code)) throw failure(url, message, explain(error).fix);
    if (final.test(code)) throw failure(url, message);
    return message;
  }
}

/** Codes of certificates that nobody vouches for. */
const untrusted = /CERT|SIGNATURE/;

/** Codes that stay the same the next time: no HTTP, no TLS, an answer without end. */
const final = /^HPE_|^EPROTO$|^ERR_SSL_|^EMSGSIZE$/;

const reach =
  'check the network and HTTPS_PROXY, or name a copy with --mirror; then run the same command once more';

const failure = (url: string, why: string, fix = reach): UserError =>
  new UserError({ what: `${url} cannot be downloaded`, why, fix });
