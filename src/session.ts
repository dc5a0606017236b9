import { join } from 'node:path';
import { createAws } from './aws/clients.ts';
import { describeCluster } from './aws/cluster.ts';
import { configuredRegion } from './aws/region.ts';
import { completeConfig } from './config/config.ts';
import { loadSettings } from './config/load.ts';
import type { Values } from './config/settings.ts';
import type { Context } from './context.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { RunLog } from './log.ts';
import type { Reporter } from './output/reporter.ts';
import { clusterFolder } from './paths.ts';
import { ReadCache } from './read-cache.ts';
import { createEksctl } from './tools/eksctl.ts';
import { createHelm } from './tools/helm.ts';
import { createKubectl } from './tools/kubectl.ts';
import { createToolRunner } from './tools/tool.ts';

/** What a run is started with. */
export interface SessionOptions {
  readonly flags: Values;
  readonly configFile?: string;
  readonly out: Reporter;
  readonly log: RunLog;
  readonly signal: AbortSignal;
}

/** Makes the context of a run: settings, identity, AWS clients and tools. Reads only. */
export async function openSession({ flags, configFile, out, log, signal }: SessionOptions): Promise<Context> {
  const values = await loadSettings(flags, configFile);
  const profile = values.profile?.value;
  const config = completeConfig(values, values.region?.value ?? (await configuredRegion(profile)));
  const reads = new ReadCache();
  const aws = createAws({ region: config.region, profile, reads, signal });
  const { account, arn } = await aws.identity();
  log.add({ type: 'identity', account, arn, config });
  const folder = clusterFolder(account, config.region, config.cluster);
  const kubeconfig = join(folder, 'kubeconfig');
  const tools = createToolRunner({
    // Child programs act as the same identity in the same region, whatever their own defaults are.
    env: { AWS_REGION: config.region, ...(profile && { AWS_PROFILE: profile }) },
    reads,
    signal,
    log: (entry) => log.add({ type: 'tool', ...entry }),
  });
  const writtenKubeconfig = async (): Promise<string> => {
    const cluster = await describeCluster(context);
    if (cluster) await writeKubeconfig(kubeconfig, { cluster, region: config.region, profile });
    return kubeconfig;
  };
  const context: Context = {
    config,
    aws,
    tools,
    kubectl: createKubectl(tools, writtenKubeconfig),
    helm: createHelm(tools, writtenKubeconfig),
    eksctl: createEksctl(tools, config.region, async () => kubeconfig),
    out,
    reads,
    signal,
    folder,
  };
  return context;
}
