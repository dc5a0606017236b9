// Compares the rehearsal's AWS with moto, calls all of it with the Python AWS CLI, and runs the built program on moto.
// The Python packages of test/moto/requirements.txt go into a virtual environment beside the other programs of the
// tests, once (about a minute); without Python this says so and succeeds.
//   node scripts/test-moto.mjs [vitest arguments]
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const requirements = resolve('test/moto/requirements.txt');
const folder = resolve('node_modules/.cache/lbc-setup/moto/venv');
/** Names the packages that the environment holds; written last. */
const marker = join(folder, 'requirements.txt');

const run = (file, args) => spawnSync(file, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

const skip = (why) => {
  console.log(`skipped: the comparison with moto needs ${why}`);
  process.exit(0);
};

const installed = () => {
  try {
    return readFileSync(marker, 'utf8') === readFileSync(requirements, 'utf8');
  } catch {
    return false;
  }
};

function install() {
  // moto 5.2 and awscli 1.46 require 3.10 (Requires-Python).
  const version = run('python3', ['-c', 'import sys; print(sys.version_info >= (3, 10))']);
  if (version.status !== 0) skip('Python 3.10 or later, and there is no python3 on PATH');
  if (version.stdout.trim() !== 'True') skip('Python 3.10 or later, and python3 on PATH is older');
  console.error('installing moto and the Python AWS CLI, which takes about a minute the first time …');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Debian has the module venv in a package of its own.
  if (run('python3', ['-m', 'venv', folder]).status !== 0)
    skip("Python's module venv, which is not installed");
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--requirement',
    requirements,
  ];
  const { status, stderr } = run(join(folder, 'bin/python'), pip);
  if (status !== 0) {
    console.error(`pip install failed:\n${stderr}`);
    process.exit(1);
  }
  writeFileSync(marker, readFileSync(requirements));
}

if (!installed()) install();
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/moto/vitest.config.ts'];
const { status } = spawnSync(process.execPath, [...vitest, ...process.argv.slice(2)], {
  env: { ...process.env, LBC_TEST_PYTHON: join(folder, 'bin') },
  stdio: 'inherit',
});
process.exit(status ?? 1);
