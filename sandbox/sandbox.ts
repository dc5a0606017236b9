import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createCloudFormation } from './aws/cloudformation/cloudformation.ts';
import { createEc2 } from './aws/ec2/ec2.ts';
import { createEks } from './aws/eks/eks.ts';
import { createElbv2 } from './aws/elbv2/elbv2.ts';
import { type Administrator, createIam } from './aws/iam/iam.ts';
import { createLogs } from './aws/logs.ts';
import { createClassicLoadBalancing, createShield } from './aws/other-services.ts';
import { createQuotas } from './aws/quotas.ts';
import { createAwsCloud } from './aws/server.ts';
import type { AwsCloud, ServiceName } from './aws/service.ts';
import { createSts } from './aws/sts.ts';
import { createTagging } from './aws/tagging.ts';
import { createClock } from './clock.ts';
import { startControl } from './control.ts';
import { createChartRepository } from './controller/chart-repository.ts';
import { createDownloads, downloadSites } from './downloads.ts';
import { leadingElsewhere, prepareEnvironment, profile } from './environment.ts';
import { createFaultList } from './faults.ts';
import { watchIdle } from './idle.ts';
import { type InventoryItem, takeInventory } from './inventory.ts';
import type { KubernetesHost } from './kubernetes/api.ts';
import { startWorkloads } from './kubernetes/controllers/workloads.ts';
import { createKubernetesHost } from './kubernetes/host.ts';
import { createPodNetwork } from './kubernetes/network.ts';
import { createRegistries, publicRepositories } from './kubernetes/programs/images.ts';
import { createCertificateAuthority } from './pki.ts';
import { createPodCloud } from './pod-cloud.ts';
import { startProxy } from './proxy.ts';
import { createRandom, type Random } from './random.ts';
import { createRecorder } from './record.ts';
import { chartSite, issuerSite, loadBalancerSite } from './sites.ts';
import { provideTools } from './tools.ts';
import type { World } from './world.ts';

/** What a rehearsal is started with. */
export interface SandboxOptions {
  /** An empty folder for everything that it and the programs in it write. */
  readonly directory: string;
  /** Simulated seconds per second; default 300. */
  readonly speed?: number;
  /** What every draw replays from; default: drawn. */
  readonly seed?: number;
  /** Default `ap-northeast-1`. */
  readonly region?: string;
  /** Default `123456789012`. */
  readonly account?: string;
  /** Default `aws`. */
  readonly partition?: string;
  /** Which major version of helm is on PATH; default 4. */
  readonly helm?: '3' | '4';
  /** The path of a real eksctl to use in place of the stand-in. */
  readonly eksctl?: string;
  /** The largest page of AWS's lists; default: what AWS returns. */
  readonly pageSize?: number;
  /** Simulated seconds for which IAM does not show what was just created; default none. */
  readonly iamLag?: number;
  /** Seconds after which it is finished when nobody outside asked anything; default: never. */
  readonly idleTimeout?: number;
}

/** What a rehearsal tells about itself. */
export interface SandboxStatus {
  readonly pid: number;
  readonly account: string;
  readonly region: string;
  readonly speed: number;
  readonly seed: number;
  /** When it was started, in ISO 8601. */
  readonly since: string;
  /** Seconds that it stays without being asked anything; null: for ever. */
  readonly idleLeft: number | null;
  /** What a child of whoever started it needs in its environment, on top of what it has. */
  readonly env: Readonly<Record<string, string>>;
  /** Elsewhere: the folder to put first on PATH … */
  readonly tools: string;
  /** … and a regular expression: the names of variables to take out before `env` is put in. */
  readonly unset: string;
  /** A profile of the AWS configuration there that has the same keys as `env`. */
  readonly profile: string;
}

/** A running rehearsal. */
export interface Sandbox {
  /** What a child needs in its environment to meet the rehearsal, on top of what it has. */
  readonly env: Readonly<Record<string, string>>;
  /** The control API (`startControl`). */
  readonly control: string;
  readonly world: World;
  /** The names of the AWS operations that are emulated, by service. */
  readonly operations: ReadonlyMap<ServiceName, readonly string[]>;
  /** Everything that exists and that a fresh rehearsal does not have. */
  inventory(): Promise<InventoryItem[]>;
  status(): SandboxStatus;
  /** Aborted when it was told to end, or was idle for too long; it is then to be stopped. */
  readonly finished: AbortSignal;
  stop(): Promise<void>;
}

