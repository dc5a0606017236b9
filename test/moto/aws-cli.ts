import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What one command of the AWS CLI did. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The Python AWS CLI in an environment. */
export interface AwsCli {
  run(args: readonly string[]): Promise<CliRun>;
  stop(): void;
}

/** Starts the AWS CLI of a Python installation; commands run one after the other. */
export function startAwsCli(python: string, env: Readonly<Record<string, string>>): AwsCli {
  const program = fileURLToPath(new URL('aws_cli.py', import.meta.url));
  const child = spawn(join(python, 'python'), [program], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(args) {
      child.stdin.write(`${JSON.stringify(args)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the AWS CLI ended');
      return JSON.parse(value) as CliRun;
    },
    stop: () => void child.kill(),
  };
}
