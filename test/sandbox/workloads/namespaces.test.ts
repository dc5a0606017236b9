import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubeObject } from '../../../sandbox/kubernetes/api.ts';
import type { Condition } from '../../../sandbox/kubernetes/controllers/conditions.ts';
import { namespaceNamed, startTestCluster, type TestCluster } from './cluster.ts';

let test: TestCluster;
beforeEach(async () => {
  test = await startTestCluster();
  await test.client.create('namespaces', namespaceNamed('sample'));
});
afterEach(() => test.stop());

const patience = { timeout: 5000, interval: 10 };
const configMap = (name: string, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'sample', ...metadata },
});
const conditions = async () => {
  const namespace = await test.client.get('namespaces', 'sample');
  return (namespace?.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
};

describe('a namespace', () => {
  it('gets a default ServiceAccount and the CA of its cluster', async () => {
    await vi.waitFor(async () => {
      expect(await test.client.get('serviceaccounts', 'default', 'sample')).toBeDefined();
      const map = await test.client.get('configmaps', 'kube-root-ca.crt', 'sample');
      expect(map?.data).toEqual({ 'ca.crt': test.cluster.certificateAuthority });
    }, patience);
  });

  it('goes with everything in it', async () => {
    await test.client.create('configmaps', configMap('settings'));
    await test.client.delete('namespaces', 'sample');
    await vi.waitFor(
      async () => expect(await test.client.get('namespaces', 'sample')).toBeUndefined(),
      patience,
    );
    expect(await test.client.list('configmaps', { namespace: 'sample' })).toEqual([]);
  });

  it('stays Terminating while a finalizer holds an object, and says which', async () => {
    await test.client.create('configmaps', configMap('held', { finalizers: ['ingress.k8s.aws/resources'] }));
    await test.client.delete('namespaces', 'sample');
    await vi.waitFor(async () => {
      expect(await conditions()).toMatchObject([
        { type: 'NamespaceDeletionDiscoveryFailure', status: 'False' },
        { type: 'NamespaceDeletionGroupVersionParsingFailure', status: 'False' },
        { type: 'NamespaceDeletionContentFailure', status: 'False' },
        {
          type: 'NamespaceContentRemaining',
          status: 'True',
          message: 'Some resources are remaining: configmaps. has 1 resource instances',
        },
        {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          message:
            'Some content in the namespace has finalizers remaining: ingress.k8s.aws/resources in 1 resource instances',
        },
      ]);
    }, patience);
    await test.client.patch('configmaps', 'held', 'sample', { metadata: { finalizers: null } });
    await vi.waitFor(
      async () => expect(await test.client.get('namespaces', 'sample')).toBeUndefined(),
      patience,
    );
  });

  it('cannot go while an aggregated API does not answer', async () => {
    await test.client.create('apiservices.apiregistration.k8s.io', {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name: 'metrics-server', namespace: 'kube-system' },
      },
    });
    await test.client.delete('namespaces', 'sample');
    await vi.waitFor(async () => {
      const failure = (await conditions()).find(({ type }) => type === 'NamespaceDeletionDiscoveryFailure');
      expect(failure).toMatchObject({ status: 'True', reason: 'DiscoveryFailed' });
      expect(failure?.message).toContain('metrics.k8s.io/v1beta1');
    }, patience);
    await test.client.delete('apiservices.apiregistration.k8s.io', 'v1beta1.metrics.k8s.io');
    await vi.waitFor(
      async () => expect(await test.client.get('namespaces', 'sample')).toBeUndefined(),
      patience,
    );
  });
});

describe('an owned object', () => {
  const ownedBy = (owner: KubeObject, more: object = {}) => ({
    ownerReferences: [
      { apiVersion: 'v1', kind: 'ConfigMap', name: owner.metadata.name, uid: owner.metadata.uid, ...more },
    ],
  });

  it('goes after its owner', async () => {
    const owner = await test.client.create('configmaps', configMap('owner'));
    await test.client.create('configmaps', configMap('owned', ownedBy(owner)));
    await test.client.delete('configmaps', 'owner', 'sample');
    await vi.waitFor(
      async () => expect(await test.client.get('configmaps', 'owned', 'sample')).toBeUndefined(),
      patience,
    );
  });

  it('goes before its owner when it is deleted in the foreground', async () => {
    const owner = await test.client.create('configmaps', configMap('owner'));
    const blocking = { ...ownedBy(owner, { blockOwnerDeletion: true }), finalizers: ['example.com/hold'] };
    await test.client.create('configmaps', configMap('owned', blocking));
    await test.client.delete('configmaps', 'owner', 'sample', { propagationPolicy: 'Foreground' });
    await vi.waitFor(async () => {
      const owned = await test.client.get('configmaps', 'owned', 'sample');
      expect(owned?.metadata.deletionTimestamp).toBeDefined();
    }, patience);
    expect(await test.client.get('configmaps', 'owner', 'sample')).toBeDefined();
    await test.client.patch('configmaps', 'owned', 'sample', { metadata: { finalizers: null } });
    await vi.waitFor(
      async () => expect(await test.client.get('configmaps', 'owner', 'sample')).toBeUndefined(),
      patience,
    );
  });

  it('stays without its owner when it is orphaned', async () => {
    const owner = await test.client.create('configmaps', configMap('owner'));
    await test.client.create('configmaps', configMap('owned', ownedBy(owner)));
    await test.client.delete('configmaps', 'owner', 'sample', { propagationPolicy: 'Orphan' });
    await vi.waitFor(async () => {
      expect(await test.client.get('configmaps', 'owner', 'sample')).toBeUndefined();
      const owned = await test.client.get('configmaps', 'owned', 'sample');
      expect(owned?.metadata.ownerReferences ?? []).toEqual([]);
    }, patience);
  });
});
