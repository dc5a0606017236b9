import type { Program } from './program.ts';

const port = 5000;

/**
 * Istio's helloworld sample: a Flask application on port 5000 (istio/istio samples/helloworld/src/app.py).
 * `/hello` names the version and the instance, `/health` is the text of a healthy answer.
 */
export const helloworld = (version: string): Program => ({
  start({ env, listen, log, pod }) {
    const instance = env.HOSTNAME ?? pod.metadata.name;
    const routes: Readonly<Record<string, string>> = {
      '/hello': `Hello version: ${env.SERVICE_VERSION ?? version}, instance: ${instance}\n`,
      '/health': 'Helloworld is healthy',
    };
    listen(port, {
      handle({ method, path }) {
        const body = routes[path.split('?')[0] ?? ''];
        const status = body === undefined ? 404 : ['GET', 'HEAD'].includes(method) ? 200 : 405;
        const headers = { 'content-type': 'text/html; charset=utf-8', server: 'gunicorn' };
        return { status, headers, body: status === 200 && body ? body : page(status) };
      },
    });
    // gunicorn writes no access log unless asked to.
    log('[INFO] Starting gunicorn');
    log(`[INFO] Listening at: http://0.0.0.0:${port}`);
    return { stop: () => log('[INFO] Handling signal: term') };
  },
});

const titles: Readonly<Record<number, string>> = { 404: 'Not Found', 405: 'Method Not Allowed' };
const page = (status: number): string =>
  `<!doctype html>\n<html lang=en>\n<title>${status} ${titles[status]}</title>\n<h1>${titles[status]}</h1>\n`;
