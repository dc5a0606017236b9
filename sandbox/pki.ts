// The certificate library's dependency injection needs this polyfill before it loads.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its private key, both PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** The rehearsal's certificate authority. It lives and dies with one rehearsal. */
export interface CertificateAuthority {
  /** PEM of the self-signed CA certificate. */
  readonly certificate: string;
  /** Issues a server certificate for host names and IP addresses (memoised per set of names). */
  issue(names: readonly string[]): Promise<ServerCertificate>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMilliseconds = 24 * 3600 * 1000;
const isAddress = (name: string): boolean => /^[\d.]+$|:/.test(name);

/** Makes an authority with a fresh key, valid for a year from yesterday (clients' clocks differ). */
export async function createCertificateAuthority(commonName: string): Promise<CertificateAuthority> {
  x509.cryptoProvider.set(webcrypto as never);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const validity = {
    notBefore: new Date(Date.now() - dayMilliseconds),
    notAfter: new Date(Date.now() + 365 * dayMilliseconds),
  };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    ...validity,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issued = new Map<string, Promise<ServerCertificate>>();
  const create = async (names: readonly string[]): Promise<ServerCertificate> => {
    const leaf = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${names[0]}`,
      issuer: ca.subject,
      ...validity,
      signingAlgorithm: algorithm,
      publicKey: leaf.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          names.map((name) => ({ type: isAddress(name) ? ('ip' as const) : ('dns' as const), value: name })),
        ),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    });
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey);
    return {
      certificate: certificate.toString('pem'),
      key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    };
  };
  return {
    certificate: ca.toString('pem'),
    issue(names) {
      const key = names.join(',');
      const known = issued.get(key) ?? create(names);
      issued.set(key, known);
      return known;
    },
  };
}
