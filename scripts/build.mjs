// Bundles the program into dist/: one entry per program, code shared and loaded lazily through chunks.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const entryPoints = {
  cli: 'src/cli.ts',
  sandbox: 'sandbox/main.ts',
  eksctl: 'sandbox/eksctl/main.ts',
};

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: Object.fromEntries(Object.entries(entryPoints).filter(([, path]) => existsSync(path))),
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  target: `node${JSON.parse(readFileSync('package.json', 'utf8')).engines.node.replace('>=', '')}`,
  // The SDK's ES modules tree-shake; its CommonJS build does not.
  mainFields: ['module', 'main'],
  // Flat: files of the package are found relative to the bundle.
  chunkNames: '[name]-[hash]',
  // Dependencies that are CommonJS ask for Node's modules with require.
  banner: {
    js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});
