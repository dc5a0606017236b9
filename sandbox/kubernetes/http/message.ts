import type { User } from '../rest/context.ts';

/** One request, read completely. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly user: User;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

/** What answers it: a document, or a stream that writes until it returns. */
export interface ApiReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly contentType?: string;
  /** JSON unless it is a string or bytes. */
  readonly body?: unknown;
  readonly stream?: (write: (chunk: string) => void) => Promise<void>;
}

/** 200 with a JSON document. */
export const ok = (body: unknown): ApiReply => ({ status: 200, body });

/** What answers for a path that no part of the server knows. */
export const pageNotFound: ApiReply = {
  status: 404,
  contentType: 'text/plain; charset=utf-8',
  body: '404 page not found\n',
};

/** 200 with plain text. */
export const plain = (body: string): ApiReply => ({
  status: 200,
  contentType: 'text/plain; charset=utf-8',
  body,
});
