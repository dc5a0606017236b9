import type { Program } from './program.ts';

/**
 * The Kubernetes Metrics Server as EKS's add-on runs it, on port 10251 so that it works on Fargate
 * (https://docs.aws.amazon.com/eks/latest/userguide/metrics-server.html). It is healthy and has no metrics.
 */
export const metricsServer: Program = {
  start({ listen, log }) {
    const healthy = ['/livez', '/readyz'];
    listen(10251, {
      handle: ({ path }) =>
        healthy.includes(path) ? { status: 200, body: 'ok' } : { status: 404, body: '404 page not found\n' },
    });
    log('Serving securely on [::]:10251');
    return { stop: () => log('Shutting down controllers') };
  },
};
