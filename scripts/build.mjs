// Bundles the program into dist/: one entry per program, code shared and loaded lazily through chunks.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    cli: 'src/cli.ts',
    sandbox: 'sandbox/main.ts',
    eksctl: 'sandbox/eksctl/main.ts',
  },
  outdir: 'dist',
  // Flat: files of the package are found relative to the bundle.
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  target: `node${engines.node.replace('>=', '')}`,
  // The SDK's ES modules tree-shake; its CommonJS build does not.
  mainFields: ['module', 'main'],
  // Dependencies that are CommonJS ask for Node's modules with require.
  banner: {
    js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);",
  },
  // Their texts are in THIRD-PARTY-LICENSES.txt, below.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses(Object.keys(metafile.inputs)));

/** The licence of every package that went into the bundle; packages with the same text share it. */
function licenses(inputs) {
  const folders = new Set(
    inputs.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean),
  );
  const texts = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : `${license}\n`;
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
  return [...texts].map(([text, names]) => `${names.join('\n')}\n\n${text}`).join(`\n${'-'.repeat(80)}\n\n`);
}
