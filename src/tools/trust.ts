import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { temporaryFolder, writePrivateFile } from '../files.ts';

/** Where programs written in Go look for certificates on Linux (crypto/x509, root_linux.go). */
const systemFolders = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/**
 * The variables by which eksctl, helm and kubectl trust the certificates of NODE_EXTRA_CA_CERTS too, as this program
 * does: added to those of the system, not in their place. Nothing when it is not set, or when SSL_CERT_DIR says already
 * what to trust. On macOS Go asks the keychain only, and no variable changes that. Go trusts whole folders: the
 * certificates are copied to one of their own.
 */
export async function extraTrust(): Promise<Record<string, string>> {
  const { NODE_EXTRA_CA_CERTS: path, SSL_CERT_DIR } = process.env;
  if (!path || SSL_CERT_DIR) return {};
  const certificates = await readFile(path).catch(() => undefined);
  // Node has warned of it already, and goes on without.
  if (!certificates) return {};
  const folder = temporaryFolder();
  await writePrivateFile(join(folder, 'extra.pem'), certificates);
  return { SSL_CERT_DIR: [...systemFolders, folder].join(delimiter) };
}
