import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeClient, KubeObject, KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import { startTestCluster } from './cluster-fixture.ts';
import { type CommandLine, createCommandLine } from './command-line.ts';

const chart = fileURLToPath(new URL('fixtures/tiny', import.meta.url));

describe.each(['3', '4'] as const)('helm %s', (major) => {
  let cluster: KubernetesCluster;
  let client: KubeClient;
  let cli: CommandLine;
  let stopReconciling: () => void;

  beforeAll(async () => {
    ({ cluster } = await startTestCluster());
    client = cluster.client('system:kube-controller-manager');
    stopReconciling = makeDeploymentsAvailable(client);
    cli = await createCommandLine(cluster, major);
  });
  afterAll(async () => {
    stopReconciling();
    await cli.dispose();
    await cluster.stop();
  });

  const status = async () => JSON.parse((await cli.helm('status', 'tiny', '-o', 'json')).stdout);
  const generation = async () =>
    (await client.get('deployments.apps', 'tiny', 'default'))?.metadata.generation;

  test('installs a chart with its definitions and waits until its Deployment is available', async () => {
    const { code, stderr } = await cli.helm(
      'upgrade',
      '--install',
      'tiny',
      chart,
      '--wait',
      '--timeout',
      '20s',
    );
    expect(stderr).not.toContain('Error');
    expect(code).toBe(0);
    expect(await status()).toMatchObject({ name: 'tiny', version: 1, info: { status: 'deployed' } });
    expect(await client.get('gadgets.example.com', 'tiny', 'default')).toMatchObject({
      spec: { scheme: 'internal' },
    });
  });

  test('adds a revision but changes nothing when values are the same', async () => {
    const before = await generation();
    expect((await cli.helm('upgrade', '--install', 'tiny', chart, '--wait', '--timeout', '20s')).code).toBe(
      0,
    );
    expect(await status()).toMatchObject({ version: 2 });
    expect(await generation()).toBe(before);
  });

  test('upgrades, reads values back, lists and rolls back', async () => {
    await cli.helm('upgrade', 'tiny', chart, '--set', 'greeting=ciao');
    const values = JSON.parse((await cli.helm('get', 'values', 'tiny', '-o', 'json')).stdout);
    expect(values).toEqual({ greeting: 'ciao' });
    const greeting = async () => (await client.get('configmaps', 'tiny', 'default'))?.data;
    expect(await greeting()).toEqual({ greeting: 'ciao' });
    expect((await cli.helm('rollback', 'tiny', '1')).stdout).toContain('Rollback was a success');
    expect(await greeting()).toEqual({ greeting: 'hello' });
    const [release] = JSON.parse((await cli.helm('list', '-o', 'json')).stdout);
    expect(release).toMatchObject({ name: 'tiny', revision: '4', status: 'deployed', chart: 'tiny-0.1.0' });
  });

  test('applies the definitions it shows and finds them established', async () => {
    const crds = (await cli.helm('show', 'crds', chart)).stdout;
    const definition = parse(crds);
    expect((await cli.kubectlWith(definition, 'apply', '--server-side', '-f', '-')).code).toBe(0);
    const wait = ['wait', '--for', 'condition=established', '--timeout=20s', '-f', '-'];
    expect((await cli.kubectlWith(definition, ...wait)).stdout).toContain('condition met');
  });

  test('removes everything but the definitions, and knows no release afterwards', async () => {
    expect((await cli.helm('uninstall', 'tiny')).stdout).toContain('release "tiny" uninstalled');
    for (const kind of ['deployments.apps', 'services', 'secrets', 'gadgets.example.com'])
      expect((await client.list(kind)).filter(({ metadata }) => metadata.name !== 'kubernetes')).toEqual([]);
    expect(await client.list('customresourcedefinitions.apiextensions.k8s.io')).toHaveLength(1);
    const gone = await cli.helm('status', 'tiny');
    expect(gone).toMatchObject({ code: 1, stderr: 'Error: release: not found' });
  });
});

// In place of the Deployment controller: whatever is wanted is there at once, with the ReplicaSet that helm 3 looks for.
function makeDeploymentsAvailable(client: KubeClient): () => void {
  return client.watch('deployments.apps', ({ type, object }) => {
    const observed = (object.status as { observedGeneration?: number } | undefined)?.observedGeneration;
    if (type !== 'DELETED' && observed !== object.metadata.generation)
      reconcile(client, object).catch(() => {});
  });
}

async function reconcile(client: KubeClient, deployment: KubeObject): Promise<void> {
  const { name, namespace, uid = '', generation } = deployment.metadata;
  const { replicas, template } = deployment.spec as { replicas: number; template: { metadata: object } };
  const set = `${name}-${generation}`;
  const labels = { app: name, 'pod-template-hash': String(generation) };
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true };
  await client.create('replicasets.apps', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: set, namespace, labels, ownerReferences: [owner] },
    spec: { replicas, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } },
  });
  const write = (resource: string, object: string, status: object) =>
    client.patch(resource, object, namespace, { status }, { subresource: 'status' });
  await write('replicasets.apps', set, { observedGeneration: 1, replicas, readyReplicas: replicas });
  await write('deployments.apps', name, {
    observedGeneration: generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    ],
  });
}
