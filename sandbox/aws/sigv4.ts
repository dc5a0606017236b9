import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from './protocol/wire.ts';

/** What a signed request says of itself, by header or by query (presigned). */
export interface Signature {
  readonly accessKeyId: string;
  /** `20260131` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken?: string;
  /** `20260131T120000Z` */
  readonly timestamp: string;
  readonly presigned: boolean;
}

const algorithm = 'AWS4-HMAC-SHA256';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const toSignature = (
  scope: string,
  signedHeaders: string,
  rest: Pick<Signature, 'signature' | 'sessionToken' | 'timestamp' | 'presigned'>,
): Signature | undefined => {
  const [accessKeyId, date, region, service, terminator] = scope.split('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') return undefined;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    ...rest,
  };
};

/** Reads the signature of a request; undefined when it carries none, or none of Signature Version 4. */
export function readSignature({ headers, query }: WireRequest): Signature | undefined {
  const header = headers.authorization;
  if (header?.startsWith(algorithm)) {
    const field = (name: string): string => new RegExp(`${name}=([^,\\s]+)`).exec(header)?.[1] ?? '';
    return toSignature(field('Credential'), field('SignedHeaders'), {
      signature: field('Signature'),
      sessionToken: headers['x-amz-security-token'],
      timestamp: headers['x-amz-date'] ?? '',
      presigned: false,
    });
  }
  if (query.get('X-Amz-Algorithm') !== algorithm) return undefined;
  return toSignature(query.get('X-Amz-Credential') ?? '', query.get('X-Amz-SignedHeaders') ?? '', {
    signature: query.get('X-Amz-Signature') ?? '',
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    timestamp: query.get('X-Amz-Date') ?? '',
    presigned: true,
  });
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

/** Every service but S3 signs the path encoded once more. */
const canonicalPath = (path: string): string => encode(path).replaceAll('%2F', '/');

function canonicalRequest(request: WireRequest, { signedHeaders }: Signature): string {
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers.join(''),
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

/** True when the request was signed with this secret (AWS "Signature Version 4 signing process"). */
export function verifySignature(
  request: WireRequest,
  signature: Signature,
  secretAccessKey: string,
): boolean {
  if (!signature.signedHeaders.includes('host') || !signature.timestamp.startsWith(signature.date))
    return false;
  const scope = `${signature.date}/${signature.region}/${signature.service}/aws4_request`;
  const text = [algorithm, signature.timestamp, scope, sha256(canonicalRequest(request, signature))].join(
    '\n',
  );
  const key = [signature.date, signature.region, signature.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  const expected = Buffer.from(hmac(key, text).toString('hex'));
  const actual = Buffer.from(signature.signature);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Milliseconds since the epoch of a signature's timestamp; NaN when it is malformed. */
export function signedAt({ timestamp }: Signature): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (!parts) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
