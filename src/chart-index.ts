import * as v from 'valibot';
import { readYaml } from './read-data.ts';

/** Where a version of a chart is, and what its archive must hash to (SHA-256, hexadecimal). */
export interface ChartEntry {
  /** Absolute, or relative to the repository. */
  readonly url: string;
  readonly digest: string;
}

/** A chart's address: absolute and by HTTP, or relative. */
const address = v.pipe(v.string(), v.regex(/^(?:https?:|(?![\w+.-]*:))[!-~]+$/));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/**
 * The part of a chart repository's index that is needed here (https://helm.sh/docs/topics/chart_repository/). What other
 * charts and versions say of themselves does not matter.
 */
const indexWith = (chart: string, version: string) =>
  v.object({
    entries: v.looseObject({
      [chart]: v.optional(
        v.array(
          v.union([
            v.object({ version: v.literal(version), digest: v.optional(sha256), urls: v.array(address) }),
            v.object({ version: v.pipe(v.string(), v.notValue(version)) }),
          ]),
        ),
      ),
    }),
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
  const { entries } = readYaml(source, text, indexWith(chart, version));
  for (const entry of entries[chart] ?? []) {
    const url = 'urls' in entry ? entry.urls[0] : undefined;
    if ('urls' in entry && entry.digest && url) return { url, digest: entry.digest };
  }
  return undefined;
}
