import { realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { DownloadOptions } from '../download.ts';
import { UsageError, UserError } from '../errors/user-error.ts';
import { cached, isExecutable, markUsed, prune, requireCache } from './cache.ts';
import { install } from './install.ts';
import { probe } from './probe.ts';
import { currentPlatform, type Release, releases } from './releases.ts';
import type { ToolName } from './tool.ts';
import { formatVersion, parseVersion, type Version } from './version.ts';

/** A program that can be used. */
export interface Located {
  readonly name: ToolName;
  readonly path: string;
  readonly version: string;
  readonly origin: 'LBC_SETUP_TOOLS_DIR' | 'PATH' | 'cache';
}

/** A program that is nowhere, or nowhere in a version that fits. */
export interface Missing {
  readonly name: ToolName;
  /** What was found and why it cannot be used. */
  readonly reasons: readonly string[];
}

/** Finds and gets the external programs. */
export interface Toolbox {
  /**
   * Where a program is: in the folder that LBC_SETUP_TOOLS_DIR names (then nowhere else), on PATH when its version
   * fits, in the cache. What was found stays so for the run.
   */
  look(name: ToolName): Promise<Located | Missing>;
  /** The same for who needs it now. Throws UserError when it is nowhere. */
  require(name: ToolName): Promise<Located>;
  /** Downloads programs into the cache. Throws UserError. */
  install(names: readonly ToolName[]): Promise<void>;
}

/** What the toolbox needs to know of the run. */
export interface ToolboxOptions extends DownloadOptions {
  /** The Kubernetes version of the cluster that is there, or will be made: kubectl must fit it. */
  kubernetesVersion(): Promise<string>;
}

/** Makes the toolbox of a run. */
export function createToolbox(options: ToolboxOptions): Toolbox {
  const found = new Map<ToolName, Promise<Located | Missing>>();
  const kubernetes = async (): Promise<Version> => {
    const text = await options.kubernetesVersion();
    const version = parseVersion(text);
    if (!version) throw new Error(`${JSON.stringify(text)} is no Kubernetes version`);
    return version;
  };
  const look = async (name: ToolName): Promise<Located | Missing> => {
    const known = found.get(name);
    if (known) return known;
    const looking = kubernetes().then((version) => find(releases[name], version, options.signal));
    found.set(name, looking);
    // Only success is remembered: what is missing may be downloaded next.
    const forget = () => found.delete(name);
    looking.then((result) => 'path' in result || forget(), forget);
    return looking;
  };
  return {
    look,
    async require(name) {
      const result = await look(name);
      if ('path' in result) return result;
      throw missing([result], 'lbc-setup init, which downloads what is missing');
    },
    async install(names) {
      const absent = (await Promise.all(names.map(look))).filter((result) => 'reasons' in result);
      if (absent.length === 0) return;
      if (process.env.LBC_SETUP_TOOLS_DIR)
        throw missing(
          absent,
          'put it into that folder; nothing is downloaded while LBC_SETUP_TOOLS_DIR is set',
        );
      const platform = currentPlatform();
      if (!platform)
        throw missing(absent, 'install it and put it on PATH: there is no download for this platform');
      const wanted = absent.map(({ name }) => releases[name]);
      for (const release of wanted) await prune(release);
      await requireCache(wanted.reduce((sum, { space }) => sum + space, 0));
      const version = await kubernetes();
      const installing = wanted.map((release) => install(release, version, platform, options));
      // One that fails ends no other: the next run has less to get.
      for (const result of await Promise.allSettled(installing))
        if (result.status === 'rejected') throw result.reason;
    },
  };
}

const missing = (absent: readonly Missing[], fix: string): UserError =>
  new UserError({
    what: `no usable ${absent.map(({ name }) => name).join(', ')}`,
    why: absent.flatMap(({ reasons }) => reasons).join('\n'),
    fix,
  });

async function find(release: Release, kubernetes: Version, signal: AbortSignal): Promise<Located | Missing> {
  const { name } = release;
  const own = process.env.LBC_SETUP_TOOLS_DIR;
  if (own && !isAbsolute(own)) {
    throw new UsageError({
      what: `LBC_SETUP_TOOLS_DIR: ${JSON.stringify(own)} cannot be used`,
      why: 'programs in folders relative to the current one are never run',
      fix: 'give it the absolute path of the folder',
    });
  }
  const origin = own ? 'LBC_SETUP_TOOLS_DIR' : 'PATH';
  const reasons: string[] = [];
  for (const folder of own ? [own] : await searchPath()) {
    const path = join(folder, name);
    if (!(await isExecutable(path))) continue;
    const answer = await probe(path, release, signal);
    if ('problem' in answer) reasons.push(`${path} ${answer.problem}`);
    else if (release.accepts(answer.version, kubernetes))
      return { name, path, version: formatVersion(answer.version), origin };
    else reasons.push(`${path} is ${formatVersion(answer.version)}, needed is ${release.range(kubernetes)}`);
  }
  if (own) return { name, reasons: reasons.length > 0 ? reasons : [`${name} was not found in ${own}`] };
  const platform = currentPlatform();
  const kept = platform ? await cached(release, platform) : [];
  const usable = kept.find(({ version }) => release.accepts(version, kubernetes));
  if (usable) {
    await markUsed(usable);
    return { name, path: usable.path, version: formatVersion(usable.version), origin: 'cache' };
  }
  return {
    name,
    reasons: [
      ...reasons,
      `${name} ${reasons.length > 0 ? 'of a fitting version ' : ''}was not found on PATH or in the cache`,
    ],
  };
}

/** The folders of PATH, without relative ones and without the current one: a program there is never run. */
async function searchPath(): Promise<string[]> {
  const here = await realpath(process.cwd());
  const folders = [...new Set((process.env.PATH ?? '').split(delimiter))].filter((folder) =>
    isAbsolute(folder),
  );
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  return folders.filter((_, index) => real[index] !== undefined && real[index] !== here);
}
