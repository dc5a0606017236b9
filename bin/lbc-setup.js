#!/usr/bin/env node
// Old syntax up to the import: an old Node must reach the message, not a parse error.
var required = [20, 19];
var current = process.versions.node.split('.').map(Number);
if (process.platform === 'win32') {
  console.error(
    'lbc-setup does not run on Windows itself. Use WSL: https://learn.microsoft.com/windows/wsl/install',
  );
  process.exitCode = 1;
} else if (current[0] < required[0] || (current[0] === required[0] && current[1] < required[1])) {
  console.error(`lbc-setup needs Node ${required.join('.')} or newer; this is ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  import('../dist/cli.js').then(
    (cli) => cli.main(process.argv),
    (error) => {
      console.error(`error: lbc-setup cannot start\n  why: ${error.message}`);
      console.error('  next: npm run build in a clone, or install the package once more');
      process.exitCode = 1;
    },
  );
}
