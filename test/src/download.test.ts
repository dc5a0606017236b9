import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCertificateAuthority } from '../../sandbox/pki.ts';
import { download, mirrored } from '../../src/download.ts';
import { get } from '../../src/http.ts';

const { signal } = new AbortController();
const url = 'https://get.helm.sh/helm.tar.gz';

let servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers) server.close();
  servers = [];
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function proxyThat(answers: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => answers(socket));
  });
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${await listen(server)}`);
  vi.stubEnv('NO_PROXY', '');
}

it('a mirror has every file at HOST/PATH', () => {
  expect(mirrored(url, undefined)).toBe(url);
  for (const mirror of ['https://mirror.example.com/files', 'https://mirror.example.com/files/'])
    expect(mirrored(url, mirror)).toBe('https://mirror.example.com/files/get.helm.sh/helm.tar.gz');
});

describe('a proxy that', () => {
  it.each<[string, (socket: Socket) => void, RegExp]>([
    ['answers garbage', (socket) => socket.end('\u0000\u0001garbage\r\n\r\nmore'), /Parse Error|Invalid/i],
    [
      'refuses',
      (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
      /HTTP status 407/,
    ],
    [
      'lets the connection pass and then speaks no TLS',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.once('data', () => socket.write('garbage instead of a handshake'));
      },
      /SSL|TLS|EPROTO/i,
    ],
  ])('%s is an error at once, with what to do', async (_, answers, why) => {
    await proxyThat(answers);
    const began = Date.now();
    await expect(download(url, { signal })).rejects.toMatchObject({
      name: 'UserError',
      what: `${url} cannot be downloaded`,
      why: expect.stringMatching(why),
      fix: expect.stringContaining('HTTPS_PROXY'),
    });
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  it('never answers is given up, and let go', async () => {
    await proxyThat(() => {});
    await expect(get(url, { signal, idleTimeout: 200 })).rejects.toThrow(
      'no answer from get.helm.sh for 200 ms',
    );
  });
});

describe('a site', () => {
  it('whose certificate nobody vouches for is an error at once, and says how to trust it', async () => {
    const authority = await createCertificateAuthority('unknown');
    const { certificate, key } = await authority.issue(['localhost']);
    const port = await listen(
      createHttpsServer({ cert: certificate, key }, (_, response) => response.end('x')),
    );
    await expect(download(`https://localhost:${port}/file`, { signal })).rejects.toMatchObject({
      fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('that leads from an encrypted connection to one that is not, is refused', async () => {
    const authority = await createCertificateAuthority('unknown');
    const { certificate, key } = await authority.issue(['localhost']);
    const port = await listen(
      createHttpsServer({ cert: certificate, key }, (_, response) =>
        response.writeHead(302, { location: 'http://127.0.0.1:9/evil' }).end(),
      ),
    );
    const asked = get(`https://localhost:${port}/file`, { signal, redirects: 3, anyCertificate: true });
    await expect(asked).rejects.toMatchObject({
      what: expect.stringMatching(/leads to http:.*not encrypted/),
    });
  });

  it('that answers without end is given up', async () => {
    const port = await listen(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(4096)}`));
      }),
    );
    await expect(download(`http://127.0.0.1:${port}/`, { signal, maxBytes: 1000 })).rejects.toMatchObject({
      why: expect.stringContaining('longer than 1000 bytes'),
    });
  });
});
