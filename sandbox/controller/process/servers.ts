import type { ProgramContext } from '../../kubernetes/programs/program.ts';
import { type Logger, messageOf } from '../log.ts';
import { atLeast } from '../time.ts';
import { answerReview, type Webhook } from '../webhooks/admission.ts';
import type { ControllerConfig } from './config.ts';

const directory = '/tmp/k8s-webhook-server/serving-certs';

/** How often the mounted certificate is looked at; seconds. */
const pollSeconds = 10;
/** Real milliseconds. */
const shortestRealPoll = 200;

const ok = { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };

/**
 * Serves the webhooks with the mounted certificate, which is followed when it changes, and the health checks. Throws
 * when the certificate is missing.
 */
export async function startServers(
  context: ProgramContext,
  config: ControllerConfig,
  webhooks: ReadonlyMap<string, Webhook>,
  log: Logger,
): Promise<void> {
  const { clock } = context.world;
  const paths = { cert: `${directory}/tls.crt`, key: `${directory}/tls.key` };
  const read = async (): Promise<string> => {
    const certificate = await context.readFile(paths.cert);
    if (certificate === undefined) throw new Error(`open ${paths.cert}: no such file or directory`);
    return certificate;
  };
  const watcher = log.named('controller-runtime.certwatcher');
  let certificate = await read();
  watcher.info('Updated current TLS certificate', paths);
  const follow = async (): Promise<void> => {
    while (!context.signal.aborted) {
      await clock.sleep(atLeast(clock, pollSeconds, shortestRealPoll), context.signal);
      try {
        const present = await read();
        if (present !== certificate) watcher.info('Updated current TLS certificate', paths);
        certificate = present;
      } catch (error) {
        watcher.error('error re-reading certificate', error, paths);
      }
    }
  };
  void follow().catch((error) => {
    if (!context.signal.aborted) log.error('certificate watcher failed', messageOf(error));
  });

  context.listen(config.webhookPort, {
    handle: (request) => answerReview(webhooks, request),
    certificate: () => certificate,
  });
  log
    .named('controller-runtime.webhook')
    .info('Serving webhook server', { host: '', port: config.webhookPort });
  context.listen(config.healthPort, {
    handle: ({ path }) =>
      ['/healthz', '/readyz'].includes(path.split('?')[0] ?? '')
        ? ok
        : { status: 404, body: '404 page not found\n' },
  });
  log.info('starting server', { name: 'health probe', addr: `[::]:${config.healthPort}` });
}
