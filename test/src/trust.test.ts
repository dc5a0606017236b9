import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCertificateAuthority } from '../../sandbox/pki.ts';
import { provideTools } from '../../sandbox/tools.ts';
import { extraTrust } from '../../src/tools/trust.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lbc-setup-trust-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

// On macOS a program written in Go asks the keychain only.
it.runIf(process.platform === 'linux')(
  'a real kubectl trusts what NODE_EXTRA_CA_CERTS names, and without it does not',
  async () => {
    const authority = await createCertificateAuthority('a company');
    const { certificate, key } = await authority.issue(['127.0.0.1']);
    const server = createServer({ cert: certificate, key }, (_, response) => response.end('reached'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await writeFile(join(folder, 'company.pem'), authority.certificate);
    await provideTools({ directory: join(folder, 'bin'), helm: '4' });
    const ask = (env: Record<string, string>) =>
      promisify(execFile)(
        join(folder, 'bin', 'kubectl'),
        ['get', '--raw', '/', '--server', `https://127.0.0.1:${port}`, '--token', 'none'],
        { env: { HOME: folder, ...env } },
      );
    vi.stubEnv('SSL_CERT_DIR', undefined);
    vi.stubEnv('NODE_EXTRA_CA_CERTS', join(folder, 'company.pem'));
    const trusting = await extraTrust();
    expect((await ask(trusting)).stdout).toBe('reached');
    await expect(ask({})).rejects.toThrow('x509: certificate signed by unknown authority');
    server.close();
  },
);

it('nothing is changed where there is nothing to add, or where SSL_CERT_DIR decides', async () => {
  vi.stubEnv('NODE_EXTRA_CA_CERTS', undefined);
  expect(await extraTrust()).toEqual({});
  vi.stubEnv('NODE_EXTRA_CA_CERTS', join(folder, 'missing.pem'));
  expect(await extraTrust()).toEqual({});
  await writeFile(join(folder, 'company.pem'), 'x');
  vi.stubEnv('NODE_EXTRA_CA_CERTS', join(folder, 'company.pem'));
  vi.stubEnv('SSL_CERT_DIR', '/certificates');
  expect(await extraTrust()).toEqual({});
});
