import { fileURLToPath } from 'node:url';
import type { Cluster } from '@aws-sdk/client-eks';
import { stringify } from 'yaml';
import { isPrivateFile, readFileIfPresent, writePrivateFile } from './files.ts';

/** The executable of this package; this file and its bundle stand equally deep below the package's root. */
const executable = fileURLToPath(new URL('../bin/lbc-setup.js', import.meta.url));

/** What a kubeconfig is made from. */
export interface KubeconfigInput {
  readonly cluster: Cluster;
  readonly region: string;
  readonly profile?: string;
  /** Goes before the names in it. */
  readonly label?: string;
  /** A token for the Kubernetes API; without one, programs get theirs by running this tool. */
  readonly token?: string;
}

/** A kubeconfig with one cluster, one user and one context (client.config.k8s.io/v1). */
export interface Kubeconfig {
  readonly apiVersion: 'v1';
  readonly kind: 'Config';
  readonly clusters: readonly [{ readonly name: string; readonly cluster: object }];
  readonly users: readonly [{ readonly name: string; readonly user: object }];
  readonly contexts: readonly [{ readonly name: string; readonly context: object }];
  readonly 'current-context': string;
}

/**
 * A kubeconfig whose credentials are the given token, or come from this tool's `token` command, so that neither the AWS
 * CLI nor aws-iam-authenticator is needed (client.authentication.k8s.io/v1 ExecCredential).
 */
export function kubeconfigFor({ cluster, region, profile, label, token }: KubeconfigInput): Kubeconfig {
  const name = label ? `${label}:${cluster.arn}` : (cluster.arn ?? '');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: cluster.endpoint,
          'certificate-authority-data': cluster.certificateAuthority?.data,
        },
      },
    ],
    users: [
      {
        name,
        user: token
          ? { token }
          : {
              exec: {
                apiVersion: 'client.authentication.k8s.io/v1',
                command: process.execPath,
                args: [
                  ...[executable, 'token', '--cluster', cluster.name, '--region', region],
                  ...(profile ? ['--profile', profile] : []),
                ],
                interactiveMode: 'Never',
              },
            },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
}

/** Writes the kubeconfig unless it is there already, readable by its owner only. */
export async function writeKubeconfig(path: string, input: KubeconfigInput): Promise<void> {
  const text = stringify(kubeconfigFor(input));
  const present = await readFileIfPresent(path);
  if (present?.toString('utf8') !== text || !(await isPrivateFile(path))) await writePrivateFile(path, text);
}
