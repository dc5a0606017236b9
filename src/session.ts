import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsCall, createAws } from './aws/clients.ts';
import { describeCluster } from './aws/cluster.ts';
import { preferProfile } from './aws/prefer-profile.ts';
import { configuredRegion, explainNoAnswer } from './aws/region.ts';
import { createClusterAccess } from './cluster-access.ts';
import { completeConfig } from './config/config.ts';
import { loadSettings } from './config/load.ts';
import type { Values } from './config/settings.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors/user-error.ts';
import { firstLine } from './first-line.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { createLock } from './lock/lock.ts';
import { createLockGroups } from './lock/lock-groups.ts';
import type { RunLog } from './log.ts';
import type { Reporter } from './output/reporter.ts';
import { clusterFolder } from './paths.ts';
import { ReadCache } from './read-cache.ts';
import { createEksctl } from './tools/eksctl.ts';
import { createHelm } from './tools/helm.ts';
import { createKubectl } from './tools/kubectl.ts';
import { createToolRunner } from './tools/tool.ts';
import { createToolbox } from './tools/toolbox.ts';
import { extraTrust } from './tools/trust.ts';
import { carryOut, createDryRun } from './writes.ts';

/** What a run is started with. */
export interface SessionOptions {
  /** The subcommand. */
  readonly operation: string;
  readonly flags: Values;
  readonly configFile?: string;
  /** Whether the configuration file may be absent although it was named. */
  readonly createsConfig?: boolean;
  readonly out: Reporter;
  readonly log: RunLog;
  readonly signal: AbortSignal;
  /** Nothing is changed: what would be is told. */
  readonly dryRun: boolean;
}

/** Makes the context of a run: settings, identity, AWS clients and tools. Reads only. */
export async function openSession({
  operation,
  flags,
  configFile,
  out,
  log,
  signal,
  dryRun,
  createsConfig,
}: SessionOptions): Promise<Context> {
  const values = await loadSettings(flags, configFile, createsConfig);
  const profile = values.profile?.value;
  preferProfile(profile);
  const config = completeConfig(values, values.region?.value ?? (await configuredRegion(profile)));
  const reads = new ReadCache();
  const scratch = dryRun ? (log.folder ?? (await mkdtemp(join(tmpdir(), 'lbc-setup-')))) : undefined;
  const shared = {
    region: config.region,
    profile,
    log: (call: AwsCall) => log.add({ type: 'aws', ...call }),
  };
  const lock = createLock({
    ...config,
    operation,
    arn: async () => (await aws.identity()).arn,
    groups: async () => {
      // Letting go of the lock is what an interrupted run does last.
      const uninterrupted = new AbortController().signal;
      const { logs } = createAws({ ...shared, writes: carryOut(), signal: uninterrupted });
      return createLockGroups(logs, { ...config, ...(await aws.identity()) });
    },
    note: (text) => out.note(text),
  });
  const writes = scratch ? createDryRun(scratch) : carryOut(() => lock.hold());
  const aws = createAws({ ...shared, reads, writes, signal });
  const identity = await aws.identity().catch((error: unknown) => {
    throw explainNoAnswer(error, config.region);
  });
  const { account, arn } = identity;
  const first = firstLine(process.env, identity, config.label);
  if (first) out.note(first);
  log.add({ type: 'identity', account, arn, config });
  requireAccount(config.account, account, values.account?.source);
  const folder = clusterFolder(account, config.region, config.cluster);
  const files = scratch ?? folder;
  const kubeconfig = join(files, 'kubeconfig');
  const toolbox = createToolbox({
    mirror: config.mirror,
    signal,
    kubernetesVersion: async () => (await describeCluster(context))?.version ?? config.kubernetesVersion,
  });
  const tools = createToolRunner({
    locate: async (name) => (await toolbox.require(name)).path,
    // Child programs act as the same identity in the same region, whatever their own defaults are.
    env: {
      AWS_REGION: config.region,
      ...(profile && { AWS_PROFILE: profile }),
      ...(await extraTrust()),
    },
    shownEnv: { KUBECONFIG: join(folder, 'kubeconfig') },
    reads,
    writes,
    signal,
    log: ({ stdout, stderr, ...run }) =>
      log.add({
        type: 'tool',
        ...run,
        stdout: log.keep(`${run.argv[0]}.stdout`, stdout),
        stderr: log.keep(`${run.argv[0]}.stderr`, stderr),
      }),
  });
  const clusterAccess = createClusterAccess();
  const access = async (): Promise<string> => {
    const cluster = await describeCluster(context);
    if (!cluster) return kubeconfig;
    await writeKubeconfig(kubeconfig, { ...config, cluster });
    return clusterAccess({ ...config, cluster });
  };
  const context: Context = {
    config,
    aws,
    toolbox,
    tools,
    kubectl: createKubectl(tools, access),
    helm: createHelm(tools, access),
    eksctl: createEksctl(tools, config.region, async () => kubeconfig),
    out,
    log,
    reads,
    signal,
    writes,
    lock,
    folder,
    files,
  };
  return context;
}

/**
 * Refuses credentials of another account than the one that was settled on, before anything is done with them.
 *
 * @throws UsageError that names both
 */
function requireAccount(wanted: string | undefined, actual: string, source = ''): void {
  if (wanted === undefined || wanted === actual) return;
  throw new UsageError({
    what: `the credentials belong to account ${actual}, but ${wanted} is meant`,
    why: `it stands in ${source}`,
    fix: `use credentials of ${wanted} (AWS_PROFILE or --profile); if ${actual} is meant: lbc-setup init --account ${actual} --force`,
  });
}
