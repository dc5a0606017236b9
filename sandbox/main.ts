import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox.ts';

const usage =
  'usage: sandbox --directory D [--speed N] [--seed N] [--region R] [--account A] [--partition P] [--helm 3|4] [--eksctl PATH] [--page-size N] [--iam-lag SECONDS] [--idle-timeout SECONDS]';

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
    'idle-timeout': { type: 'string' },
  },
});

function number(name: 'speed' | 'seed' | 'page-size' | 'iam-lag' | 'idle-timeout'): number | undefined {
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

/**
 * Runs a rehearsal for its parent: one line of JSON when ready, the end when stdin closes, on a signal, when told so by
 * the control API, or when idle. A parent that writes the line "stay" may end; the folder is then removed in the end,
 * since nobody is left who would.
 */
async function main(): Promise<void> {
  const { directory } = values;
  if (!directory) throw new Error(usage);
  // The floor of Node 20 is known and meant.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const sandbox = await startSandbox({
    directory,
    speed: number('speed'),
    seed: number('seed'),
    region: values.region,
    account: values.account,
    partition: values.partition,
    helm: helmMajor(),
    eksctl: values.eksctl,
    pageSize: number('page-size'),
    iamLag: number('iam-lag'),
    idleTimeout: number('idle-timeout'),
  });
  console.error(`rehearsal seed ${sandbox.world.random.seed}`);
  process.stdout.write(`${JSON.stringify({ ...sandbox.status(), control: sandbox.control })}\n`);
  let stays = false;
  const end = async (): Promise<void> => {
    await sandbox.stop();
    if (stays) await rm(directory, { recursive: true, force: true });
  };
  let ending: Promise<void> | undefined;
  const stop = (): void => {
    ending ??= end();
    ending.then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      stays ||= line === 'stay';
    })
    .on('close', () => stays || stop());
  sandbox.finished.addEventListener('abort', stop);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}

// One defect must not take the rest of a rehearsal with it; it is printed where the parent sees it.
process.on('unhandledRejection', (reason) => console.error(reason));

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
