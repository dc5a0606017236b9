import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { create } from 'tar';
import { packageRoot } from './controller/package-root.ts';
import { release as eksctlRelease } from './eksctl/version.ts';
import type { Site, SiteResponse } from './proxy.ts';
import { eksctlStandIn, packagedBinary } from './tools.ts';

/** The files that the download sites of the tools publish, by host and path. Empty where there is no such file. */
export interface Downloads {
  find(host: string, path: string): Promise<Buffer | undefined>;
}

type Files = Map<string, Buffer>;

const run = promisify(execFile);
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/**
 * Makes the published files of kubectl and helm from the real programs that the development dependencies bring
 * (linux/amd64), of eksctl from the stand-in or the one in its place. They are packed when first asked for; a program's
 * own word is its version, and checksums are computed from the bytes.
 */
export function createDownloads(directory: string, eksctl: string | undefined): Downloads {
  const makers: Readonly<Record<string, () => Promise<Files>>> = {
    'cdn.dl.k8s.io': kubectlFiles,
    'get.helm.sh': () => helmFiles(join(directory, 'helm')),
    'release-assets.githubusercontent.com': () => eksctlFiles(join(directory, 'eksctl'), eksctl),
  };
  const made = new Map<string, Promise<Files>>();
  return {
    async find(host, path) {
      const files = made.get(host) ?? makers[host]?.();
      if (!files) return undefined;
      made.set(host, files);
      return (await files).get(path);
    },
  };
}

/** The sites themselves, with the redirects that the real ones answer. */
export function downloadSites(downloads: Downloads): Site[] {
  const serve = (host: string): Site => ({
    host: new RegExp(`^${host.replaceAll('.', '\\.')}$`),
    async handle({ path }) {
      const body = await downloads.find(host, path);
      return body
        ? { status: 200, headers: { 'content-type': 'application/octet-stream' }, body }
        : { status: 404, body: 'Not Found\n' };
    },
  });
  const redirect = (from: string, to: string): Site => ({
    host: new RegExp(`^${from.replaceAll('.', '\\.')}$`),
    handle: async ({ path }): Promise<SiteResponse> => ({
      status: 302,
      headers: { location: `https://${to}${path}` },
      body: '',
    }),
  });
  return [
    // Both names stand in what kubeadm says when it cannot get https://dl.k8s.io/release/stable-1.txt.
    redirect('dl.k8s.io', 'cdn.dl.k8s.io'),
    serve('cdn.dl.k8s.io'),
    serve('get.helm.sh'),
    // The real one redirects to a signed URL with a name of its own; the path is kept here.
    redirect('github.com', 'release-assets.githubusercontent.com'),
    serve('release-assets.githubusercontent.com'),
  ];
}

async function kubectlFiles(): Promise<Files> {
  const path = await packagedBinary('kubectl');
  if (!path) return new Map();
  const { stdout } = await run(path, ['version', '--client', '--output=json']);
  const version: string = JSON.parse(stdout).clientVersion.gitVersion;
  const content = await readFile(path);
  const published = `/release/${version}/bin/linux/amd64/kubectl`;
  const minor = /^v\d+\.\d+/.exec(version)?.[0].slice(1);
  return new Map([
    [published, content],
    [`${published}.sha256`, Buffer.from(sha256(content))],
    [`/release/stable-${minor}.txt`, Buffer.from(version)],
  ]);
}

async function helmFiles(directory: string): Promise<Files> {
  const path = await packagedBinary('helm');
  if (!path) return new Map();
  const { stdout } = await run(path, ['version', '--template', '{{.Version}}']);
  const name = `helm-${stdout}-linux-amd64.tar.gz`;
  const folder = join(directory, 'linux-amd64');
  await mkdir(folder, { recursive: true });
  await symlink(path, join(folder, 'helm'));
  await copyFile(join(packageRoot(), 'LICENSE'), join(folder, 'LICENSE'));
  const content = await pack(directory, 'linux-amd64');
  return new Map([
    [`/${name}`, content],
    [`/${name}.sha256sum`, Buffer.from(`${sha256(content)}  ${name}\n`)],
  ]);
}

async function eksctlFiles(directory: string, real: string | undefined): Promise<Files> {
  await mkdir(directory, { recursive: true });
  const program = join(directory, 'eksctl');
  if (real) await symlink(real, program);
  else await writeFile(program, eksctlStandIn(), { mode: 0o755 });
  const content = await pack(directory, 'eksctl');
  const os = process.platform === 'darwin' ? 'Darwin' : 'Linux';
  const name = `eksctl_${os}_${process.arch === 'arm64' ? 'arm64' : 'amd64'}.tar.gz`;
  const folder = `/eksctl-io/eksctl/releases/download/v${eksctlRelease}`;
  return new Map([
    [`${folder}/${name}`, content],
    [`${folder}/eksctl_checksums.txt`, Buffer.from(`${sha256(content)}  ${name}\n`)],
  ]);
}

/** A .tar.gz of a file or folder, packed fast rather than small. */
async function pack(cwd: string, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = create({ cwd, gzip: { level: 1 }, portable: true, follow: true }, [name]);
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
