// How much longer the program takes to say something than Node takes to start: pairs in turn, so that a machine that
// slows down slows both. Run with: node bench/startup.mjs [pairs]
import { spawnSync } from 'node:child_process';

const pairs = Number(process.argv[2] ?? 15);
const subjects = {
  '--version': ['bin/lbc-setup.js', '--version'],
  '--help': ['bin/lbc-setup.js', '--help'],
  'token --help': ['bin/lbc-setup.js', 'token', '--help'],
};

const time = (args) => {
  const began = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
};

const median = (values) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];

for (const [name, args] of Object.entries(subjects)) {
  const ratios = [];
  const times = [];
  for (let pair = 0; pair <= pairs; pair++) {
    const floor = time(['-e', '0']);
    const taken = time(args);
    if (pair === 0) continue; // warms the file cache
    ratios.push(taken / floor);
    times.push(taken);
  }
  console.log(
    `${name.padEnd(14)} ${median(ratios).toFixed(2)} x node -e 0 (median of ${pairs} pairs; ${median(times).toFixed(0)} ms)`,
  );
}
