// Plays the cases of test/kubernetes-contract on a real kube-apiserver and writes its answers to
// test/fixtures/kubernetes, where `npm test` finds what the rehearsal must answer. Skips where Go or Python is missing.
//   npm run record:kubernetes
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildKubernetes } from './build-kubernetes.mjs';

const programs = buildKubernetes();
// Nothing to record with, and already said so.
if (!programs) process.exit(0);

const bundle = resolve('node_modules/.cache/lbc-setup/record-kubernetes.mjs');
await build({
  entryPoints: ['test/kubernetes-contract/record.ts'],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
const { record } = await import(pathToFileURL(bundle).href);
await record(programs);
