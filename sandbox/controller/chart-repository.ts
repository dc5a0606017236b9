import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { parse, stringify } from 'yaml';
import { packageRoot } from './package-root.ts';

/** Where the real chart repository lives; the guard proxy answers for it. */
export const chartRepositoryUrl = 'https://aws.github.io/eks-charts';

/** A Helm chart repository, ready to be served. */
export interface ChartRepository {
  /** The text of `index.yaml`. */
  readonly index: string;
  /** Chart archives by the URL that the index names. */
  readonly archives: Map<string, Buffer>;
}

/** Chart archives carry no clock: the same files always give the same digest. */
const epoch = new Date('2020-01-01T00:00:00Z');

/**
 * Packages the stand-in chart as `https://aws.github.io/eks-charts` would serve it: a gzipped tar named in an
 * `index.yaml` with its sha256 digest (Helm documentation, "The Chart Repository Guide").
 */
export async function createChartRepository(): Promise<ChartRepository> {
  const charts = join(packageRoot(), 'sandbox', 'chart');
  const archives = new Map<string, Buffer>();
  const entries: Record<string, object[]> = {};
  for (const name of (await readdir(charts)).sort()) {
    const metadata = parse(await readFile(join(charts, name, 'Chart.yaml'), 'utf8'));
    const archive = await pack(charts, name);
    const url = `${chartRepositoryUrl}/${name}-${metadata.version}.tgz`;
    archives.set(url, archive);
    const digest = createHash('sha256').update(archive).digest('hex');
    entries[name] = [{ ...metadata, created: epoch.toISOString(), digest, urls: [url] }];
  }
  return { index: stringify({ apiVersion: 'v1', entries, generated: epoch.toISOString() }), archives };
}

async function pack(directory: string, name: string): Promise<Buffer> {
  const found = await readdir(join(directory, name), { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
  const chunks: Buffer[] = [];
  const stream = create(
    { cwd: directory, gzip: true, portable: true, mtime: epoch, noDirRecurse: true },
    files,
  );
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
