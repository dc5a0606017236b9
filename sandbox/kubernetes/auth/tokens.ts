import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { World } from '../../world.ts';
import { uuid } from '../rest/metadata.ts';

/** The claims of a bound ServiceAccount token (Kubernetes API reference, TokenRequest). */
interface TokenClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly nbf: number;
  readonly sub: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
  };
}

/** Whom a token is for. */
interface TokenSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly pod?: { readonly name: string; readonly uid: string };
}

/** Signs and verifies one cluster's ServiceAccount tokens (RS256, as EKS does). */
export interface TokenIssuer {
  readonly jwks: { keys: object[] };
  mint(
    subject: TokenSubject,
    audiences: readonly string[],
    seconds: number,
  ): { token: string; expires: Date };
  /** The claims of a token of this issuer that has not expired; undefined otherwise. */
  verify(token: string): TokenClaims | undefined;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes an issuer with a fresh key. */
export function createTokenIssuer(world: World, issuer: string): TokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = keyId(publicKey);
  return {
    jwks: {
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }],
    },
    mint({ namespace, name, uid, pod }, audiences, seconds) {
      const now = Math.floor(world.clock.now().getTime() / 1000);
      const claims: TokenClaims = {
        aud: audiences,
        exp: now + seconds,
        iat: now,
        iss: issuer,
        jti: uuid(world),
        'kubernetes.io': { namespace, ...(pod ? { pod } : {}), serviceaccount: { name, uid } },
        nbf: now,
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      const body = `${encode({ alg: 'RS256', kid })}.${encode(claims)}`;
      const signature = sign('RSA-SHA256', Buffer.from(body), privateKey).toString('base64url');
      return { token: `${body}.${signature}`, expires: new Date(claims.exp * 1000) };
    },
    verify(token) {
      const [header, payload, signature] = token.split('.');
      if (!header || !payload || !signature) return undefined;
      const signed = Buffer.from(`${header}.${payload}`);
      if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))) return undefined;
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as TokenClaims;
      const now = world.clock.now().getTime() / 1000;
      return claims.iss === issuer && claims.exp > now ? claims : undefined;
    },
  };
}

const keyId = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 40);
