import type { Program } from './program.ts';

/** CoreDNS as EKS's add-on runs it: health on 8080, readiness on 8181. It answers no DNS questions. */
export const coredns: Program = {
  start({ listen, log }) {
    listen(8080, { handle: () => ({ status: 200, body: 'OK' }) });
    listen(8181, { handle: () => ({ status: 200, body: 'OK' }) });
    log('.:53');
    log('[INFO] plugin/reload: Running configuration SHA512 = rehearsal');
    log('CoreDNS-1.12');
    return { stop: () => log('[INFO] SIGTERM: Shutting down servers then terminating') };
  },
};
