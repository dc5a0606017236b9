import type { World } from '../world.ts';
import type { ClusterSpec, KubeObject, KubernetesCluster, KubernetesHostOptions, Workloads } from './api.ts';
import { userNamed } from './auth/authenticate.ts';
import { masters } from './auth/authorize.ts';
import { bootstrapRoles, controllers } from './auth/bootstrap.ts';
import { createTokenIssuer } from './auth/tokens.ts';
import { createClient } from './client.ts';
import { runDefinitionController } from './crd/controller.ts';
import { createHandler } from './http/handler.ts';
import { serve } from './http/serve.ts';
import { createCatalogue } from './model/catalogue.ts';
import { notFound } from './model/errors.ts';
import type { ApiServer, User } from './rest/context.ts';
import { createStore } from './storage/store.ts';
import { firstAddress } from './strategy/service-addresses.ts';

const apiService = (spec: ClusterSpec): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kubernetes',
    namespace: 'default',
    labels: { component: 'apiserver', provider: 'kubernetes' },
  },
  spec: { clusterIP: firstAddress(spec), ports: [{ name: 'https', port: 443, targetPort: 443 }] },
});

const builtinNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Starts one API server. */
export async function startCluster(
  world: World,
  spec: ClusterSpec,
  options: KubernetesHostOptions,
): Promise<KubernetesCluster> {
  const tokens = createTokenIssuer(world, spec.issuer);
  let workloads: Workloads | undefined;
  const server: ApiServer = {
    world,
    spec,
    store: createStore(),
    catalogue: createCatalogue(),
    tokens,
    pageSize: options.pageSize ?? Number.POSITIVE_INFINITY,
    workloads: () => workloads,
  };
  const system = createClient(server, insider('system:apiserver'), 'kube-apiserver');
  for (const name of builtinNamespaces)
    await system.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await bootstrapRoles(system);
  await system.create('services', apiService(spec));
  const stopDefinitions = runDefinitionController(server, system);
  const listener = await serve(world, createHandler(server));
  const cluster: KubernetesCluster = {
    name: spec.name,
    region: spec.region,
    endpoint: listener.endpoint,
    certificateAuthority: world.authority.certificate,
    issuer: spec.issuer,
    jwks: tokens.jwks,
    client: (user) => createClient(server, insider(user), managerOf(user)),
    async createToken({ namespace, name }, audiences, seconds) {
      const account = server.store.get('serviceaccounts', namespace, name);
      if (!account) throw notFound({ group: '', plural: 'serviceaccounts' }, name);
      return tokens.mint({ namespace, name, uid: account.metadata.uid ?? '' }, audiences, seconds).token;
    },
    async stop() {
      workloads?.stop();
      stopDefinitions();
      await listener.close();
    },
  };
  workloads = options.workloads?.(cluster, spec);
  return cluster;
}

// Inside the rehearsal only ServiceAccounts are judged by their roles; the rest is the control plane itself.
const insider = (username: string): User =>
  userNamed(username, username.startsWith('system:serviceaccount:') ? [] : [masters]);

// Field managers are named after the program: the last part of the user name, or what runs the controllers.
function managerOf(user: string): string {
  const name = user.split(':').at(-1) ?? user;
  return controllers.includes(name) ? 'kube-controller-manager' : name;
}
