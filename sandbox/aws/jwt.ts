import { createPublicKey, type JsonWebKey, type VerifyKeyObjectInput, verify } from 'node:crypto';

/** The claims of a token that STS looks at. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  /** Seconds since the Unix epoch. */
  readonly exp: number;
}

/** A JSON Web Token, decoded but not verified. */
export interface DecodedToken {
  readonly keyId?: string;
  readonly algorithm: string;
  readonly claims: Claims;
  /** The part that is signed, and the signature. */
  readonly signed: string;
  readonly signature: Buffer;
}

const decodePart = (part: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** Decodes a compact JWT (RFC 7519); undefined when it is none or lacks a claim that STS needs. */
export function decodeToken(token: string): DecodedToken | undefined {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  const head = decodePart(header);
  const claims = decodePart(payload);
  if (!head || !claims || rest.length > 0) return undefined;
  const { iss, sub, exp } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof exp !== 'number') return undefined;
  return {
    keyId: typeof head.kid === 'string' ? head.kid : undefined,
    algorithm: String(head.alg),
    claims: { iss, sub, exp, aud: [claims.aud].flat().map(String) },
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

const hashes: Readonly<Record<string, string>> = { RS256: 'sha256', ES256: 'sha256' };

/** Whether one of the issuer's keys signed the token (RFC 7515; RS256 and ES256). */
export function isSignedBy(token: DecodedToken, keys: readonly object[]): boolean {
  const hash = Object.hasOwn(hashes, token.algorithm) ? hashes[token.algorithm] : undefined;
  const candidates = (keys as (JsonWebKey & { kid?: string })[]).filter(
    ({ kid }) => token.keyId === undefined || kid === token.keyId,
  );
  return candidates.some((jwk) => {
    const key: VerifyKeyObjectInput = {
      key: createPublicKey({ key: jwk, format: 'jwk' }),
      dsaEncoding: 'ieee-p1363',
    };
    return hash !== undefined && verify(hash, Buffer.from(token.signed), key, token.signature);
  });
}