// IAM is global; its resources are listed under this region.
const globalRegion = 'us-east-1';
const largestSeed = 2 ** 32 - 1;

/** Starts a rehearsal: the emulated AWS, its clusters, the guard proxy, the control API and the tools. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { directory, region = 'ap-northeast-1', speed = 300 } = options;
  const random = createRandom(options.seed ?? Math.floor(Math.random() * largestSeed));
  const late: { aws?: AwsCloud; kubernetes?: KubernetesHost } = {};
  const world: World = {
    clock: createClock(speed),
    random,
    record: createRecorder(),
    faults: createFaultList(),
    account: options.account ?? '123456789012',
    partition: options.partition ?? 'aws',
    region,
    pageSize: options.pageSize,
    iamLag: options.iamLag,
    authority: await createCertificateAuthority('lbc-setup rehearsal'),
    network: createPodNetwork(),
    get aws() {
      return made(late.aws);
    },
    get kubernetes() {
      return made(late.kubernetes);
    },
  };
  const administrator = drawAdministrator(random);
  const iam = createIam(world, administrator);
  const ec2 = createEc2(world);
  const eks = createEks(world, { ec2, iam });
  const elb = createElbv2(world, ec2, iam.findCertificate);
  const services = [
    createSts(world, iam),
    iam,
    ec2,
    eks,
    elb,
    createCloudFormation(world),
    createLogs(world),
    createQuotas(world),
    createShield(),
    createClassicLoadBalancing(),
  ];
  const all = [...services, createTagging(world, services)];
  const aws = await createAwsCloud(world, all);
  late.aws = aws;
  const shared = {
    cloud: createPodCloud(eks, ec2),
    registries: createRegistries(publicRepositories),
  };
  const kubernetes = createKubernetesHost(world, {
    workloads: (cluster, spec) => startWorkloads(world, cluster, spec, shared),
  });
  late.kubernetes = kubernetes;
  const proxy = await startProxy(world, [
    chartSite(await createChartRepository()),
    issuerSite(world),
    loadBalancerSite(elb),
    ...downloadSites(createDownloads(join(directory, 'downloads'), options.eksctl)),
  ]);

  const take = () =>
    takeInventory({
      services,
      iam: iam.state,
      regions: [...new Set([region, globalRegion])],
      clusters: () => eks.clusters(region).flatMap(({ name }) => kubernetes.find(name, region) ?? []),
    });
  const fresh = new Set((await take()).map(({ id }) => id));
  const inventory = async () => (await take()).filter(({ id }) => !fresh.has(id));
  const since = new Date().toISOString();
  const finished = new AbortController();
  const idle = watchIdle(world.record, options.idleTimeout, () => finished.abort());
  const control = await startControl(world, {
    inventory,
    status: () => status(),
    end: () => finished.abort(),
  });

  await mkdir(directory, { recursive: true });
  const tools = join(directory, 'bin');
  await provideTools({ directory: tools, helm: options.helm ?? '4', eksctl: options.eksctl });
  const env = await prepareEnvironment({
    directory,
    tools,
    endpoint: aws.endpoint,
    proxy: proxy.url,
    control: control.url,
    region,
    speed,
    accessKeyId: administrator.accessKeyId,
    secretAccessKey: administrator.secretAccessKey,
    authority: world.authority.certificate,
  });

  const status = (): SandboxStatus => ({
    pid: process.pid,
    account: world.account,
    region,
    speed,
    seed: random.seed,
    since,
    idleLeft: idle.left(),
    env,
    tools,
    unset: leadingElsewhere.source,
    profile,
  });
  return {
    env,
    control: control.url,
    world,
    operations: new Map(all.map(({ name, handlers }) => [name, Object.keys(handlers)])),
    inventory,
    status,
    finished: finished.signal,
    async stop() {
      idle.stop();
      await kubernetes.stopAll();
      await Promise.all([proxy.close(), control.close(), aws.close()]);
    },
  };
}

function made<T>(part: T | undefined): T {
  if (!part) throw new Error('a part of the rehearsal was used before it was made');
  return part;
}

const drawAdministrator = (random: Random): Administrator => ({
  userName: 'admin',
  accessKeyId: `AKIA${random.hex(16).toUpperCase()}`,
  secretAccessKey: random.hex(40),
});
