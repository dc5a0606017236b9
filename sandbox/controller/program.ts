import type { Program, ProgramContext, RunningProgram } from '../kubernetes/programs/program.ts';
import { createRandom } from '../random.ts';
import { createKubeCache } from './kube/cache.ts';
import { createEventRecorder } from './kube/events.ts';
import { remoteClient } from './kube/remote-client.ts';
import { createLogger, type Logger } from './log.ts';
import { type CloudContext, initializeCloud } from './process/cloud.ts';
import { type ControllerConfig, flagsWithoutEffect, readConfig } from './process/config.ts';
import { UsageError } from './process/flags.ts';
import { runForLeader } from './process/leader.ts';
import { startServers } from './process/servers.ts';
import { startReconcilers } from './reconcile/reconcilers.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

const version = { GitVersion: 'v3.5.0', GitCommit: '5982613953df58f3227301b7121abde6abaa2c20' };

/** What the real controller looks for and does not find in a cluster without the Gateway API. */
const missingGateways: Readonly<Record<string, readonly string[]>> = {
  ALBGatewayAPI: ['Gateway', 'GatewayClass', 'HTTPRoute', 'GRPCRoute'],
  NLBGatewayAPI: ['Gateway', 'GatewayClass', 'TLSRoute', 'TCPRoute', 'UDPRoute'],
  GatewayListenerSet: ['ListenerSet'],
};

/** Simulated seconds from start to serving (transcripts/lbc/controller-info-messages.jsonl). */
const startupSeconds = 2;

/** AWS Load Balancer Controller v3.5.0, `public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0`. */
export const awsLoadBalancerController: Program = {
  start(context) {
    const log = createLogger(context.world.clock, context.log);
    const stopping = new AbortController();
    const signal = AbortSignal.any([stopping.signal, context.signal]);
    const running = run({ ...context, signal }, log).catch((error) => {
      if (signal.aborted) return;
      log.named('setup').error('problem running manager', error);
      stopping.abort();
      context.exit(1);
    });
    return {
      stop() {
        log.info('Stopping and waiting for non leader election runnables');
        stopping.abort();
        void running.then(() => log.info('Wait completed, proceeding to shutdown the manager'));
      },
    } satisfies RunningProgram;
  },
};

async function run(context: ProgramContext, log: Logger): Promise<void> {
  log.info('version', version);
  const config = configure(context, log);
  if (config === undefined) return;
  const setup = log.named('setup');
  let cloud: CloudContext;
  try {
    cloud = await initializeCloud(context, config);
  } catch (error) {
    if (context.signal.aborted) return;
    setup.error('unable to initialize AWS cloud', error);
    return context.exit(1);
  }
  for (const [name, missing] of Object.entries(missingGateways)) {
    setup.info(`Disabling ${name}: missing required CRDs`, { missing });
  }
  for (const flag of flagsWithoutEffect(context.args)) {
    setup.info('flag has no effect in a rehearsal', { flag });
  }
  await serve(context, config, cloud, log);
}

function configure(context: ProgramContext, log: Logger): ControllerConfig | undefined {
  try {
    return readConfig(context.args);
  } catch (error) {
    log.error('unable to load controller config', error);
    context.exit(error instanceof UsageError ? 2 : 1);
    return undefined;
  }
}

async function serve(
  context: ProgramContext,
  config: ControllerConfig,
  { vpcId, aws }: CloudContext,
  log: Logger,
): Promise<void> {
  const { world, pod, signal } = context;
  const { clock } = world;
  // One draw from the world, so that what one process does never shifts what another one draws.
  const random = createRandom(world.random.integer(0, 2 ** 32 - 1));
  const client = remoteClient(context.client, clock, random, signal);
  const kube = createKubeCache(client, clock, random, config.watchNamespace);
  const stop = [(): void => kube.stop(), (): void => aws.destroy()];
  try {
    await clock.sleep(startupSeconds, signal);
    await startServers(context, config, createWebhooks({ config, vpcId, elbv2: aws.elbv2, kube, log }), log);
    const identity = `${pod.metadata.name}_${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-${random.hex(12)}`;
    const namespace = pod.metadata.namespace ?? 'kube-system';
    const events = createEventRecorder(client, clock, identity, log);
    await runForLeader({ client, clock, namespace, identity, signal, events, log }, () => {
      const parts = { config, vpcId, aws, client, kube, clock, faults: world.faults, signal, log };
      const reconcilers = startReconcilers(parts);
      stop.unshift(() => reconcilers.stop());
    });
  } finally {
    for (const each of stop) each();
  }
}
