import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { createReporter } from '../output/create-reporter.ts';
import { formatError } from '../output/format-error.ts';
import type { Reporter } from '../output/reporter.ts';
import { printJson, printMessage, printResult } from '../output/streams.ts';
import { createSandboxClient, type RecordedCall, type SandboxClient } from '../sandbox/client.ts';
import { defaultSpeed } from '../sandbox/ensure.ts';
import { changesFor, environmentWith } from '../sandbox/environment.ts';
import { launchSandbox } from '../sandbox/launch.ts';
import { type Phase, rehearsalTable } from './rehearsal-table.ts';

/** What a rehearsal is run with. */
export interface RehearseOptions {
  readonly speed?: number;
  readonly seed?: number;
  readonly output: 'text' | 'json';
  readonly color: boolean;
}

const executable = fileURLToPath(new URL('../bin/lbc-setup.js', import.meta.url));

/** The life cycle, as a user would type it. */
const script: readonly { readonly title: string; readonly args: readonly string[] }[] = [
  { title: 'up', args: ['up', '--yes'] },
  { title: 'verify', args: ['verify'] },
  { title: 'up again', args: ['up', '--yes'] },
  { title: 'status', args: ['status'] },
  { title: 'teardown', args: ['teardown', '--yes'] },
];

/**
 * `lbc-setup rehearse`: the whole life cycle on a private rehearsal of AWS and Kubernetes. Every phase is this very
 * program, run as a user would run it. What is reported as written and left over is the rehearsal's own record.
 */
export async function rehearse(options: RehearseOptions): Promise<ExitCode> {
  const launched = await launchSandbox({ speed: options.speed ?? defaultSpeed, seed: options.seed });
  const sandbox = createSandboxClient(launched.control);
  const env = environmentWith(changesFor(launched.status, process.env), process.env);
  try {
    const phases: Phase[] = [];
    for (const { title, args } of script) {
      const phase = await runPhase(sandbox, env, title, args, options);
      phases.push(phase);
      if (phase.exitCode !== exitCodes.done) break;
    }
    const leftovers = await sandbox.inventory();
    const again = phases.find(({ title }) => title === 'up again');
    const passed =
      phases.length === script.length &&
      phases.every(({ exitCode }) => exitCode === exitCodes.done) &&
      again?.writes.length === 0 &&
      leftovers.length === 0;
    const result = { passed, phases, leftovers };
    if (options.output === 'json') printJson(result);
    else printResult(rehearsalTable(result).trimEnd());
    return passed ? exitCodes.done : exitCodes.failed;
  } finally {
    await launched.stop();
  }
}

async function runPhase(
  sandbox: SandboxClient,
  env: NodeJS.ProcessEnv,
  title: string,
  args: readonly string[],
  options: RehearseOptions,
): Promise<Phase> {
  printMessage(`\n$ lbc-setup ${args.join(' ')}`);
  const position = (await sandbox.record()).length;
  const began = Date.now();
  const child = spawn(process.execPath, [executable, ...args, '--output', 'json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const reporter = createReporter({ ...options, output: 'text' });
  const events = createInterface({ input: child.stderr }).on('line', (line) => forward(line, reporter));
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const [exitCode] = (await once(child, 'exit')) as [ExitCode];
  events.close();
  await reporter.close();
  const result = stdout ? JSON.parse(stdout) : {};
  for (const { error } of result.steps ?? []) {
    if (error) printMessage(formatError(error));
  }
  const calls = await sandbox.record(position);
  return {
    title,
    exitCode,
    seconds: (Date.now() - began) / 1000,
    steps: result.steps?.length ?? 0,
    changed:
      result.changed ??
      result.steps?.filter((step: { outcome?: string }) => step.outcome === 'removed').length ??
      0,
    awsCalls: result.awsCalls ?? 0,
    toolRuns: result.toolRuns ?? 0,
    writes: calls.filter(byUser).map(({ call }) => call),
  };
}

/** Writes of the tool and of the programs that it ran; the cluster's own controllers write all the time. */
const byUser = ({ plane, write, caller }: RecordedCall): boolean =>
  write && (plane === 'aws' || plane === 'kubernetes') && /:user\//.test(caller);

/** Shows the progress of a phase as if it ran here. */
function forward(line: string, reporter: Reporter): void {
  let event: { type?: string; [field: string]: unknown };
  try {
    event = JSON.parse(line);
  } catch {
    reporter.note(line);
    return;
  }
  const id = String(event.id);
  if (event.type === 'plan') reporter.plan(event.steps as { id: string; title: string }[]);
  else if (event.type === 'start') reporter.start(id);
  else if (event.type === 'progress') reporter.progress(id, String(event.text));
  else if (event.type === 'finish') {
    reporter.finish(id, event.outcome as Parameters<Reporter['finish']>[1], String(event.evidence));
  } else reporter.note(String(event.text ?? line));
}
