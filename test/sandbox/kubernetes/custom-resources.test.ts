import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeClient, KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import { startTestCluster } from './cluster-fixture.ts';
import { widget, widgets } from './manifests.ts';

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
let cluster: KubernetesCluster;
let client: KubeClient;

beforeEach(async () => {
  ({ cluster } = await startTestCluster());
  client = cluster.client('system:kube-controller-manager');
  await client.create(definitions, widgets);
  await expect
    .poll(() => client.get(definitions, 'widgets.example.com'))
    .toMatchObject({
      status: {
        conditions: [
          { type: 'NamesAccepted', status: 'True' },
          { type: 'Established', status: 'True' },
        ],
      },
    });
});
afterEach(() => cluster.stop());

describe('a custom resource', () => {
  test('is stored without what its schema does not know and with its defaults', async () => {
    const made = await client.create('widgets.example.com', widget('one', { size: 1, shape: 'round' }));
    expect(made.spec).toEqual({ size: 1, color: 'red' });
    expect(made.metadata.generation).toBe(1);
  });

  test('is refused when it breaks its schema', async () => {
    const wrong = client.create('widgets.example.com', widget('two', { scheme: 'public' }));
    await expect(wrong).rejects.toMatchObject({
      code: 422,
      message:
        'Widget.example.com "two" is invalid: [spec.size: Required value, spec.scheme: Unsupported value: "public": supported values: "internal", "internet-facing"]',
    });
    const mistyped = client.create('widgets.example.com', widget('three', { size: 'big' }));
    await expect(mistyped).rejects.toThrow(
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    );
  });

  test('has a status that only its own endpoint writes and that does not count as a change', async () => {
    await client.create('widgets.example.com', widget('four', { size: 1 }));
    const ignored = await client.patch('widgets.example.com', 'four', 'default', { status: { ready: true } });
    expect(ignored.status).toBeUndefined();
    const written = await client.patch(
      'widgets.example.com',
      'four',
      'default',
      { spec: { size: 2 }, status: { ready: true } },
      { subresource: 'status' },
    );
    expect(written).toMatchObject({
      spec: { size: 1 },
      status: { ready: true },
      metadata: { generation: 1 },
    });
  });

  test('goes with its definition, once its finalizers are gone', async () => {
    const held = { ...widget('five', { size: 1 }) };
    held.metadata = { ...held.metadata, finalizers: ['example.com/hold'] };
    await client.create('widgets.example.com', held);
    await client.create('widgets.example.com', widget('six', { size: 1 }));
    await client.delete(definitions, 'widgets.example.com');
    await expect
      .poll(() => client.list('widgets.example.com'))
      .toMatchObject([{ metadata: { name: 'five', deletionTimestamp: expect.any(String) } }]);
    await expect(client.create('widgets.example.com', widget('seven', { size: 1 }))).rejects.toThrow(
      'create not allowed while custom resource definition is terminating',
    );
    await client.patch('widgets.example.com', 'five', 'default', { metadata: { finalizers: null } });
    await expect.poll(() => client.get(definitions, 'widgets.example.com')).toBeUndefined();
    await expect(client.list('widgets.example.com')).rejects.toMatchObject({ code: 404 });
  });
});
