import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import { readFileIfPresent, writePrivateFile } from '../files.ts';
import { get } from '../http.ts';
import { cacheFolder } from '../paths.ts';
import { chartRepository, controllerName, pins } from '../pins.ts';
import { type Step, state } from './step.ts';

const archive = (): string => join(cacheFolder(), 'charts', `${controllerName}-${pins.controller}.tgz`);
const digestFile = (): string => `${archive()}.sha256`;
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/**
 * Step 3 of the walkthrough: the controller's chart. It is fetched once and checked against the digest of the
 * repository's index, instead of being left to every single helm command.
 */
export const fetchChart: Step = {
  id: 'chart',
  title: "Fetch the controller's chart",
  subject: 'Chart of the controller',
  command: 'install-controller',
  needs: [],
  deadline: 120,
  async check() {
    const [content, digest] = await Promise.all([
      readFileIfPresent(archive()),
      readFileIfPresent(digestFile()),
    ]);
    if (!content || !digest) return state.absent(`chart ${pins.controller} is not in the cache`);
    if (sha256(content) !== digest.toString('utf8')) return state.absent('the cached chart is damaged');
    return state.ready(`${controllerName} ${pins.controller}`);
  },
  async apply(context) {
    const entry = await indexEntry(context);
    const content = await download(context, new URL(entry.url, `${chartRepository}/`).href);
    const digest = sha256(content);
    if (digest !== entry.digest) {
      throw new UserError({
        what: 'the chart that was downloaded is not the one that the repository lists',
        why: `sha256 ${digest} instead of ${entry.digest}`,
        fix: 'check what stands between this machine and the repository (HTTPS_PROXY), then run the command again',
      });
    }
    await writePrivateFile(archive(), content);
    await writePrivateFile(digestFile(), digest);
  },
};

/** The path of the checked chart archive. Throws when the step `chart` was not done. */
export async function chartArchive(): Promise<string> {
  if (await readFileIfPresent(archive())) return archive();
  throw new UserError({
    what: "the controller's chart is not in the cache",
    fix: 'lbc-setup install-controller',
  });
}

async function indexEntry(context: Context): Promise<{ url: string; digest: string }> {
  const index = parse((await download(context, `${chartRepository}/index.yaml`)).toString('utf8'), {
    maxAliasCount: 0,
  }) as { entries?: Record<string, { version: string; digest: string; urls: string[] }[]> } | null;
  const entry = index?.entries?.[controllerName]?.find(({ version }) => version === pins.controller);
  const url = entry?.urls?.[0];
  if (entry && url) return { url, digest: entry.digest };
  throw new UserError({
    what: `the chart repository has no ${controllerName} ${pins.controller}`,
    why: `looked in ${chartRepository}/index.yaml`,
    fix: 'check what stands between this machine and the repository (HTTPS_PROXY)',
  });
}

async function download({ signal }: Context, url: string): Promise<Buffer> {
  const { status, body } = await get(url, { signal, redirects: 3, maxBytes: 32 * 1024 * 1024 });
  if (status === 200) return body;
  throw new UserError({
    what: `${url} cannot be downloaded`,
    why: `HTTP status ${status}`,
    fix: 'check the network and HTTPS_PROXY, then run the same command once more',
  });
}
