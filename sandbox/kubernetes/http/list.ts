import type { KubeObject } from '../api.ts';
import { badRequest } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import type { ApiServer } from '../rest/context.ts';
import { readAll } from '../rest/read.ts';
import { requestedSelection } from '../storage/selectors.ts';
import { type ApiReply, type ApiRequest, ok } from './message.ts';
import { showList, viewOf } from './show.ts';

interface Continuation {
  readonly v: 'meta.k8s.io/v1';
  readonly rv: number;
  readonly start: string;
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

function decodeContinue(token: string): Continuation {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Continuation;
  } catch {
    throw badRequest('invalid continue token: continue key is not valid');
  }
}

function numberOf(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** Answers a list, in pages when the client asks for them. Later pages see later states, unlike a real server's. */
export function list(
  server: ApiServer,
  resource: Resource,
  namespace: string | undefined,
  request: ApiRequest,
): ApiReply {
  const { query } = request;
  const selected = readAll(server, resource, namespace).filter(requestedSelection(resource, query));
  const token = query.get('continue');
  const from = token ? decodeContinue(token) : undefined;
  const rest = from ? selected.filter((object) => keyOf(object) > from.start) : selected;
  const asked = numberOf(query.get('limit') || '0');
  const narrowed = query.get('labelSelector') || query.get('fieldSelector');
  const limit = asked > 0 ? Math.min(asked, server.pageSize) : Number.POSITIVE_INFINITY;
  const page = rest.slice(0, limit);
  const revision = from?.rv ?? server.store.revision();
  const last = page.at(-1);
  const metadata = {
    resourceVersion: String(revision),
    ...(last && rest.length > page.length
      ? {
          continue: encodeContinue(revision, keyOf(last)),
          // How many match is not known without looking.
          ...(narrowed ? {} : { remainingItemCount: rest.length - page.length }),
        }
      : {}),
  };
  return ok(showList(viewOf(server, resource, request), page, metadata));
}

const encodeContinue = (rv: number, start: string): string => {
  const continuation: Continuation = { v: 'meta.k8s.io/v1', rv, start };
  return Buffer.from(JSON.stringify(continuation)).toString('base64url');
};
