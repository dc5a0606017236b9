import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from '@aws-sdk/client-eks';
import { parse, stringify } from 'yaml';
import { Failure, messageOf, wrap } from '../failure.ts';
import type { Session } from '../session.ts';

interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}

interface Kubeconfig {
  readonly apiVersion: 'v1';
  readonly kind: 'Config';
  readonly preferences?: object;
  readonly clusters: readonly Named[];
  readonly contexts: readonly (Named & {
    readonly context: { readonly cluster?: string; readonly user?: string };
  })[];
  readonly users: readonly Named[];
  readonly 'current-context': string;
}

/** The commands that can make tokens for kubectl, in order of preference. */
const authenticators = ['aws-iam-authenticator', 'aws'] as const;

/** Looks a program up on PATH. */
async function onPath(program: string, path: string): Promise<boolean> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    try {
      await access(join(folder, program), constants.X_OK);
      return true;
    } catch {}
  }
  return false;
}

/** The first authenticator command on PATH, or undefined. */
async function findAuthenticator(path: string): Promise<(typeof authenticators)[number] | undefined> {
  for (const program of authenticators) if (await onPath(program, path)) return program;
  return undefined;
}

const clusterEntry = (name: string, region: string): string => `${name}.${region}.eksctl.io`;

/** `user@cluster.region.eksctl.io`; the user is the last part of the caller's ARN (facts/eksctl.md §4). */
const contextEntry = (callerArn: string, name: string, region: string): string =>
  `${callerArn.includes('/') ? callerArn.split('/').at(-1) : 'iam-root-account'}@${clusterEntry(name, region)}`;

async function execEntry(session: Session, name: string, region: string): Promise<object> {
  const { path } = session.environment;
  const authenticator = await findAuthenticator(path);
  if (authenticator === 'aws')
    return {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      args: ['eks', 'get-token', '--output', 'json', '--cluster-name', name, '--region', region],
      command: 'aws',
      env: [{ name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' }],
      provideClusterInfo: false,
    };
  // transcripts/eksctl/b6-create-no-kubectl-no-aws.txt
  if (authenticator === undefined)
    session.log.warning(
      'failed to determine authenticator version, leaving API version as default v1alpha1: failed to retrieve authenticator version: failed to run aws-iam-authenticator version command: exec: "aws-iam-authenticator": executable file not found in $PATH',
    );
  // kubectl 1.24 took v1alpha1 away.
  const beta = authenticator !== undefined || (await onPath('kubectl', path));
  return {
    apiVersion: `client.authentication.k8s.io/${beta ? 'v1beta1' : 'v1alpha1'}`,
    args: ['token', '-i', name],
    command: 'aws-iam-authenticator',
    env: [
      { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
      { name: 'AWS_DEFAULT_REGION', value: region },
    ],
    provideClusterInfo: false,
  };
}

async function read(file: string): Promise<Kubeconfig> {
  const empty: Kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [],
    contexts: [],
    users: [],
    'current-context': '',
  };
  try {
    return { ...empty, ...(parse(await readFile(file, 'utf8')) as Partial<Kubeconfig> | null) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return empty;
    throw wrap(`unable to read existing kubeconfig file "${file}"`, error);
  }
}

async function write(file: string, config: Kubeconfig): Promise<void> {
  const byName = <T extends Named>(entries: readonly T[]): T[] =>
    [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  await mkdir(dirname(file), { recursive: true });
  const sorted = {
    ...config,
    clusters: byName(config.clusters),
    contexts: byName(config.contexts),
    users: byName(config.users),
  };
  await writeFile(file, stringify(sorted, { sortMapEntries: true, indentSeq: false, lineWidth: 0 }), {
    mode: 0o600,
  });
}

const merge = <T extends Named>(entries: readonly T[], entry: T): T[] => [
  ...entries.filter(({ name }) => name !== entry.name),
  entry,
];

/** Adds the cluster to a kubeconfig file and switches the current context to it. Throws Failure. */
export async function writeKubeconfig(
  session: Session,
  file: string,
  target: { readonly cluster: Cluster; readonly region: string; readonly callerArn: string },
): Promise<void> {
  const { cluster, region, callerArn } = target;
  const name = cluster.name ?? '';
  const clusterName = clusterEntry(name, region);
  const contextName = contextEntry(callerArn, name, region);
  const exec = await execEntry(session, name, region);
  const existing = await read(file);
  await write(file, {
    ...existing,
    clusters: merge(existing.clusters, {
      name: clusterName,
      cluster: {
        'certificate-authority-data': cluster.certificateAuthority?.data,
        server: cluster.endpoint,
      },
    }),
    contexts: merge(existing.contexts, {
      name: contextName,
      context: { cluster: clusterName, user: contextName },
    }),
    users: merge(existing.users, { name: contextName, user: { exec } }),
    'current-context': session.args.bool('set-kubeconfig-context')
      ? contextName
      : existing['current-context'],
  });
}

/** Takes the cluster out of the user's kubeconfig, and a current context that has gone stale with it. */
export async function removeFromKubeconfig(
  { environment, log }: Session,
  name: string,
  region: string,
): Promise<void> {
  const existing = await read(environment.kubeconfig);
  const clusterName = clusterEntry(name, region);
  const context = existing.contexts.find((entry) => entry.context.cluster === clusterName)?.name ?? '';
  const current = existing['current-context'];
  const contexts = existing.contexts.filter((entry) => entry.name !== context);
  // An empty current context counts as removed when there was none to remove (transcripts/eksctl/h9-delete-kube-down.txt).
  const stale = current.endsWith('eksctl.io') && !contexts.some((entry) => entry.name === current);
  const reset = current === context || stale;
  const known = existing.clusters.some((entry) => entry.name === clusterName);
  if (!known && context === '' && !reset) return;
  if (known || context !== '' || current !== '')
    await write(environment.kubeconfig, {
      ...existing,
      clusters: existing.clusters.filter((entry) => entry.name !== clusterName),
      contexts,
      users: existing.users.filter((entry) => entry.name !== context),
      'current-context': reset ? '' : current,
    });
  log.success('kubeconfig has been updated');
}

/** Tries the kubeconfig with kubectl, as `create cluster` does at its end. Throws Failure (facts/eksctl.md §4). */
export async function checkClients(
  { environment, host, log }: Session,
  file: string | undefined,
): Promise<void> {
  if ((await findAuthenticator(environment.path)) === undefined)
    throw wrap('could not find any of the authenticator commands', authenticators.join(', '));
  if (!(await onPath('kubectl', environment.path)))
    throw new Failure('kubectl not found, v1.10.0 or newer is required');
  if (file === undefined) return;
  try {
    await promisify(execFile)('kubectl', [`--kubeconfig=${file}`, 'version', '-o', 'json'], {
      env: { ...host.env },
    });
  } catch (error) {
    throw wrap(
      'getting Kubernetes version on EKS cluster',
      `${messageOf(error)} (check 'kubectl --kubeconfig=${file} version')`,
    );
  }
  log.info(`kubectl command should work with "${file}", try 'kubectl --kubeconfig=${file} get nodes'`);
}
