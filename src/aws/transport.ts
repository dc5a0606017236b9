import { NodeHttpHandler } from '@smithy/node-http-handler';
import { proxyAgent } from '../http.ts';

/** Connection settings that every AWS client shares. Proxies come from the environment. */
export const transport = () =>
  new NodeHttpHandler({
    httpAgent: proxyAgent,
    httpsAgent: proxyAgent,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
  });
