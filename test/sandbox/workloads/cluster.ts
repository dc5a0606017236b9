import { createClock } from '../../../sandbox/clock.ts';
import { createFaultList } from '../../../sandbox/faults.ts';
import type { KubeClient, KubeObject, KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import type { FargateProfile, PodCloud } from '../../../sandbox/kubernetes/controllers/cloud.ts';
import { startWorkloads } from '../../../sandbox/kubernetes/controllers/workloads.ts';
import { createKubernetesHost } from '../../../sandbox/kubernetes/host.ts';
import { createPodNetwork } from '../../../sandbox/kubernetes/network.ts';
import { createRegistries, publicRepositories } from '../../../sandbox/kubernetes/programs/images.ts';
import type { Program } from '../../../sandbox/kubernetes/programs/program.ts';
import { createCertificateAuthority } from '../../../sandbox/pki.ts';
import { createRandom } from '../../../sandbox/random.ts';
import { createRecorder } from '../../../sandbox/record.ts';
import type { World } from '../../../sandbox/world.ts';

/** A cluster with its workloads, on a network of its own instead of AWS. */
export interface TestCluster {
  readonly world: World;
  readonly cluster: KubernetesCluster;
  readonly client: KubeClient;
  /** The ACTIVE Fargate profiles; tests change the list. */
  readonly profiles: FargateProfile[];
  /** Addresses of interfaces that exist. */
  readonly interfaces: Set<string>;
  stop(): Promise<void>;
}

/** Starts one, 2000 times as fast as reality; `programs` are images besides the public ones, as `test/NAME`. */
export async function startTestCluster(
  programs: Readonly<Record<string, Program>> = {},
): Promise<TestCluster> {
  const profiles: FargateProfile[] = [];
  const interfaces = new Set<string>();
  let last = 10;
  const cloud: PodCloud = {
    profiles: () => profiles,
    attach() {
      const address = `192.168.96.${last++}`;
      interfaces.add(address);
      return {
        id: `eni-${last}`,
        address,
        zone: 'ap-northeast-1a',
        release: () => {
          interfaces.delete(address);
        },
      };
    },
  };
  const world = {
    clock: createClock(2000),
    random: createRandom(7),
    record: createRecorder(),
    faults: createFaultList(),
    account: '123456789012',
    partition: 'aws',
    region: 'ap-northeast-1',
    authority: await createCertificateAuthority('rehearsal'),
    network: createPodNetwork(),
  } as unknown as World;
  const images = Object.entries(programs).map(([name, program]) => ({
    name: new RegExp(`^docker\\.io/test/${name}$`),
    tags: /./,
    bytes: 1,
    program,
  }));
  const registries = createRegistries([...publicRepositories, ...images]);
  const host = createKubernetesHost(world, {
    workloads: (cluster, spec) => startWorkloads(world, cluster, spec, { cloud, registries }),
  });
  const cluster = await host.start({
    name: 'demo',
    region: 'ap-northeast-1',
    arn: 'arn:aws:eks:ap-northeast-1:123456789012:cluster/demo',
    version: '1.35',
    issuer: 'https://oidc.eks.ap-northeast-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    vpcId: 'vpc-1',
    servicePrefix: '10.100',
    authorize: () => undefined,
  });
  const client = cluster.client('kubernetes-admin');
  return { world, cluster, client, profiles, interfaces, stop: () => host.stopAll() };
}

/** A profile that takes everything in a namespace. */
export const profileOf = (namespace: string): FargateProfile => ({
  name: `fp-${namespace}`,
  selectors: [{ namespace }],
  subnetIds: ['subnet-a', 'subnet-b'],
});

/** A Deployment of the helloworld sample. */
export const helloworldDeployment = (namespace: string, replicas = 1): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'helloworld', namespace, labels: { app: 'helloworld' } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'helloworld' } },
    template: {
      metadata: { labels: { app: 'helloworld' } },
      spec: {
        containers: [
          {
            name: 'helloworld',
            image: 'registry.istio.io/release/examples-helloworld-v1:1.0',
            ports: [{ containerPort: 5000 }],
          },
        ],
      },
    },
  },
});

/** A namespace object. */
export const namespaceNamed = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
});
