import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where moto listens. */
    moto: string;
    /** The folder of `python` and `aws` in the virtual environment. */
    python: string;
  }
}

/** Starts one moto for all test files, on a port that the system chooses. */
export default async function startMoto(project: TestProject): Promise<() => Promise<void>> {
  const python = process.env.LBC_TEST_PYTHON;
  if (!python) throw new Error('start these tests with npm run test:moto');
  const server = spawn(join(python, 'moto_server'), ['-H', '127.0.0.1', '-p', '0'], {
    // Machine images are not needed and take long to load.
    env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const lines = createInterface({ input: server.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`moto ended with exit code ${code}`)));
    lines.on('line', (line) => {
      const [, address] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
      if (address) resolve(address);
    });
  });
  project.provide('moto', url);
  project.provide('python', python);
  return async () => {
    server.kill();
    await ended;
  };
}
