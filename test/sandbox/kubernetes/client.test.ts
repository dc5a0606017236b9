import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { KubeClient, KubernetesCluster, WatchEvent } from '../../../sandbox/kubernetes/api.ts';
import { startTestCluster } from './cluster-fixture.ts';

let cluster: KubernetesCluster;
let client: KubeClient;
beforeAll(async () => {
  ({ cluster } = await startTestCluster());
  client = cluster.client('system:kube-controller-manager');
});
afterAll(() => cluster.stop());

const configMap = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...more },
  data: { a: '1' },
});

describe('the in-process client', () => {
  test('gives a created object its system metadata', async () => {
    const made = await client.create('configmaps', configMap('one'));
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.metadata.creationTimestamp).toMatch(/^\d{4}-.*Z$/);
    expect(Number(made.metadata.resourceVersion)).toBeGreaterThan(1);
    expect(await client.get('configmaps', 'one', 'default')).toEqual(made);
  });

  test('refuses a second object of the same name', async () => {
    await client.create('configmaps', configMap('twice'));
    await expect(client.create('configmaps', configMap('twice'))).rejects.toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "twice" already exists',
    });
  });

  test('refuses an update that was computed from an older state', async () => {
    const old = await client.create('configmaps', configMap('stale'));
    await client.patch('configmaps', 'stale', 'default', { data: { a: '2' } });
    await expect(client.update('configmaps', { ...old, data: { a: '3' } })).rejects.toMatchObject({
      code: 409,
      reason: 'Conflict',
    });
  });

  test('does not touch an object that a patch leaves as it was', async () => {
    const old = await client.create('configmaps', configMap('same'));
    const next = await client.patch('configmaps', 'same', 'default', { data: { a: '1' } });
    expect(next.metadata.resourceVersion).toBe(old.metadata.resourceVersion);
  });

  test('keeps a deleted object until its last finalizer is gone', async () => {
    await client.create('configmaps', configMap('held', { finalizers: ['example.com/hold'] }));
    await client.delete('configmaps', 'held', 'default');
    expect((await client.get('configmaps', 'held', 'default'))?.metadata.deletionTimestamp).toBeDefined();
    await client.patch('configmaps', 'held', 'default', { metadata: { finalizers: null } });
    expect(await client.get('configmaps', 'held', 'default')).toBeUndefined();
  });

  test('refuses objects in a namespace that does not exist or is going away', async () => {
    const there = (namespace: string) => configMap('x', { namespace });
    await expect(client.create('configmaps', there('nowhere'))).rejects.toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
    await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'leaving' } });
    await client.delete('namespaces', 'leaving');
    await expect(client.create('configmaps', there('leaving'))).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('because it is being terminated'),
    });
  });

  test('tells a watcher of the present objects and then of every change', async () => {
    const seen: string[] = [];
    const onEvent = ({ type, object }: WatchEvent) => {
      seen.push(`${type} ${object.metadata.name}`);
    };
    await client.create('serviceaccounts', { ...account('before') });
    const stop = client.watch('serviceaccounts', onEvent);
    await client.create('serviceaccounts', { ...account('after') });
    await client.delete('serviceaccounts', 'before', 'default');
    await vi.waitFor(() => expect(seen).toEqual(['ADDED before', 'ADDED after', 'DELETED before']));
    stop();
  });
});

const account = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'default' },
});
