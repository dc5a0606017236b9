import { parse } from 'yaml';
import { ToolError, type ToolRunner } from './tool.ts';

/** A release as helm reports it. */
export interface Release {
  /** `deployed`, `failed`, `pending-install`, `pending-upgrade`, `pending-rollback`, `uninstalling`, … */
  readonly status: string;
  readonly chartVersion: string;
  readonly values: object;
}

/** helm, as far as it is needed here; the flags used exist in helm 3 and 4. */
export interface Helm {
  /** The newest revision of a release, or undefined when there is none. */
  release(name: string, namespace: string): Promise<Release | undefined>;
  /** Installs or upgrades. Returns when the objects are stored, not when they are ready. */
  upgrade(
    name: string,
    namespace: string,
    chart: string,
    values: object,
    labels: Readonly<Record<string, string>>,
  ): Promise<void>;
  rollback(name: string, namespace: string): Promise<void>;
  uninstall(name: string, namespace: string): Promise<void>;
  /** The CustomResourceDefinitions inside a chart archive. */
  crds(chart: string): Promise<object[]>;
}

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
  const read = async (args: string[]): Promise<unknown> =>
    JSON.parse(await run([...args, '--output', 'json'], { writes: false }));
  return {
    async release(name, namespace) {
      try {
        // Not `helm list`: helm 3 hides pending releases there and helm 4 dropped the flag that shows them.
        const metadata = (await read(['get', 'metadata', name, '--namespace', namespace])) as {
          status: string;
          version: string;
        };
        const values = (await read(['get', 'values', name, '--namespace', namespace])) as object | null;
        return { status: metadata.status, chartVersion: metadata.version, values: values ?? {} };
      } catch (error) {
        if (error instanceof ToolError && error.stderr.includes('release: not found')) return undefined;
        throw error;
      }
    },
    async upgrade(name, namespace, chart, values, labels) {
      const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      await run(
        [
          ...['upgrade', '--install', name, chart, '--namespace', namespace],
          // CustomResourceDefinitions are applied beforehand: helm never updates them.
          ...['--skip-crds', '--labels', pairs.join(','), '--values', '-'],
        ],
        { writes: true, input: JSON.stringify(values) },
      );
    },
    async rollback(name, namespace) {
      await run(['rollback', name, '--namespace', namespace], { writes: true });
    },
    async uninstall(name, namespace) {
      await run(['uninstall', name, '--namespace', namespace, '--wait'], { writes: true, timeout: 360 });
    },
    async crds(chart) {
      const text = await run(['show', 'crds', chart], { writes: false });
      return text
        .split(/^---\s*$/m)
        .map((part) => parse(part, { maxAliasCount: 0 }) as object | null)
        .filter((part): part is object => part !== null);
    },
  };
}
