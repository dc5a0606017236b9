import { KubeError } from '../api.ts';
import type { ApiServer, User } from '../rest/context.ts';
import { authorize } from './authorize.ts';
import type { TokenIssuer } from './tokens.ts';

const awsPrefix = 'k8s-aws-v1.';

/** Audiences that the API server takes as its own (EKS). */
export const apiAudiences = ['https://kubernetes.default.svc'];

/** 401 as a real server says it. */
const unauthorized = (): KubeError => new KubeError(401, 'Unauthorized', 'Unauthorized');

const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

// EKS serves nothing but these to the unauthenticated (EKS user guide, "Kubernetes 1.32": anonymous authentication).
const publicPaths = new Set(['/healthz', '/livez', '/readyz', '/version']);

/**
 * Who sends a request, by its bearer token: an AWS principal (aws-iam-authenticator's `k8s-aws-v1.` presigned URL)
 * that an access entry maps to a user, or a ServiceAccount. Throws Unauthorized.
 */
export function authenticate(
  server: ApiServer,
  tokens: TokenIssuer,
  authorization: string | undefined,
  path: string,
): User {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    if (publicPaths.has(path)) return anonymous;
    throw unauthorized();
  }
  const user = token.startsWith(awsPrefix)
    ? awsUser(server, token.slice(awsPrefix.length))
    : serviceAccountUser(server, tokens, token);
  if (!user) throw unauthorized();
  return user;
}

/**
 * The user that a request acts as: `Impersonate-User` and `Impersonate-Group` (kubectl's `--as`), for those whom RBAC
 * lets impersonate, else the one who sends it. Throws Forbidden.
 */
export function impersonated(
  server: ApiServer,
  user: User,
  headers: Readonly<Record<string, string | undefined>>,
): User {
  const username = headers['impersonate-user'];
  if (!username) return user;
  authorize(server, user, { verb: 'impersonate', plural: 'users', name: username });
  const groups = (headers['impersonate-group'] ?? '').split(',').map((group) => group.trim());
  return userNamed(username, groups.filter(Boolean));
}

/** A user by name, with the groups that follow from it. */
export function userNamed(username: string, groups: readonly string[] = []): User {
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(username) ?? [];
  const implied = namespace ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : [];
  return { username, groups: [...new Set([...groups, ...implied, 'system:authenticated'])] };
}

function awsUser(server: ApiServer, encoded: string): User | undefined {
  const url = Buffer.from(encoded, 'base64url').toString('utf8');
  const principal = server.world.aws.authenticatePresigned(url, server.spec.name);
  const mapped = principal && server.spec.authorize(principal);
  if (!principal || !mapped) return undefined;
  return {
    username: mapped.username,
    groups: [...new Set([...mapped.groups, 'system:authenticated'])],
    uid: `aws-iam-authenticator:${server.world.account}:${principal.userId}`,
    extra: { arn: [principal.arn], principalId: [principal.userId] },
  };
}

/** The user behind a ServiceAccount token; undefined when it is not for this API or its account or pod is gone. */
export function serviceAccountUser(
  server: ApiServer,
  tokens: TokenIssuer,
  token: string,
  audiences: readonly string[] = [...apiAudiences, server.spec.issuer],
): User | undefined {
  const claims = tokens.verify(token);
  if (!claims?.aud.some((audience) => audiences.includes(audience))) return undefined;
  const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
  const account = server.store.get('serviceaccounts', namespace, serviceaccount.name);
  if (account?.metadata.uid !== serviceaccount.uid) return undefined;
  if (pod && server.store.get('pods', namespace, pod.name)?.metadata.uid !== pod.uid) return undefined;
  return {
    username: claims.sub,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    uid: serviceaccount.uid,
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`],
      ...(pod
        ? {
            'authentication.kubernetes.io/pod-name': [pod.name],
            'authentication.kubernetes.io/pod-uid': [pod.uid],
          }
        : {}),
    },
  };
}
