// Runs the tests that hold the rehearsal, the stand-in for eksctl and the program against the real eksctl: a built one,
// or the one that LBC_REAL_EKSCTL names. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { buildEksctl } from './build-eksctl.mjs';

const binary = process.env.LBC_REAL_EKSCTL || buildEksctl();
// Nothing to test with, and already said so.
if (!binary) process.exit(0);

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--root', '.'];
const config = ['--config', 'test/real-eksctl/vitest.config.ts'];
const { status } = spawnSync(process.execPath, [...vitest, ...config, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, LBC_REAL_EKSCTL: binary },
});
process.exit(status ?? 1);
