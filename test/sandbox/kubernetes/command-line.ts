import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import { provideTools } from '../../../sandbox/tools.ts';
import { adminToken } from './cluster-fixture.ts';

/** What a command printed and how it ended. */
interface Outcome {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Real kubectl and helm, pointed at one cluster as its administrator. */
export interface CommandLine {
  kubectl(...args: string[]): Promise<Outcome>;
  /** kubectl with a manifest on its standard input. */
  kubectlWith(manifest: object | readonly object[], ...args: string[]): Promise<Outcome>;
  helm(...args: string[]): Promise<Outcome>;
  dispose(): Promise<void>;
}

/** Sets up the tools in a folder of their own. */
export async function createCommandLine(
  cluster: KubernetesCluster,
  helm: '3' | '4' = '4',
): Promise<CommandLine> {
  const directory = await mkdtemp(join(tmpdir(), 'kubernetes-test-'));
  await provideTools({ directory: join(directory, 'bin'), helm });
  const kubeconfig = join(directory, 'config');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(cluster)));
  const env = { KUBECONFIG: kubeconfig, HOME: directory, PATH: process.env.PATH ?? '' };
  const run = async (tool: string, args: readonly string[], input = ''): Promise<Outcome> => {
    const options = { env, extendEnv: false, reject: false, input, timeout: 30_000 } as const;
    const { exitCode, stdout, stderr } = await execa(join(directory, 'bin', tool), args, options);
    return { code: exitCode, stdout, stderr };
  };
  return {
    kubectl: (...args) => run('kubectl', args),
    kubectlWith(manifest, ...args) {
      const items = Array.isArray(manifest) ? manifest : [manifest];
      return run('kubectl', args, items.map((item) => JSON.stringify(item)).join('\n---\n'));
    },
    helm: (...args) => run('helm', args),
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const kubeconfigOf = (cluster: KubernetesCluster) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    {
      name: 'lab',
      cluster: {
        server: cluster.endpoint,
        'certificate-authority-data': base64(cluster.certificateAuthority),
      },
    },
  ],
  users: [{ name: 'admin', user: { token: adminToken } }],
  contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'admin' } }],
  'current-context': 'lab',
});
