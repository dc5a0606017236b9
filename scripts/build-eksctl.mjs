// Builds the real eksctl with Go out of the module registry and prints where it is. It takes about nine minutes on two
// cores, once: the binary is kept beside the other programs of the rehearsal.
//   node scripts/build-eksctl.mjs
// Exit code 0 and nothing on stdout means that there is no Go to build it with.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// The module kept its name when the project moved.
const eksctl = { path: 'github.com/weaveworks/eksctl', version: 'v0.230.0' };
const cache = resolve('node_modules/.cache/lbc-setup');

/** The path of the binary, built if need be; undefined where Go is missing. Throws when the build fails. */
export function buildEksctl() {
  const folder = join(cache, `eksctl-${eksctl.version.slice(1)}`);
  const binary = join(folder, 'eksctl');
  if (existsSync(binary)) return binary;
  if (spawnSync('go', ['version']).status !== 0) {
    console.error('skipped: there is no Go on PATH to build the real eksctl with');
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, 'build-'));
  try {
    console.error(`building eksctl ${eksctl.version}, which takes about nine minutes the first time …`);
    writeFileSync(join(work, 'go.mod'), wrapper(work));
    // -mod=mod: the checksums of everything are looked up as for any dependency.
    const flags = ['-mod=mod', '-trimpath', '-ldflags', '-s -w'];
    go(work, ['build', ...flags, '-o', join(work, 'eksctl'), `${eksctl.path}/cmd/eksctl`], 'inherit');
    renameSync(join(work, 'eksctl'), binary);
    return binary;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * A module that requires eksctl and repeats its requirements and replacements: `go install` refuses a module that
 * replaces others, and a dependency's replacements have no effect.
 */
function wrapper(work) {
  const { GoMod } = json(go(work, ['mod', 'download', '-json', `${eksctl.path}@${eksctl.version}`]));
  const { Go, Require, Replace, Exclude } = json(go(work, ['mod', 'edit', '-json', GoMod]));
  const named = ({ Path, Version }) => (Version ? `${Path} ${Version}` : Path);
  return [
    'module eksctl.test/build',
    `go ${Go}`,
    `require ${eksctl.path} ${eksctl.version}`,
    ...(Require ?? []).map((module) => `require ${named(module)} // indirect`),
    ...(Replace ?? []).map(({ Old, New }) => `replace ${named(Old)} => ${named(New)}`),
    ...(Exclude ?? []).map((module) => `exclude ${named(module)}`),
    '',
  ].join('\n');
}

const json = (text) => JSON.parse(text);

function go(cwd, args, stdout = 'pipe') {
  const {
    status,
    error,
    stdout: text,
  } = spawnSync('go', args, {
    cwd,
    env: { ...process.env, GOWORK: 'off' },
    stdio: ['ignore', stdout === 'inherit' ? process.stderr : 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) throw new Error(`go ${args[0]} ${args[1]} failed${error ? `: ${error.message}` : ''}`);
  return text;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const binary = buildEksctl();
  if (binary) console.log(binary);
}
