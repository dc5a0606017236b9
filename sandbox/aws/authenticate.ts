import type { World } from '../world.ts';
import { refusal } from './protocol/services.ts';
import type { WireRequest } from './protocol/wire.ts';
import type { Credential, Principal, Service, ServiceName } from './service.ts';
import { readSignature, type Signature, signedAt, verifySignature } from './sigv4.ts';

const toleranceMilliseconds = 15 * 60 * 1000;

/** Finds out who signed a request. */
export interface Authenticator {
  /** The signer. Throws the service's own error when the key, the signature, its age or the session token is wrong. */
  authenticate(request: WireRequest, signature: Signature, service: ServiceName): Principal;
  /** As in AwsCloud. */
  authenticatePresigned(url: string, clusterName: string): Principal | undefined;
}

/** Hosts that a cluster accepts tokens for: STS of any region, or the rehearsal's own endpoint. */
const isStsHost = (host: string, endpoint: string): boolean =>
  host === new URL(endpoint).host || /^sts(\.[a-z0-9-]+)?\.(amazonaws\.com(\.cn)?|amazonaws\.eu)$/.test(host);

/** Makes an authenticator over the key pairs that the services issued. `endpoint` is asked lazily. */
export function createAuthenticator(
  world: World,
  services: readonly Service[],
  endpoint: () => string,
): Authenticator {
  const find = (accessKeyId: string): Credential | undefined => {
    for (const service of services) {
      const credential = service.credential?.(accessKeyId);
      if (credential) return credential;
    }
    return undefined;
  };

  function authenticate(request: WireRequest, signature: Signature, service: ServiceName): Principal {
    const credential = find(signature.accessKeyId);
    if (!credential || (credential.sessionToken ?? '') !== (signature.sessionToken ?? ''))
      throw refusal(service, 'unknownKey');
    const now = world.clock.now().getTime();
    if (credential.expires !== undefined && credential.expires <= now) throw refusal(service, 'expired');
    if (!verifySignature(request, signature, credential.secretAccessKey))
      throw refusal(service, 'wrongSignature');
    if (!(Math.abs(now - signedAt(signature)) <= toleranceMilliseconds)) throw refusal(service, 'stale');
    return credential.principal;
  }

  /** The checks of aws-iam-authenticator's token verifier: host, action, signed cluster id, 15 minutes. */
  function authenticatePresigned(text: string, clusterName: string): Principal | undefined {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    const request: WireRequest = {
      method: 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: { host: url.host, 'x-k8s-aws-id': clusterName },
      body: '',
    };
    const signature = readSignature(request);
    if (!signature?.presigned || signature.service !== 'sts') return undefined;
    if (!isStsHost(url.host, endpoint()) || url.pathname !== '/') return undefined;
    if (url.searchParams.get('Action') !== 'GetCallerIdentity') return undefined;
    if (!signature.signedHeaders.includes('x-k8s-aws-id')) return undefined;
    try {
      return authenticate(request, signature, 'sts');
    } catch {
      return undefined;
    }
  }

  return { authenticate, authenticatePresigned };
}
