import { X509Certificate } from 'node:crypto';

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(pemBlock) ?? []).map((block) => new X509Certificate(block));

const commonName = (subject: string): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? '';

const signatureErrors: Readonly<Record<string, string>> = {
  rsa: 'crypto/rsa: verification error',
  ec: 'x509: ECDSA verification failure',
};

/**
 * Why a client that trusts `caBundle` (PEM) does not accept a server's certificate for a host, in the words of Go's
 * crypto/x509 (facts/lbc.md §2); undefined when it does.
 */
export function verifyFailure(certificate: string, caBundle: string, host: string): string | undefined {
  const [leaf] = certificatesIn(certificate);
  if (!leaf) return 'tls: server did not present a certificate';
  const fail = (why: string) => `tls: failed to verify certificate: x509: ${why}`;
  const now = Date.now();
  if (Date.parse(leaf.validTo) < now) return fail('certificate has expired or is not yet valid');
  if (!leaf.checkHost(host)) {
    const names = [...(leaf.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,]+)/g)].map(
      ([, name]) => name,
    );
    return names.length === 0
      ? fail('certificate relies on legacy Common Name field, use SANs instead')
      : fail(`certificate is valid for ${names.join(', ')}, not ${host}`);
  }
  const authorities = certificatesIn(caBundle);
  if (authorities.some((authority) => leaf.checkIssued(authority) && leaf.verify(authority.publicKey)))
    return undefined;
  const candidate = authorities.find((authority) => authority.subject === leaf.issuer);
  const cause = signatureErrors[candidate?.publicKey.asymmetricKeyType ?? ''];
  const hint =
    candidate && cause
      ? ` (possibly because of "${cause}" while trying to verify candidate authority certificate "${commonName(candidate.subject)}")`
      : '';
  return fail(`certificate signed by unknown authority${hint}`);
}
