import { BlockList, isIP } from 'node:net';
import { UsageError } from './errors/user-error.ts';

const schemes: Readonly<Record<string, { variable: string; port: string }>> = {
  'http:': { variable: 'HTTP_PROXY', port: '80' },
  'https:': { variable: 'HTTPS_PROXY', port: '443' },
};

/**
 * The proxy that a URL is reached by, or '' for none: the same as eksctl, helm and kubectl choose, so that all of a run
 * goes one way (https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config). Loopback addresses are never proxied.
 *
 * @throws UsageError when the variable does not hold the address of a proxy
 */
export function proxyFor(target: string, environment: NodeJS.ProcessEnv = process.env): string {
  const url = new URL(target);
  const scheme = schemes[url.protocol];
  if (!scheme) return '';
  const value = (name: string) => environment[name] || environment[name.toLowerCase()] || '';
  const proxy = value(scheme.variable);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (proxy === '' || isLoopback(host) || isExempt(host, url.port || scheme.port, value('NO_PROXY')))
    return '';
  const address = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (URL.canParse(address)) return address;
  throw new UsageError({
    what: `${scheme.variable}: ${JSON.stringify(proxy)} cannot be used`,
    why: 'it must be the address of a proxy, such as http://proxy.example.com:3128',
    fix: `correct ${scheme.variable}, or unset it`,
  });
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

const isLoopback = (host: string): boolean => host === 'localhost' || contains(loopback, host);

const contains = (list: BlockList, host: string): boolean =>
  isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');

/** Whether NO_PROXY names the host: `*`, an address, a range (10.0.0.0/8), a domain with all below it, `.only-below`. */
const isExempt = (host: string, port: string, list: string): boolean =>
  list
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry === '*' || inRange(host, entry) || named(host, port, entry));

function inRange(host: string, entry: string): boolean {
  const [address = '', bits] = entry.split('/');
  const family = isIP(address);
  const prefix = Number(bits);
  if (bits === undefined || family === 0 || !Number.isInteger(prefix)) return false;
  if (prefix < 0 || prefix > (family === 6 ? 128 : 32)) return false;
  const range = new BlockList();
  range.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  return contains(range, host);
}

function named(host: string, port: string, entry: string): boolean {
  const [, bracketed, plain, wantedPort] = /^(?:\[(.+)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  const name = (bracketed ?? plain ?? entry).replace(/^\*(?=\.)/, '');
  if (name === '' || (wantedPort !== undefined && wantedPort !== port)) return false;
  if (isIP(name)) return host === name;
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}
