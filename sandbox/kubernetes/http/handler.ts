import { authenticate, impersonated } from '../auth/authenticate.ts';
import type { ApiServer } from '../rest/context.ts';
import { serveDocument } from './documents.ts';
import { serveObjects } from './objects.ts';
import { servePart } from './parts.ts';
import { isReview, serveReview } from './reviews.ts';
import { route } from './route.ts';
import type { Handler } from './serve.ts';

const readMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Puts the API together: who asks, what for, who answers. */
export function createHandler(server: ApiServer): Handler {
  return {
    authenticate: (headers, path) =>
      impersonated(server, authenticate(server, server.tokens, headers.authorization, path), headers),
    writes(method, path, query) {
      if (readMethods.has(method) || query.has('dryRun')) return false;
      const target = route(server.catalogue, method, path, query);
      return target !== undefined && !isReview(target.plural) && target.subresource !== 'token';
    },
    async answer(request) {
      const target = route(server.catalogue, request.method, request.path, request.query);
      if (!target) return serveDocument(server, request);
      if (isReview(target.plural)) return serveReview(server, request, target);
      return target.subresource ? servePart(server, request, target) : serveObjects(server, request, target);
    },
  };
}
