import { createAwsCloud } from '../../../sandbox/aws/server.ts';
import type { Service } from '../../../sandbox/aws/service.ts';
import { createClock } from '../../../sandbox/clock.ts';
import { createFaultList } from '../../../sandbox/faults.ts';
import type { KubernetesCluster, KubernetesHost } from '../../../sandbox/kubernetes/api.ts';
import { createPodNetwork } from '../../../sandbox/kubernetes/network.ts';
import type { CertificateAuthority } from '../../../sandbox/pki.ts';
import { createRandom } from '../../../sandbox/random.ts';
import { createRecorder } from '../../../sandbox/record.ts';
import type { World } from '../../../sandbox/world.ts';

export const administratorKeys = { accessKeyId: 'AKIAREHEARSAL0000001', secretAccessKey: 'not-a-secret' };
export const account = '123456789012';

const noAuthority: CertificateAuthority = {
  certificate: '',
  issue: () => Promise.reject(new Error('no certificates in these tests')),
};

/** A world with the AWS part only; `clusters` are found by their issuer. */
export async function startAws(
  make: (world: World) => readonly Service[],
  options: { pageSize?: number; speed?: number; clusters?: readonly Partial<KubernetesCluster>[] } = {},
) {
  const kubernetes: KubernetesHost = {
    start: () => Promise.reject(new Error('no clusters in these tests')),
    find: () => undefined,
    byIssuer: (issuer) =>
      options.clusters?.find((cluster) => cluster.issuer === issuer) as KubernetesCluster | undefined,
    stopAll: () => Promise.resolve(),
  };
  const world = {
    clock: createClock(options.speed ?? 5000),
    random: createRandom(7),
    record: createRecorder(),
    faults: createFaultList(),
    account,
    partition: 'aws',
    region: 'us-east-1',
    pageSize: options.pageSize,
    authority: noAuthority,
    network: createPodNetwork(),
    kubernetes,
  } as { -readonly [K in keyof World]: World[K] };
  const cloud = await createAwsCloud(world, make(world));
  world.aws = cloud;
  const config = {
    endpoint: cloud.endpoint,
    region: 'eu-west-1',
    credentials: administratorKeys,
    maxAttempts: 1,
  };
  return { world: world as World, cloud, config };
}

/** A service that issues the administrator's keys and nothing else. */
export const keysOnly: Service = {
  name: 'iam',
  handlers: {},
  credential: (accessKeyId) =>
    accessKeyId === administratorKeys.accessKeyId
      ? {
          ...administratorKeys,
          principal: {
            kind: 'user',
            arn: `arn:aws:iam::${account}:user/administrator`,
            userId: 'AIDAREHEARSAL0000001',
          },
        }
      : undefined,
};
