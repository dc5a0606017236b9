import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { report } from './boundary.ts';
import type { GlobalOptions } from './global-options.ts';
import { createReporter } from './output/create-reporter.ts';
import { describeSandbox } from './sandbox/describe.ts';
import { ensureSandbox } from './sandbox/ensure.ts';
import { changesFor, environmentWith } from './sandbox/environment.ts';

/**
 * Runs this very command line once more, without `--sandbox` and in the environment of the rehearsal in the background,
 * which is started if there is none. A process of its own, because Node reads parts of its environment
 * (NODE_EXTRA_CA_CERTS) only when it starts.
 *
 * @returns its exit code
 */
export async function runInSandbox(options: GlobalOptions): Promise<number> {
  try {
    const { sandbox, started } = await ensureSandbox(options);
    const out = createReporter(options);
    const ends = started ? '; started just now, ends with lbc-setup sandbox stop or when nobody uses it' : '';
    out.note(`${describeSandbox(sandbox.status)}${ends}`);
    await out.close();
    const env = environmentWith(changesFor(sandbox.status, process.env), process.env);
    return await runAgain(env);
  } catch (thrown) {
    return report(thrown);
  }
}

async function runAgain(env: NodeJS.ProcessEnv): Promise<number> {
  const args = process.argv
    .slice(1)
    .map((argument) => (argument === '--sandbox' ? '--in-sandbox' : argument));
  const child = spawn(process.execPath, [...process.execArgv, ...args], { env, stdio: 'inherit' });
  // A terminal interrupts the child too; a second interrupt would end it without order.
  const terminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  const onInterrupt = () => void (terminal || child.kill('SIGINT'));
  const onTerminate = () => void child.kill('SIGTERM');
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
  } finally {
    process.removeListener('SIGINT', onInterrupt).removeListener('SIGTERM', onTerminate);
  }
}
