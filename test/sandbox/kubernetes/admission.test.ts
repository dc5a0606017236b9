import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeClient, KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import type { PodRequest } from '../../../sandbox/kubernetes/network.ts';
import { createCertificateAuthority } from '../../../sandbox/pki.ts';
import type { World } from '../../../sandbox/world.ts';
import { startTestCluster } from './cluster-fixture.ts';
import { service } from './manifests.ts';

interface Review {
  readonly uid: string;
  readonly operation: string;
  readonly object: { readonly metadata: { readonly name: string } } | null;
}

type Answer = (review: Review) => object;

const host = 'hooks.default.svc';
const address = '10.0.0.9';
const prefix =
  'Internal error occurred: failed calling webhook "guard.example.com": failed to call webhook: Post "https://hooks.default.svc:443/check?timeout=10s": ';

let world: World;
let cluster: KubernetesCluster;
let client: KubeClient;

beforeEach(async () => {
  ({ world, cluster } = await startTestCluster());
  client = cluster.client('system:kube-controller-manager');
});
afterEach(() => cluster.stop());

describe('a webhook', () => {
  test('that nothing serves refuses what it watches over, and only that', async () => {
    await client.create('services', service('hooks', { ports: [{ port: 443, targetPort: 9443 }] }));
    await register('Validating', world.authority.certificate);
    await expect(client.create('services', service('guarded'))).rejects.toMatchObject({
      code: 500,
      reason: 'InternalError',
      message: `${prefix}no endpoints available for service "hooks"`,
    });
    await client.create('configmaps', { ...service('other'), kind: 'ConfigMap', spec: undefined });
  });

  test('that nothing serves lets pass when its failure policy is Ignore', async () => {
    await register('Validating', world.authority.certificate, { failurePolicy: 'Ignore' });
    await expect(client.create('services', service('guarded'))).resolves.toBeDefined();
  });

  test('refuses in its own words, with its own status', async () => {
    await serveHook(({ uid }) => ({
      uid,
      allowed: false,
      status: { code: 403, reason: 'Forbidden', message: 'not on a Monday' },
    }));
    await register('Validating', world.authority.certificate);
    await expect(client.create('services', service('guarded'))).rejects.toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'admission webhook "guard.example.com" denied the request: not on a Monday',
    });
  });

  test('is asked before a finalizer goes', async () => {
    const seen: string[] = [];
    await serveHook(({ uid, operation }) => {
      seen.push(operation);
      return { uid, allowed: operation !== 'UPDATE' };
    });
    await register('Validating', world.authority.certificate);
    const metadata = { name: 'held', namespace: 'default', finalizers: ['example.com/hold'] };
    await client.create('services', { ...service('held'), metadata });
    await client.delete('services', 'held', 'default');
    const release = client.patch('services', 'held', 'default', { metadata: { finalizers: null } });
    await expect(release).rejects.toThrow('denied the request without explanation');
    expect(seen).toEqual(['CREATE', 'UPDATE']);
  });

  test('changes objects by JSON patch before they are validated', async () => {
    const patch = [{ op: 'add', path: '/spec/loadBalancerClass', value: 'example.com/lb' }];
    await serveHook(({ uid }) => ({
      uid,
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
    }));
    await register('Mutating', world.authority.certificate);
    const created = await client.create('services', service('changed', { type: 'LoadBalancer' }));
    expect(created.spec).toMatchObject({ loadBalancerClass: 'example.com/lb' });
    await expect(client.create('services', service('wrong'))).rejects.toThrow(
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    );
  });

  test('is not believed when another authority of the same name signed its certificate', async () => {
    const impostor = await createCertificateAuthority('test authority');
    await serveHook(({ uid }) => ({ uid, allowed: true }));
    await register('Validating', impostor.certificate);
    await expect(client.create('services', service('guarded'))).rejects.toThrow(
      `${prefix}tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "test authority")`,
    );
  });

  test('is not believed when its certificate is for another host', async () => {
    await serveHook(({ uid }) => ({ uid, allowed: true }), 'elsewhere.default.svc');
    await register('Validating', world.authority.certificate);
    await expect(client.create('services', service('guarded'))).rejects.toThrow(
      `x509: certificate is valid for elsewhere.default.svc, not ${host}`,
    );
  });

  test('whose port is closed is a refused connection', async () => {
    const close = await serveHook(({ uid }) => ({ uid, allowed: true }));
    close();
    await register('Validating', world.authority.certificate);
    await expect(client.create('services', service('guarded'))).rejects.toThrow(
      `${prefix}dial tcp ${address}:9443: connect: connection refused`,
    );
  });
});

test('a pod gets its ServiceAccount, whose absence refuses it', async () => {
  const metadata = { name: 'pod', namespace: 'default' };
  const spec = { containers: [{ name: 'only', image: 'busybox' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
  await expect(client.create('pods', pod)).rejects.toMatchObject({
    code: 403,
    message:
      'pods "pod" is forbidden: error looking up service account default/default: serviceaccount "default" not found',
  });
  await client.create('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'default' },
  });
  expect((await client.create('pods', pod)).spec).toMatchObject({
    serviceAccountName: 'default',
    volumes: [{ name: expect.stringMatching(/^kube-api-access-/) }],
  });
});

async function serveHook(answer: Answer, name = host): Promise<() => void> {
  await client.create('services', service('hooks', { ports: [{ port: 443, targetPort: 9443 }] }));
  await client.create('endpointslices.discovery.k8s.io', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'hooks-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'hooks' } },
    addressType: 'IPv4',
    ports: [{ port: 9443 }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  });
  const { certificate } = await world.authority.issue([name]);
  return world.network.listen('vpc-1', address, 9443, {
    certificate: () => certificate,
    handle({ body }: PodRequest) {
      const { request } = JSON.parse(body) as { request: Review };
      return { status: 200, body: JSON.stringify({ response: answer(request) }) };
    },
  });
}

async function register(kind: 'Mutating' | 'Validating', ca: string, more: object = {}): Promise<void> {
  await client.create(`${kind.toLowerCase()}webhookconfigurations.admissionregistration.k8s.io`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: 'guard' },
    webhooks: [
      {
        name: 'guard.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: {
          caBundle: Buffer.from(ca).toString('base64'),
          service: { name: 'hooks', namespace: 'default', path: '/check' },
        },
        rules: [
          { operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['services'] },
        ],
        ...more,
      },
    ],
  });
}
