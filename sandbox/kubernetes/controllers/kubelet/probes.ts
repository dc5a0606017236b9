import type { World } from '../../../world.ts';
import type { Container, Probe } from '../types.ts';

/** Where a container's probes are asked. */
export interface ProbeTarget {
  readonly vpcId: string;
  readonly address: string;
  readonly container: Container;
}

/** What a probe does with its outcome. */
interface ProbeWatcher {
  /** Called with every change of the verdict: after `successThreshold` or `failureThreshold` equal answers. */
  verdict(healthy: boolean): void;
  /** Called with the output of every failed try. */
  failed(output: string): void;
}

/** Asks a probe over the pod network until aborted, with the API's defaults for what it leaves out. */
async function runProbe(
  world: World,
  target: ProbeTarget,
  probe: Probe,
  watcher: ProbeWatcher,
  signal: AbortSignal,
): Promise<void> {
  const { initialDelaySeconds = 0, periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = probe;
  let verdict: boolean | undefined;
  let streak = { healthy: false, length: 0 };
  // A kubelet spreads its probes: the first comes at some moment within the first period.
  await world.clock.sleep(initialDelaySeconds + world.random.next() * Math.min(periodSeconds, 2), signal);
  for (;;) {
    const failure = await ask(world, target, probe);
    if (signal.aborted) return;
    const healthy = failure === undefined;
    if (failure !== undefined) watcher.failed(failure);
    streak = { healthy, length: streak.healthy === healthy ? streak.length + 1 : 1 };
    if (streak.length >= (healthy ? successThreshold : failureThreshold) && verdict !== healthy) {
      verdict = healthy;
      watcher.verdict(healthy);
    }
    await world.clock.sleep(periodSeconds, signal);
  }
}

/** One try: the output of a failure, undefined for success. Texts are the kubelet's. */
async function ask(world: World, target: ProbeTarget, probe: Probe): Promise<string | undefined> {
  const { httpGet, tcpSocket, timeoutSeconds = 1 } = probe;
  const action = httpGet ?? tcpSocket;
  if (!action) return 'the rehearsal emulates only httpGet and tcpSocket probes';
  const port = portNumber(target.container, action.port);
  if (port === undefined) return `strconv.ParseInt: parsing "${action.port}": invalid syntax`;
  const { vpcId, address } = target;
  const listener = world.network.connect(vpcId, address, port);
  const refused = `dial tcp ${address}:${port}: connect: connection refused`;
  if (!httpGet) return listener ? undefined : refused;
  const { path = '/', scheme = 'HTTP', httpHeaders = [] } = httpGet;
  const url = `${scheme.toLowerCase()}://${address}:${port}${path.startsWith('/') ? path : `/${path}`}`;
  if (!listener) return `Get "${url}": ${refused}`;
  const headers = Object.fromEntries(
    httpHeaders.map(({ name, value = '' }): [string, string] => [name.toLowerCase(), value]),
  );
  const request = {
    method: 'GET',
    path: path.startsWith('/') ? path : `/${path}`,
    headers: { host: `${address}:${port}`, 'user-agent': 'kube-probe/1.35', ...headers },
    body: '',
  };
  const timeout = Symbol('timeout');
  const answer = await Promise.race([
    Promise.resolve(listener.handle(request)).catch(() => undefined),
    // Programs compute in real time, so the patience with them is real too.
    world.clock.sleep(timeoutSeconds * world.clock.speed).then(() => timeout),
  ]);
  if (typeof answer === 'symbol')
    return `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
  if (!answer) return `Get "${url}": EOF`;
  const good = answer.status >= 200 && answer.status < 400;
  return good ? undefined : `HTTP probe failed with statuscode: ${answer.status}`;
}

const portNumber = (container: Container, port: number | string): number | undefined =>
  typeof port === 'number' ? port : container.ports?.find(({ name }) => name === port)?.containerPort;

/** What the probes of a container bring about. */
export interface ProbeOutcome {
  ready(ready: boolean): void;
  failed(kind: ProbeKind, output: string): void;
  /** A liveness or startup probe has failed for good. */
  lethal(kind: ProbeKind): void;
}

type ProbeKind = 'Startup' | 'Liveness' | 'Readiness';

/** Starts a container's probes, the others after the startup probe; without a readiness probe it is ready. */
export function startProbes(world: World, target: ProbeTarget, outcome: ProbeOutcome): () => void {
  const { startupProbe, livenessProbe, readinessProbe } = target.container;
  const stop = new AbortController();
  const run = (kind: ProbeKind, probe: Probe | undefined, verdict: (healthy: boolean) => void): void => {
    if (!probe) return;
    const failed = (output: string) => outcome.failed(kind, output);
    // It only ever rejects because it was stopped.
    runProbe(world, target, probe, { verdict, failed }, stop.signal).catch(() => undefined);
  };
  const begin = (): void => {
    run('Liveness', livenessProbe, (healthy) => healthy || outcome.lethal('Liveness'));
    run('Readiness', readinessProbe, (healthy) => outcome.ready(healthy));
    if (!readinessProbe) outcome.ready(true);
  };
  let begun = false;
  run('Startup', startupProbe, (healthy) => {
    if (!healthy) outcome.lethal('Startup');
    else if (!begun) begin();
    begun ||= healthy;
  });
  if (!startupProbe) begin();
  return () => stop.abort();
}
