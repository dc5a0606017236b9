import * as v from 'valibot';
import { readJson } from '../read-data.ts';
import { ToolError, type ToolRunner } from './tool.ts';

/** A Kubernetes object as kubectl prints it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly object[];
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  // Kinds differ in everything else; each reader names what it needs.
  // biome-ignore lint/suspicious/noExplicitAny: the content of a Kubernetes object
  readonly [field: string]: any;
}

/** What to apply objects with. */
export interface ApplyOptions {
  /** Only asks what would come of it; changes nothing. */
  readonly dryRun?: boolean;
}

/** kubectl, as far as it is needed here. */
export interface Kubectl {
  /** One object, or undefined when there is none (also when its kind is unknown to the cluster). */
  get(kind: string, name: string, namespace?: string): Promise<KubeObject | undefined>;
  /** The objects of these manifests that exist, in no particular order. */
  getAll(manifests: readonly object[]): Promise<KubeObject[]>;
  /** Objects of a kind, in one namespace or (undefined) in all. Empty when the cluster does not know the kind. */
  list(kind: string, options?: { namespace?: string; selector?: string }): Promise<KubeObject[]>;
  /** The kinds of objects that live in namespaces and can be listed: `pods`, `ingresses.networking.k8s.io`. */
  namespacedKinds(): Promise<string[]>;
  /** A path of the API, as text. */
  raw(path: string): Promise<string>;
  /** Server-side apply. Returns the objects as they are, or would be, afterwards. */
  apply(objects: readonly object[], options?: ApplyOptions): Promise<KubeObject[]>;
  /** Deletes and returns at once: finalizers may keep the object. Absent is fine. */
  delete(kind: string, name: string, namespace?: string): Promise<void>;
  restart(deployment: string, namespace: string): Promise<void>;
  scale(deployment: string, namespace: string, replicas: number): Promise<void>;
  /** Sets annotations, whatever they were before. */
  annotate(
    kind: string,
    name: string,
    namespace: string | undefined,
    annotations: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** The last lines of a pod's only container; `previous`: of its run before this one. */
  logs(pod: string, namespace: string, options?: { previous?: boolean }): Promise<string>;
  /** Changes an object by a JSON merge patch (RFC 7386). */
  merge(kind: string, name: string, namespace: string | undefined, patch: object): Promise<void>;
  /** A token of a ServiceAccount for one audience (TokenRequest API). */
  token(serviceAccount: string, namespace: string, audience: string): Promise<string>;
}

/** The field manager under which this tool applies objects. */
export const fieldManager = 'lbc-setup';

/** What every reader of an object counts on; the API server answers for the rest. */
const object = v.looseObject({
  apiVersion: v.string(),
  kind: v.string(),
  metadata: v.looseObject({
    name: v.string(),
    labels: v.optional(v.record(v.string(), v.string())),
    annotations: v.optional(v.record(v.string(), v.string())),
    finalizers: v.optional(v.array(v.string())),
  }),
});
const answer = v.union([v.looseObject({ kind: v.string(), items: v.array(object) }), object]);

/** Reads what kubectl prints with --output=json: a list, one object, or nothing. Throws UserError for anything else. */
export function parseObjects(json: string): KubeObject[] {
  if (json.trim() === '') return [];
  const source = {
    name: 'kubectl',
    fix: 'check that it is the real one: kubectl version --client',
  };
  const parsed = readJson(source, json, answer);
  return (Array.isArray(parsed.items) ? parsed.items : [parsed]) as KubeObject[];
}

const unknownKind = /doesn't have a resource type|could not find the requested resource|no matches for kind/;

/** Makes a kubectl that talks to the cluster of `kubeconfig`. */
export function createKubectl(tools: ToolRunner, kubeconfig: () => Promise<string>): Kubectl {
  const run = async (
    args: string[],
    options: { writes: boolean; input?: string; confidential?: boolean },
  ): Promise<string> => {
    const { stdout } = await tools.run({
      tool: 'kubectl',
      args: [...args, '--request-timeout=20s'],
      timeout: 90,
      env: { KUBECONFIG: await kubeconfig() },
      ...options,
    });
    return stdout;
  };
  const inNamespace = (namespace?: string): string[] => (namespace ? ['--namespace', namespace] : []);
  const asList = (objects: readonly object[]): string =>
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const read = async (args: string[], input?: string): Promise<KubeObject[]> => {
    // `get KIND …`: what is in a Secret is nobody's business but the cluster's.
    const confidential = /^secrets?$/i.test(args[1] ?? '');
    const flags = ['--output=json', '--ignore-not-found'];
    try {
      return parseObjects(await run([...args, ...flags], { writes: false, input, confidential }));
    } catch (error) {
      if (error instanceof ToolError && unknownKind.test(error.stderr)) return [];
      throw error;
    }
  };
  return {
    get: async (kind, name, namespace) => (await read(['get', kind, name, ...inNamespace(namespace)]))[0],
    getAll: (manifests) => read(['get', '--filename=-'], asList(manifests)),
    list: (kind, options = {}) =>
      read([
        'get',
        kind,
        ...(options.namespace ? inNamespace(options.namespace) : ['--all-namespaces']),
        ...(options.selector ? ['--selector', options.selector] : []),
      ]),
    namespacedKinds: async () =>
      (await run(['api-resources', '--namespaced', '--verbs=list', '--output=name'], { writes: false }))
        .split('\n')
        .filter((line) => line !== ''),
    raw: (path) => run(['get', '--raw', path], { writes: false }),
    async apply(objects, options = {}) {
      const args = ['apply', '--server-side', '--force-conflicts', `--field-manager=${fieldManager}`];
      const dryRun = options.dryRun ? ['--dry-run=server'] : [];
      return parseObjects(
        await run([...args, ...dryRun, '--output=json', '--filename=-'], {
          writes: !options.dryRun,
          input: asList(objects),
        }),
      );
    },
    async delete(kind, name, namespace) {
      const args = ['delete', kind, name, ...inNamespace(namespace), '--ignore-not-found', '--wait=false'];
      await run(args, { writes: true });
    },
    async restart(deployment, namespace) {
      await run(['rollout', 'restart', `deployment/${deployment}`, ...inNamespace(namespace)], {
        writes: true,
      });
    },
    async scale(deployment, namespace, replicas) {
      const args = ['scale', `deployment/${deployment}`, ...inNamespace(namespace), `--replicas=${replicas}`];
      await run(args, { writes: true });
    },
    async annotate(kind, name, namespace, annotations) {
      const pairs = Object.entries(annotations).map(([key, value]) => `${key}=${value}`);
      await run(['annotate', kind, name, ...inNamespace(namespace), '--overwrite', ...pairs], {
        writes: true,
      });
    },
    logs: (pod, namespace, { previous = false } = {}) =>
      run(['logs', pod, ...inNamespace(namespace), '--tail=50', ...(previous ? ['--previous'] : [])], {
        writes: false,
      }),
    async merge(kind, name, namespace, patch) {
      const change = ['--type=merge', `--patch=${JSON.stringify(patch)}`];
      await run(['patch', kind, name, ...inNamespace(namespace), ...change], { writes: true });
    },
    token: async (serviceAccount, namespace, audience) =>
      (
        await run(['create', 'token', serviceAccount, ...inNamespace(namespace), `--audience=${audience}`], {
          writes: false,
          confidential: true,
        })
      ).trim(),
  };
}
