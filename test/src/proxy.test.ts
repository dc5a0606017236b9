import { expect, it } from 'vitest';
import { UsageError } from '../../src/errors/user-error.ts';
import { proxyFor } from '../../src/proxy.ts';

const proxy = 'http://proxy.example:3128';
const both = { HTTP_PROXY: 'http://plain.example:1', HTTPS_PROXY: proxy };

// What eksctl, helm and kubectl do: https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
it.each([
  ['https://sts.amazonaws.com', both, proxy],
  ['http://sts.amazonaws.com', both, 'http://plain.example:1'],
  ['https://sts.amazonaws.com', { https_proxy: proxy }, proxy],
  ['https://sts.amazonaws.com', { HTTPS_PROXY: 'proxy.example:3128' }, proxy],
  ['https://sts.amazonaws.com', { HTTPS_PROXY: '' }, ''],
  ['https://sts.amazonaws.com', { HTTP_PROXY: proxy }, ''],
  ['https://localhost:6443', both, ''],
  ['https://127.0.0.53', both, ''],
  ['https://[::1]:443', both, ''],
  ['https://sts.amazonaws.com', { ...both, NO_PROXY: '*' }, ''],
  ['https://sts.amazonaws.com', { ...both, NO_PROXY: 'amazonaws.com' }, ''],
  ['https://amazonaws.com', { ...both, NO_PROXY: 'amazonaws.com' }, ''],
  ['https://myamazonaws.com', { ...both, NO_PROXY: 'amazonaws.com' }, proxy],
  ['https://sts.amazonaws.com', { ...both, NO_PROXY: '.AMAZONAWS.com' }, ''],
  ['https://amazonaws.com', { ...both, NO_PROXY: '.amazonaws.com' }, proxy],
  ['https://sts.amazonaws.com', { ...both, NO_PROXY: 'a.example, *.amazonaws.com' }, ''],
  ['https://sts.amazonaws.com', { ...both, no_proxy: 'sts.amazonaws.com:443' }, ''],
  ['https://sts.amazonaws.com', { ...both, NO_PROXY: 'sts.amazonaws.com:8443' }, proxy],
  ['https://10.1.2.3', { ...both, NO_PROXY: '10.0.0.0/8' }, ''],
  ['https://11.1.2.3', { ...both, NO_PROXY: '10.0.0.0/8' }, proxy],
  ['https://10.1.2.3:6443', { ...both, NO_PROXY: '10.1.2.3' }, ''],
  ['https://[fd00::1]', { ...both, NO_PROXY: '[fd00::1]:443' }, ''],
  ['https://[fd00::1]', { ...both, NO_PROXY: 'fd00::/8' }, ''],
  ['https://sts.amazonaws.com', { ...both, NO_PROXY: ' , /,10.0.0.0/99,:80' }, proxy],
] as [string, NodeJS.ProcessEnv, string][])('%s with %o goes by %j', (url, environment, expected) => {
  expect(proxyFor(url, environment)).toBe(expected);
});

it('an address that is none is refused by the name of its variable', () => {
  const broken = () => proxyFor('https://sts.amazonaws.com', { HTTPS_PROXY: 'http://not a host' });
  expect(broken).toThrow(UsageError);
  expect(broken).toThrow('HTTPS_PROXY: "http://not a host"');
});
