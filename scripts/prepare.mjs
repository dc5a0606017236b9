// Makes a clone ready to run: installs what the lock file names and builds, each only when it is out of date.
// Uses nothing but Node and npm, for there may be no node_modules yet.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newest = (path) => {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry?.isDirectory()) return entry?.mtimeMs ?? 0;
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};

const run = (what, command, args) => {
  console.error(`${what} …`);
  // npm is a script that only a shell finds on Windows, where this program does not run anyway.
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    console.error(`${what} failed${error ? `: ${error.message}` : ''}`);
    process.exit(1);
  }
};

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  run('installing dependencies', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
const sources = ['src', 'sandbox', 'scripts/build.mjs', 'package-lock.json'];
if (modified('dist/cli.js') < Math.max(...sources.map(newest))) {
  run('building', process.execPath, ['scripts/build.mjs']);
}
