import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeClient, KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import type { World } from '../../../sandbox/world.ts';
import { startTestCluster } from './cluster-fixture.ts';
import { type CommandLine, createCommandLine } from './command-line.ts';
import { serviceAccount } from './manifests.ts';

let world: World;
let cluster: KubernetesCluster;
let client: KubeClient;
let cli: CommandLine;
const rbac = 'rbac.authorization.k8s.io';

beforeAll(async () => {
  ({ world, cluster } = await startTestCluster());
  client = cluster.client('system:kube-controller-manager');
  await client.create('serviceaccounts', serviceAccount('reader'));
  await client.create(`roles.${rbac}`, {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata: { name: 'read-config', namespace: 'default' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }],
  });
  await client.create(`rolebindings.${rbac}`, {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'read-config', namespace: 'default' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'read-config' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'default' }],
  });
  cli = await createCommandLine(cluster);
});
afterAll(async () => {
  await cli.dispose();
  await cluster.stop();
});

const reader = 'system:serviceaccount:default:reader';

describe('access', () => {
  test('lets a ServiceAccount do what its roles say, over HTTP and in-process', async () => {
    const robot = cluster.client(reader);
    await expect(robot.list('configmaps', { namespace: 'default' })).resolves.toEqual([]);
    await expect(robot.list('configmaps')).rejects.toMatchObject({ code: 403 });
    const token = await cluster.createToken(
      { namespace: 'default', name: 'reader' },
      ['https://kubernetes.default.svc'],
      3600,
    );
    expect((await cli.kubectl('get', 'configmaps', '--token', token)).code).toBe(0);
    const refused = await cli.kubectl('get', 'secrets', '--token', token);
    expect(refused.stderr).toBe(
      `Error from server (Forbidden): secrets is forbidden: User "${reader}" cannot list resource "secrets" in API group "" in the namespace "default"`,
    );
  });

  test('says who one is and what one can do', async () => {
    expect((await cli.kubectl('auth', 'can-i', 'list', 'configmaps', '--as', reader)).stdout).toBe('yes');
    expect((await cli.kubectl('auth', 'can-i', 'delete', 'pods', '--as', reader)).stdout).toBe('no');
    const whoami = await cli.kubectl('auth', 'whoami', '-o', 'json');
    expect(JSON.parse(whoami.stdout)).toMatchObject({
      status: { userInfo: { username: 'arn:aws:iam::123456789012:user/admin' } },
    });
  });

  test('mints tokens for other audiences that carry the claims of EKS and its signature', async () => {
    const { stdout } = await cli.kubectl('create', 'token', 'reader', '--audience', 'sts.amazonaws.com');
    const [header = '', payload = '', signature = ''] = stdout.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(claims).toMatchObject({
      iss: cluster.issuer,
      sub: reader,
      aud: ['sts.amazonaws.com'],
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'reader' } },
    });
    const [jwk] = cluster.jwks.keys;
    const key = createPublicKey({ key: jwk as never, format: 'jwk' });
    expect(
      verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')),
    ).toBe(true);
    expect((await cli.kubectl('get', 'configmaps', '--token', stdout)).stderr).toContain('Unauthorized');
  });

  test('records who called what, and which calls were writes', async () => {
    const position = world.record.position();
    await cli.kubectl('create', 'configmap', 'noted', '--from-literal=a=b');
    await cli.kubectl('create', 'configmap', 'tried', '--from-literal=a=b', '--dry-run=server');
    await cli.kubectl('auth', 'can-i', 'create', 'pods');
    const posts = world.record.calls(position).filter(({ call }) => call.startsWith('POST'));
    expect(posts.map(({ call, write, status }) => [call, write, status])).toEqual([
      ['POST /api/v1/namespaces/default/configmaps', true, 201],
      ['POST /api/v1/namespaces/default/configmaps', false, 201],
      ['POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', false, 201],
    ]);
    expect(await client.get('configmaps', 'tried', 'default')).toBeUndefined();
  });

  test('misbehaves as the fault list says', async () => {
    const call = '^GET /api/v1/namespaces/default/configmaps';
    const effect = { kind: 'error', code: 'InternalError', message: 'etcd is away', status: 500 } as const;
    world.faults.set([{ plane: 'kubernetes', call, times: 1, effect }]);
    const failed = await cli.kubectl('get', 'configmaps');
    expect(failed.stderr).toBe('Error from server (InternalError): etcd is away');
    expect((await cli.kubectl('get', 'configmaps')).code).toBe(0);
  });
});
