import { text } from 'node:stream/consumers';
import { run } from './run.ts';

// The SDK warns about Node 20, and must never ask the metadata service of a real machine.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
process.env.AWS_EC2_METADATA_DISABLED = 'true';

const ending = await run(process.argv.slice(2), {
  env: process.env,
  stdout: (chunk) => process.stdout.write(chunk),
  stderr: (chunk) => process.stderr.write(chunk),
  stdin: () => text(process.stdin),
});
if (ending === 'killed') process.kill(process.pid, 'SIGKILL');
else process.exit(ending);
