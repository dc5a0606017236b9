import * as v from 'valibot';
import { readYaml } from './read-data.ts';

/** Where a version of a chart is, and what its archive must hash to (SHA-256, hexadecimal). */
export interface ChartEntry {
  /** Absolute, or relative to the repository. */
  readonly url: string;
  readonly digest: string;
}

/** The part of a chart repository's index that is needed here (https://helm.sh/docs/topics/chart_repository/). */
const index = v.object({
  entries: v.record(
    v.string(),
    v.array(
      v.object({
        version: v.string(),
        digest: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
        urls: v.array(v.pipe(v.string(), v.regex(/^(https?:\/\/)?[\w./~%+:-]+$/))),
      }),
    ),
  ),
});

/**
 * Finds a version of a chart in the text of a repository's index. Undefined when it is not listed, or without digest.
 *
 * @throws UserError when the text is no such index: an error page, an answer of something in between
 */
export function findChart(
  text: string,
  repository: string,
  chart: string,
  version: string,
): ChartEntry | undefined {
  const source = {
    name: `${repository}/index.yaml`,
    fix: 'check what stands between this machine and the repository (HTTPS_PROXY, --mirror)',
  };
  const { entries } = readYaml(source, text, index);
  const listed = Object.hasOwn(entries, chart) ? entries[chart] : undefined;
  const entry = listed?.find((one) => one.version === version);
  const url = entry?.urls[0];
  return entry?.digest && url ? { url, digest: entry.digest } : undefined;
}
