import { authorize } from '../auth/authorize.ts';
import type { ApiServer } from '../rest/context.ts';
import { discovery } from './discovery.ts';
import { type ApiReply, type ApiRequest, ok, pageNotFound, plain } from './message.ts';
import { openApiV2, openApiV3, openApiV3Index } from './openapi.ts';

type Document = (server: ApiServer) => ApiReply;

const health: Document = () => plain('ok');

const documents: Readonly<Record<string, Document>> = {
  '/healthz': health,
  '/livez': health,
  '/readyz': health,
  '/version': (server) => ok(versionInfo(server.spec.version)),
  '/openapi/v2': openApiV2,
  '/openapi/v3': openApiV3Index,
  '/openid/v1/jwks': ({ tokens }) => ({ ...ok(tokens.jwks), contentType: 'application/jwk-set+json' }),
  '/.well-known/openid-configuration': ({ spec }) =>
    ok({
      issuer: spec.issuer,
      jwks_uri: `${spec.issuer}/keys`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }),
};

/** Answers what is not about objects: health, version, discovery, schemas, keys. */
export function serveDocument(server: ApiServer, request: ApiRequest): ApiReply {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
  authorize(server, request.user, { verb: 'get', path });
  const document = documents[path];
  if (document) return document(server);
  if (path.startsWith('/openapi/v3/')) return openApiV3(server, path.slice('/openapi/v3/'.length));
  if (/^\/apis?(\/|$)/.test(path)) return discovery(server, request);
  return pageNotFound;
}

// The suffix and the form are EKS's.
function versionInfo(version: string) {
  const [major = '', minor = ''] = version.split('.');
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: `v${version}.0-eks-0000000`,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: 'go1.25.5',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}
