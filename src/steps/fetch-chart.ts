import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type ChartEntry, findChart } from '../chart-index.ts';
import type { Context } from '../context.ts';
import { download } from '../download.ts';
import { UserError } from '../errors/user-error.ts';
import { readFileIfPresent, writePrivateFile } from '../files.ts';
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
  // Nothing is fetched for a cluster that cannot be made or used.
  needs: ['adoption'],
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
  apply: (context) =>
    context.writes.performUnlocked(
      () => `# download ${controllerName} ${pins.controller} of ${chartRepository} to ${archive()}`,
      () => fetchArchive(context),
      undefined,
    ),
};

/** Downloads the chart into the cache. Throws when it is not the one that the repository lists. */
async function fetchArchive(context: Context): Promise<void> {
  const entry = await indexEntry(context);
  const content = await fetch(context, new URL(entry.url, `${chartRepository}/`).href);
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
}

/** Where the chart is, once the step `chart` is done. */
export const chartPath = archive;

/** The path of the checked chart archive. Throws when the step `chart` was not done. */
export async function chartArchive(): Promise<string> {
  if (await readFileIfPresent(archive())) return archive();
  throw new UserError({
    what: "the controller's chart is not in the cache",
    fix: 'lbc-setup install-controller',
  });
}

async function indexEntry(context: Context): Promise<ChartEntry> {
  const index = (await fetch(context, `${chartRepository}/index.yaml`)).toString('utf8');
  const entry = findChart(index, chartRepository, controllerName, pins.controller);
  if (entry) return entry;
  throw new UserError({
    what: `the chart repository has no ${controllerName} ${pins.controller}`,
    why: `looked in ${chartRepository}/index.yaml`,
    fix: 'check what stands between this machine and the repository (HTTPS_PROXY)',
  });
}

const fetch = ({ config, signal }: Context, url: string): Promise<Buffer> =>
  download(url, { mirror: config.mirror, signal });
