import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox.ts';

const usage =
  'usage: sandbox --directory D [--speed N] [--seed N] [--region R] [--account A] [--partition P] [--helm 3|4] [--eksctl PATH] [--page-size N] [--iam-lag SECONDS]';

const { values } = parseArgs({
  options: {
    directory: { type: 'string' },
    speed: { type: 'string' },
    seed: { type: 'string' },
    region: { type: 'string' },
    account: { type: 'string' },
    partition: { type: 'string' },
    helm: { type: 'string' },
    eksctl: { type: 'string' },
    'page-size': { type: 'string' },
    'iam-lag': { type: 'string' },
  },
});

function number(name: 'speed' | 'seed' | 'page-size' | 'iam-lag'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number, not ${text}`);
  return value;
}

function helmMajor(): '3' | '4' | undefined {
  const { helm } = values;
  if (helm === undefined || helm === '3' || helm === '4') return helm;
  throw new Error(`--helm must be 3 or 4, not ${helm}`);
}

/** Runs a rehearsal for its parent: one line of JSON when ready, the end when stdin closes or on a signal. */
async function main(): Promise<void> {
  if (!values.directory) throw new Error(usage);
  // The floor of Node 20 is known and meant.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const sandbox = await startSandbox({
    directory: values.directory,
    speed: number('speed'),
    seed: number('seed'),
    region: values.region,
    account: values.account,
    partition: values.partition,
    helm: helmMajor(),
    eksctl: values.eksctl,
    pageSize: number('page-size'),
    iamLag: number('iam-lag'),
  });
  console.error(`rehearsal seed ${sandbox.world.random.seed}`);
  process.stdout.write(`${JSON.stringify({ env: sandbox.env, control: sandbox.control })}\n`);
  const stop = (): void => {
    sandbox.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.stdin.on('end', stop).on('close', stop).resume();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}

// One defect must not take the rest of a rehearsal with it; it is printed where the parent sees it.
process.on('unhandledRejection', (reason) => console.error(reason));

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
