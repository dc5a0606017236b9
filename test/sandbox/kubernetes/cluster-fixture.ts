import type { Principal } from '../../../sandbox/aws/service.ts';
import { createClock } from '../../../sandbox/clock.ts';
import { createFaultList } from '../../../sandbox/faults.ts';
import type { KubernetesCluster, KubernetesHostOptions } from '../../../sandbox/kubernetes/api.ts';
import { createKubernetesHost } from '../../../sandbox/kubernetes/host.ts';
import { createPodNetwork } from '../../../sandbox/kubernetes/network.ts';
import { createCertificateAuthority } from '../../../sandbox/pki.ts';
import { createRandom } from '../../../sandbox/random.ts';
import { createRecorder } from '../../../sandbox/record.ts';
import type { World } from '../../../sandbox/world.ts';

const admin: Principal = { kind: 'user', arn: 'arn:aws:iam::123456789012:user/admin', userId: 'AIDAADMIN' };

/** The URL whose token the fixture's AWS takes for the administrator's. */
const adminUrl = 'https://sts.example/admin';

/** The administrator's token. */
export const adminToken = `k8s-aws-v1.${Buffer.from(adminUrl).toString('base64url')}`;

/** A world whose AWS knows nothing but who the administrator is. */
async function createTestWorld(speed: number): Promise<World> {
  return {
    clock: createClock(speed),
    random: createRandom(1),
    record: createRecorder(),
    faults: createFaultList(),
    account: '123456789012',
    partition: 'aws',
    region: 'ap-northeast-1',
    authority: await createCertificateAuthority('test authority'),
    network: createPodNetwork(),
    aws: {
      endpoint: 'http://127.0.0.1:0',
      invoke: () => Promise.reject(new Error('this world has no AWS')),
      authenticatePresigned: (url) => (url === adminUrl ? admin : undefined),
    },
    get kubernetes(): never {
      throw new Error('this world has no other clusters');
    },
  };
}

/** A running cluster `lab` in a test world, whose time is `speed` times as fast as reality. */
export async function startTestCluster(
  options: KubernetesHostOptions = {},
  speed = 1000,
): Promise<{ world: World; cluster: KubernetesCluster }> {
  const world = await createTestWorld(speed);
  const cluster = await createKubernetesHost(world, options).start({
    name: 'lab',
    region: world.region,
    arn: `arn:aws:eks:${world.region}:${world.account}:cluster/lab`,
    version: '1.35',
    issuer: `https://oidc.eks.${world.region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
    vpcId: 'vpc-1',
    servicePrefix: '10.100',
    authorize: (principal) =>
      principal === admin ? { username: principal.arn, groups: ['system:masters'] } : undefined,
  });
  return { world, cluster };
}
