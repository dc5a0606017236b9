import { STATUS_CODES } from 'node:http';
import type { RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { PodRequest, PodResponse } from '../../kubernetes/network.ts';
import { headerOf } from './conditions.ts';
import type { ListenerRecord } from './state.ts';

const titles: Readonly<Record<number, string>> = {
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** An answer that an application load balancer gives by itself: an error page, or a fixed response. */
export function errorPage(
  status: number,
  content?: { readonly contentType: string; readonly body: string },
): PodResponse {
  const title = `${status} ${titles[status] ?? STATUS_CODES[status] ?? ''}`;
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  const body = content?.body ?? page;
  return {
    status,
    headers: {
      server: 'awselb/2.0',
      'content-type': content?.contentType ?? 'text/html',
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  };
}

/** A redirect, with the placeholders of its configuration filled in (API reference, RedirectActionConfig). */
export function redirect(
  config: Partial<RedirectActionConfig>,
  listener: ListenerRecord,
  request: PodRequest,
): PodResponse {
  const [path = '/', query = ''] = request.path.split('?');
  const present: Readonly<Record<string, string>> = {
    protocol: listener.protocol,
    host: (headerOf(request, 'host') ?? '').replace(/:\d+$/, ''),
    port: String(listener.port),
    path: path.replace(/^\//, ''),
    query,
  };
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (_, name: string) => present[name] ?? '');
  const protocol = fill(config.Protocol ?? '#{protocol}').toLowerCase();
  const target = `${protocol}://${fill(config.Host ?? '#{host}')}:${fill(config.Port ?? '#{port}')}${fill(config.Path ?? '/#{path}')}`;
  const search = fill(config.Query ?? '#{query}');
  const status = config.StatusCode === 'HTTP_301' ? 301 : 302;
  const page = errorPage(status);
  return { ...page, headers: { ...page.headers, location: search ? `${target}?${search}` : target } };
}
