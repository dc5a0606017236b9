import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { expect, vi } from 'vitest';
import { stringify } from 'yaml';
import { kubeconfigFor } from '../../src/kubeconfig.ts';
import type { KubeObject } from '../../src/tools/kubectl.ts';
import { clientsOf } from './foreign-world.ts';
import type { Rehearsal, Run } from './rehearsal.ts';

/** The namespace of the controller. */
export const system = ['--namespace', 'kube-system'];

/** What a person with access to the cluster does in it, past the tool under test. */
export interface Hands {
  /** Runs kubectl, which must succeed. */
  kubectl(...args: string[]): Promise<string>;
  get(...args: string[]): Promise<KubeObject>;
  apply(...objects: object[]): Promise<void>;
}

/** Hands for a cluster that the tool made. */
export async function handsFor(rehearsal: Rehearsal, name = 'lbc-setup'): Promise<Hands> {
  const region = rehearsal.env.AWS_REGION ?? '';
  const { cluster } = await clientsOf(rehearsal).eks.send(new DescribeClusterCommand({ name }));
  const { stdout } = await rehearsal.run(['token', '--cluster', name, '--region', region]);
  const { token } = JSON.parse(stdout).status;
  const path = join(rehearsal.directory, `kubeconfig-${name}`);
  await writeFile(path, stringify(kubeconfigFor({ cluster: cluster ?? {}, region, token })));
  let files = 0;
  const kubectl = async (...args: string[]): Promise<string> => {
    const run = await rehearsal.tool('kubectl', args, { KUBECONFIG: path });
    if (run.exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${run.stdout}${run.stderr}`);
    return run.stdout;
  };
  return {
    kubectl,
    get: async (...args) => JSON.parse(await kubectl('get', ...args, '--output=json')),
    async apply(...objects) {
      const file = join(rehearsal.directory, `hand-made-${files++}.yaml`);
      await writeFile(file, objects.map((object) => stringify(object)).join('---\n'));
      await kubectl('apply', '--filename', file);
    },
  };
}

/** CloudFormation as the user of the rehearsal. */
export const stacksOf = ({ env }: Rehearsal): CloudFormationClient =>
  new CloudFormationClient({
    region: env.AWS_REGION,
    endpoint: env.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });

const roleStack = 'eksctl-lbc-setup-addon-iamserviceaccount-kube-system-aws-load-balancer-controller';

/** Deletes the stack of the controller's role, as somebody who tidies up does. */
export async function deleteRoleStack(rehearsal: Rehearsal): Promise<void> {
  const client = stacksOf(rehearsal);
  const StackName = roleStack;
  await client.send(
    new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
  );
  await client.send(new DeleteStackCommand({ StackName }));
  await vi.waitFor(() => expect(client.send(new DescribeStacksCommand({ StackName }))).rejects.toThrow(), {
    timeout: 30_000,
    interval: 50,
  });
}

/** Has the stack of the controller's role roll back: the account has no role left. Returns how `iam` ended. */
export async function rollBackRoleStack(rehearsal: Rehearsal): Promise<Run> {
  await deleteRoleStack(rehearsal);
  const effect = {
    kind: 'error',
    code: 'LimitExceeded',
    message: 'Cannot exceed quota for RolesPerAccount: 1000',
    status: 409,
  } as const;
  await rehearsal.fail({ plane: 'aws', call: '^iam:CreateRole$', times: 1, effect });
  return rehearsal.run(['iam']);
}

/** A release as helm keeps it: JSON, gzip, base64, in a Secret. */
interface StoredRelease {
  version: number;
  info: { status: string };
  chart: { metadata: { version: string } };
}

/**
 * Writes the newest revision of the controller's release anew, as an interrupted or another helm leaves it.
 *
 * @param next whether as a revision of its own
 */
export async function rewriteRelease(
  { get, apply }: Hands,
  change: (release: StoredRelease) => void,
  next = false,
): Promise<void> {
  const { items } = await get('secret', ...system, '--selector=owner=helm,name=aws-load-balancer-controller');
  const newest: KubeObject = items
    .sort((one: KubeObject, other: KubeObject) => revision(one) - revision(other))
    .at(-1);
  const packed = Buffer.from(newest.data.release, 'base64').toString();
  const release = JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()) as StoredRelease;
  if (next) release.version = revision(newest) + 1;
  change(release);
  const repacked = gzipSync(JSON.stringify(release)).toString('base64');
  const name = `sh.helm.release.v1.aws-load-balancer-controller.v${release.version}`;
  const { labels } = newest.metadata;
  await apply({
    apiVersion: 'v1',
    kind: 'Secret',
    type: newest.type,
    metadata: {
      name,
      namespace: 'kube-system',
      labels: { ...labels, status: release.info.status, version: String(release.version) },
    },
    data: { release: Buffer.from(repacked).toString('base64') },
  });
}

const revision = ({ metadata }: KubeObject): number => Number(metadata.labels?.version);
