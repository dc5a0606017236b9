import type { Catalogue } from '../model/catalogue.ts';
import type { Resource } from '../model/resource.ts';

/** A request for objects, taken apart (a real server's RequestInfo). */
export interface ResourceRoute {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Undefined when nothing of that name is served. */
  readonly resource: Resource | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly verb: string;
}

// Below namespaces/NAME these are parts of the namespace, everything else is a resource inside it.
const namespaceParts = new Set(['status', 'finalize']);

/** Takes the path of a resource request apart; undefined for discovery and other documents. */
export function route(
  catalogue: Catalogue,
  method: string,
  path: string,
  query: URLSearchParams,
): ResourceRoute | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const [root] = parts;
  const prefix = root === 'api' ? 2 : root === 'apis' ? 3 : undefined;
  if (!prefix || parts.length <= prefix) return undefined;
  const group = root === 'api' ? '' : (parts[1] ?? '');
  const version = parts[prefix - 1] ?? '';
  let rest = parts.slice(prefix);
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2 && !namespaceParts.has(rest[2] ?? '')) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural = '', name, subresource] = rest;
  return {
    group,
    version,
    plural,
    resource: catalogue.find(group, version, plural),
    namespace,
    name,
    subresource,
    verb: verbOf(method, name, query),
  };
}

const writeVerbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  if (method === 'DELETE') return name ? 'delete' : 'deletecollection';
  if (method !== 'GET' && method !== 'HEAD') return writeVerbs[method] ?? method.toLowerCase();
  if (['true', '1'].includes(query.get('watch') ?? '')) return 'watch';
  return name ? 'get' : 'list';
}
