import * as v from 'valibot';
import { readJson, readYaml } from '../read-data.ts';
import { ToolError, type ToolRunner } from './tool.ts';

/** A release as helm reports it. */
export interface Release {
  /** `deployed`, `failed`, `pending-install`, `pending-upgrade`, `pending-rollback`, `uninstalling`, … */
  readonly status: string;
  readonly chartVersion: string;
  readonly values: object;
}

/** An object of a release: where it has pods, their containers. */
export type ReleaseObject = v.InferOutput<typeof releaseObject>;

/** helm, as far as it is needed here; the flags used exist in helm 3 and 4. */
export interface Helm {
  /** The newest revision of a release, or undefined when there is none. */
  release(name: string, namespace: string): Promise<Release | undefined>;
  /** Installs or upgrades, and takes back what somebody else has changed. Returns when the objects are stored, not when they are ready. */
  upgrade(
    name: string,
    namespace: string,
    chart: string,
    values: object,
    labels: Readonly<Record<string, string>>,
  ): Promise<void>;
  rollback(name: string, namespace: string): Promise<void>;
  uninstall(name: string, namespace: string): Promise<void>;
  /** The objects of a release as helm made them from its chart. */
  manifest(name: string, namespace: string): Promise<ReleaseObject[]>;
  /** The CustomResourceDefinitions inside a chart archive. */
  crds(chart: string): Promise<object[]>;
}

const source = { name: 'helm', fix: 'check that it is the real one: helm version' };
const metadata = v.object({ status: v.string(), version: v.string() });
const values = v.nullable(v.record(v.string(), v.unknown()));
/** The API server's word for a field that somebody else has set to something else. */
const conflict = /Apply failed with \d+ conflict/;
const container = v.looseObject({ name: v.string() });
const releaseObject = v.looseObject({
  kind: v.string(),
  metadata: v.optional(v.looseObject({ name: v.optional(v.string()) })),
  spec: v.optional(
    v.looseObject({
      template: v.optional(
        v.looseObject({ spec: v.optional(v.looseObject({ containers: v.optional(v.array(container)) })) }),
      ),
    }),
  ),
});
const definition = v.nullish(
  v.looseObject({
    apiVersion: v.string(),
    kind: v.literal('CustomResourceDefinition'),
    metadata: v.looseObject({ name: v.string() }),
  }),
);

/** Reads `helm get metadata` and `helm get values`, both as JSON. Throws UserError when they are something else. */
export function parseRelease(metadataJson: string, valuesJson: string): Release {
  const { status, version } = readJson(source, metadataJson, metadata);
  return { status, chartVersion: version, values: readJson(source, valuesJson, values) ?? {} };
}

/** Reads `helm get manifest`: YAML documents. Throws UserError when one is no object. */
export function parseManifest(yaml: string): ReleaseObject[] {
  return documentsOf(yaml, v.nullish(releaseObject));
}

/** Reads `helm show crds`: YAML documents. Throws UserError when one is no CustomResourceDefinition. */
export function parseDefinitions(yaml: string): object[] {
  return documentsOf(yaml, definition);
}

const documentsOf = <Read>(yaml: string, schema: v.GenericSchema<unknown, Read>): NonNullable<Read>[] =>
  yaml
    .split(/^---\s*$/m)
    .map((document) => readYaml(source, document, schema))
    .filter((document) => document !== null && document !== undefined);

/** Makes a helm that talks to the cluster of `kubeconfig`. */
export function createHelm(tools: ToolRunner, kubeconfig: () => Promise<string>): Helm {
  const run = async (args: string[], options: { writes: boolean; input?: string; timeout?: number }) => {
    const { stdout } = await tools.run({
      tool: 'helm',
      args,
      timeout: 120,
      env: { KUBECONFIG: await kubeconfig() },
      ...options,
    });
    return stdout;
  };
  const read = (args: string[]): Promise<string> =>
    run(['get', ...args, '--output', 'json'], { writes: false });
  return {
    async release(name, namespace) {
      try {
        // Not `helm list`: helm 3 hides pending releases there and helm 4 dropped the flag that shows them.
        const found = await read(['metadata', name, '--namespace', namespace]);
        return parseRelease(found, await read(['values', name, '--namespace', namespace]));
      } catch (error) {
        if (error instanceof ToolError && error.stderr.includes('release: not found')) return undefined;
        throw error;
      }
    },
    async upgrade(name, namespace, chart, values, labels) {
      const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const upgrade = (...more: string[]) =>
        run(
          [
            ...['upgrade', '--install', name, chart, '--namespace', namespace],
            // CustomResourceDefinitions are applied beforehand: helm never updates them.
            ...['--skip-crds', '--labels', pairs.join(','), '--values', '-', ...more],
          ],
          { writes: true, input: JSON.stringify(values) },
        );
      try {
        await upgrade();
      } catch (error) {
        // Only helm 4 knows conflicts, and the flag: helm 3 changes such fields without a word.
        if (!(error instanceof ToolError && conflict.test(error.stderr))) throw error;
        await upgrade('--force-conflicts');
      }
    },
    async rollback(name, namespace) {
      await run(['rollback', name, '--namespace', namespace], { writes: true });
    },
    async uninstall(name, namespace) {
      await run(['uninstall', name, '--namespace', namespace, '--wait'], { writes: true, timeout: 360 });
    },
    async manifest(name, namespace) {
      return parseManifest(await run(['get', 'manifest', name, '--namespace', namespace], { writes: false }));
    },
    async crds(chart) {
      return parseDefinitions(await run(['show', 'crds', chart], { writes: false }));
    },
  };
}
