import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeClient, KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import type { World } from '../../../sandbox/world.ts';
import { startTestCluster } from './cluster-fixture.ts';
import { type CommandLine, createCommandLine } from './command-line.ts';
import { deployment, service, serviceAccount } from './manifests.ts';

let world: World;
let cluster: KubernetesCluster;
let client: KubeClient;
let cli: CommandLine;

beforeAll(async () => {
  ({ world, cluster } = await startTestCluster({
    pageSize: 2,
    workloads: () => ({ logs: () => ['first', 'second'], admitPod: async (pod) => pod, stop() {} }),
  }));
  client = cluster.client('system:kube-controller-manager');
  await client.create('serviceaccounts', serviceAccount('default'));
  cli = await createCommandLine(cluster);
});
afterAll(async () => {
  await cli.dispose();
  await cluster.stop();
});

const writesSince = (position: number) => world.record.calls(position).filter((call) => call.write);

describe('kubectl', () => {
  test('creates namespaces and ServiceAccounts, which it sends as protobuf', async () => {
    expect((await cli.kubectl('create', 'namespace', 'pb')).stdout).toBe('namespace/pb created');
    expect((await cli.kubectl('create', 'serviceaccount', 'robot', '-n', 'pb')).code).toBe(0);
    expect((await client.get('namespaces', 'pb'))?.metadata.labels).toEqual({
      'kubernetes.io/metadata.name': 'pb',
    });
    const { stdout } = await cli.kubectl('get', 'serviceaccounts', '-n', 'pb');
    expect(stdout).toMatch(/^NAME +AGE\nrobot +\d+s$/);
  });

  test('applies the same manifest twice and writes only once', async () => {
    const manifests = [deployment('twice'), service('twice')];
    expect((await cli.kubectlWith(manifests, 'apply', '-f', '-')).stdout).toMatch(/created\n.*created/);
    const before = await client.get('deployments.apps', 'twice', 'default');
    const again = await cli.kubectlWith(manifests, 'apply', '-f', '-');
    expect(again.stdout).toBe('deployment.apps/twice unchanged\nservice/twice unchanged');
    expect(await client.get('deployments.apps', 'twice', 'default')).toEqual(before);
  });

  test('shows a difference without writing anything', async () => {
    await client.create('deployments.apps', deployment('differs'));
    const position = world.record.position();
    const { code, stdout } = await cli.kubectlWith(deployment('differs', { replicas: 5 }), 'diff', '-f', '-');
    expect(code).toBe(1);
    expect(stdout).toMatch(/-\s+replicas: 2\n\+\s+replicas: 5/);
    expect(writesSince(position)).toEqual([]);
  });

  test('takes a manifest over from client-side to server-side apply', async () => {
    await cli.kubectlWith(deployment('migrates'), 'apply', '-f', '-');
    const applied = await cli.kubectlWith(deployment('migrates'), 'apply', '--server-side', '-f', '-');
    expect(applied.stdout).toBe('deployment.apps/migrates serverside-applied');
    const { metadata } = (await client.get('deployments.apps', 'migrates', 'default')) ?? { metadata: {} };
    const managers = (metadata as { managedFields?: { manager: string; operation: string }[] }).managedFields;
    expect(managers).toContainEqual(expect.objectContaining({ manager: 'kubectl', operation: 'Apply' }));
  });

  test('is told whose field it would change by a server-side apply, and can force it', async () => {
    await cli.kubectlWith(deployment('contested'), 'apply', '--server-side', '-f', '-');
    await cli.kubectl('scale', 'deployment/contested', '--replicas', '4');
    const refused = await cli.kubectlWith(deployment('contested'), 'apply', '--server-side', '-f', '-');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    const force = ['apply', '--server-side', '--force-conflicts', '-f', '-'];
    expect((await cli.kubectlWith(deployment('contested'), ...force)).code).toBe(0);
    expect((await client.get('deployments.apps', 'contested', 'default'))?.spec).toMatchObject({
      replicas: 2,
    });
  });

  test('takes away by server-side apply what the manifest no longer has', async () => {
    const withLabels = (labels: object) => ({ ...service('shrinks'), metadata: { name: 'shrinks', labels } });
    await cli.kubectlWith(withLabels({ a: '1', b: '2' }), 'apply', '--server-side', '-f', '-');
    await cli.kubectlWith(withLabels({ a: '1' }), 'apply', '--server-side', '-f', '-');
    expect((await client.get('services', 'shrinks', 'default'))?.metadata.labels).toEqual({ a: '1' });
  });

  test('merges containers by name in a strategic patch', async () => {
    await client.create('deployments.apps', deployment('patched'));
    const containers = [{ name: 'web', env: [{ name: 'B', value: '2' }] }];
    const patch = JSON.stringify({ spec: { template: { spec: { containers } } } });
    await cli.kubectl('patch', 'deployment', 'patched', '-p', patch);
    const { stdout } = await cli.kubectl(
      ...['get', 'deployment', 'patched', '-o', 'jsonpath={.spec.template.spec.containers[*].env[*].name}'],
    );
    expect(stdout).toBe('A B');
  });

  test('waits for conditions, rollouts and deletions by watching', async () => {
    await client.create('deployments.apps', deployment('awaited'));
    const waiting = cli.kubectl('wait', 'deployment/awaited', '--for=condition=Available', '--timeout=20s');
    const rollout = cli.kubectl('rollout', 'status', 'deployment/awaited', '--timeout=20s');
    await makeAvailable('awaited');
    expect((await waiting).stdout).toBe('deployment.apps/awaited condition met');
    expect((await rollout).stdout).toContain('deployment "awaited" successfully rolled out');
    const finalizers = ['example.com/hold'];
    await client.patch('deployments.apps', 'awaited', 'default', { metadata: { finalizers } });
    const deleting = cli.kubectl('delete', 'deployment', 'awaited', '--timeout=20s');
    await expect
      .poll(() => client.get('deployments.apps', 'awaited', 'default'))
      .toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
    await client.patch('deployments.apps', 'awaited', 'default', { metadata: { finalizers: null } });
    expect(await deleting).toMatchObject({ code: 0 });
  });

  test('prints the columns that a real server gives a Service with a load balancer', async () => {
    await client.create('services', service('balanced', { type: 'LoadBalancer' }));
    await client.patch(
      'services',
      'balanced',
      'default',
      { status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } },
      { subresource: 'status' },
    );
    const { stdout } = await cli.kubectl('get', 'service', 'balanced');
    expect(stdout).toMatch(
      /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nbalanced +LoadBalancer +10\.100\.\d+\.\d+ +lb\.example +80:3\d{4}\/TCP +\d+s$/,
    );
  });

  test('reads a list to its end, however small the pages', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await client.create('secrets', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: 'pb' },
      });
    const { stdout } = await cli.kubectl('get', 'secrets', '-n', 'pb', '-o', 'name');
    expect(stdout.split('\n')).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `secret/${name}`));
    const chosen = ['get', 'secrets', '-n', 'pb', '--field-selector', 'metadata.name!=a', '-o', 'name'];
    expect((await cli.kubectl(...chosen)).stdout.split('\n')).toHaveLength(4);
  });

  test('reads logs, describes objects and explains fields', async () => {
    const containers = [{ name: 'only', image: 'busybox' }];
    const metadata = { name: 'talks', namespace: 'default' };
    await client.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers, nodeName: 'somewhere' },
    });
    expect((await cli.kubectl('logs', 'talks')).stdout).toBe('first\nsecond');
    expect((await cli.kubectl('logs', 'talks', '--tail=1')).stdout).toBe('second');
    expect((await cli.kubectl('describe', 'pod', 'talks')).stdout).toContain('Service Account:  default');
    expect((await cli.kubectl('explain', 'deployment.spec.replicas')).stdout).toContain('<integer>');
  });

  test('refuses, like a real server, what cannot be', async () => {
    const refusals = await Promise.all([
      cli.kubectlWith(deployment('strict', { replica: 1 }), 'apply', '-f', '-'),
      cli.kubectlWith(deployment('loose', { replicas: 'two' }), 'apply', '--validate=false', '-f', '-'),
      cli.kubectlWith(service('Upper'), 'apply', '-f', '-'),
      cli.kubectlWith(service('portless', { ports: [{ port: 70000 }] }), 'apply', '-f', '-'),
      cli.kubectl('get', 'pod', 'nowhere'),
      cli.kubectl('get', 'pods', '--token', 'wrong'),
    ]);
    expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1]);
    const texts = [
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      'metadata.name: Invalid value: "Upper": a DNS-1035 label must consist of',
      'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'Error from server (NotFound): pods "nowhere" not found',
      'error: You must be logged in to the server (Unauthorized)',
    ];
    for (const [index, text] of texts.entries()) expect(refusals[index]?.stderr).toContain(text);
  });
});

async function makeAvailable(name: string): Promise<void> {
  const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  const conditions = [{ type: 'Available', status: 'True' }];
  const status = { observedGeneration: 1, ...counts, conditions };
  await client.patch('deployments.apps', name, 'default', { status }, { subresource: 'status' });
}
