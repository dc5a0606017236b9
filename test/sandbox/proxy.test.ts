import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../sandbox/clock.ts';
import { createFaultList } from '../../sandbox/faults.ts';
import { type CertificateAuthority, createCertificateAuthority } from '../../sandbox/pki.ts';
import { type GuardProxy, type Site, startProxy } from '../../sandbox/proxy.ts';
import { createRecorder } from '../../sandbox/record.ts';
import type { World } from '../../sandbox/world.ts';

const site: Site = {
  host: /\.example\.com$/,
  async handle({ scheme, host, port, method, path, body }) {
    if (host.startsWith('gone')) return { failure: 'unknown-host' };
    return { status: 200, body: `${method} ${scheme}://${host}:${port}${path} ${body}` };
  },
};

let world: World;
let proxy: GuardProxy;
let shop: CertificateAuthority;
beforeEach(async () => {
  world = {
    clock: createClock(1000),
    record: createRecorder(),
    faults: createFaultList(),
    authority: await createCertificateAuthority('rehearsal'),
  } as unknown as World;
  shop = await createCertificateAuthority('shop');
  const own = await Promise.all(['one', 'two'].map((name) => shop.issue([`${name}.shop.example.com`])));
  const certificates = (_: string, port: number) => (port === 443 ? own : []);
  proxy = await startProxy(world, [{ ...site, host: /\.shop\.example\.com$/, certificates }, site]);
});
afterEach(() => proxy.close());

/** A plain request, as HTTP_PROXY makes a client send it. */
function forward(url: string): Promise<{ status: number | undefined; body: string }> {
  const { hostname, port } = new URL(proxy.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { hostname, port, path: url, headers: { host: new URL(url).host } },
      (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    request.on('error', reject).end();
  });
}

/** The first answer to CONNECT, and what the tunnel then answers to one request. */
function tunnel(
  target: string,
  encrypted: boolean,
  ca = world.authority.certificate,
): Promise<{ answer: string; reply: string }> {
  const { hostname, port } = new URL(proxy.url);
  const host = target.split(':')[0] ?? '';
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`),
    );
    socket.on('error', reject).once('data', (first) => {
      const answer = first.toString().split('\r\n')[0] ?? '';
      if (!answer.includes('200')) return resolve({ answer, reply: '' });
      const stream = encrypted ? tlsConnect({ socket, servername: host, ca }) : socket;
      let reply = '';
      stream.on('error', reject);
      stream.on('data', (chunk) => {
        reply += chunk;
      });
      stream.on('close', () => resolve({ answer, reply }));
      stream.write(`GET /path HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
  });
}

const calls = () => world.record.calls().map(({ plane, call, status }) => ({ plane, call, status }));

describe('the guard proxy', () => {
  it('answers plain requests for the hosts of its sites', async () => {
    const { status, body } = await forward('http://www.example.com:8080/path?q=1');
    expect({ status, body }).toEqual({ status: 200, body: 'GET http://www.example.com:8080/path?q=1 ' });
    expect(calls()).toEqual([{ plane: 'proxy', call: 'www.example.com/path', status: 200 }]);
  });

  it('ends TLS inside a tunnel with a certificate of the rehearsal', async () => {
    const { reply } = await tunnel('www.example.com:443', true);
    expect(reply).toContain('GET https://www.example.com:443/path');
  });

  it('carries plain HTTP through a tunnel as well', async () => {
    const { reply } = await tunnel('www.example.com:80', false);
    expect(reply).toContain('GET http://www.example.com:80/path');
  });

  it("ends TLS with a site's own certificate, the one for the name where there are several", async () => {
    for (const host of ['one.shop.example.com', 'two.shop.example.com']) {
      const { reply } = await tunnel(`${host}:443`, true, shop.certificate);
      expect(reply).toContain(`GET https://${host}:443/path`);
      await expect(tunnel(`${host}:443`, true)).rejects.toThrow('certificate');
    }
  });

  it('speaks no TLS on a port on which the site has none', async () => {
    await expect(tunnel('one.shop.example.com:80', true, shop.certificate)).rejects.toThrow();
    expect((await tunnel('one.shop.example.com:80', false)).reply).toContain('GET http://');
  });

  it('refuses every other host and records it', async () => {
    expect((await forward('http://sts.amazonaws.com/')).status).toBe(403);
    expect((await tunnel('eks.ap-northeast-1.amazonaws.com:443', true)).answer).toBe(
      'HTTP/1.1 403 Forbidden',
    );
    expect(calls()).toEqual([
      { plane: 'proxy', call: 'sts.amazonaws.com/', status: 403 },
      { plane: 'proxy', call: 'eks.ap-northeast-1.amazonaws.com:443', status: 403 },
    ]);
  });

  it('says why a site gives no answer', async () => {
    const { status, body } = await forward('http://gone.example.com/');
    expect(status).toBe(502);
    expect(body).toContain('no such host');
  });

  it('misbehaves when told to', async () => {
    const effect = { kind: 'error', code: 'ServiceUnavailable', message: 'try later', status: 503 } as const;
    world.faults.set([{ plane: 'proxy', call: '^www\\.example\\.com/', times: 1, effect }]);
    expect(await forward('http://www.example.com/')).toEqual({ status: 503, body: 'try later' });
    expect((await forward('http://www.example.com/')).status).toBe(200);
  });
});
