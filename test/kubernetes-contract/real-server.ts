import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createCertificateAuthority } from '../../sandbox/pki.ts';
import { connect } from './connection.ts';
import type { Target } from './play.ts';

/** Paths of the programs. */
export interface Programs {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
}

/** A running control plane. */
export interface RealServer extends Target {
  stop(): Promise<void>;
}

// The controllers that the rehearsal has as well; there are no nodes and no scheduler.
const controllers = [
  'daemonset-controller',
  'deployment-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'replicaset-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
];

// EKS lets nobody but these be read without a token.
const authentication = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AuthenticationConfiguration',
  anonymous: {
    enabled: true,
    conditions: ['/healthz', '/livez', '/readyz'].map((path) => ({ path })),
  },
};

const patience = 60_000;

/** Starts etcd, kube-apiserver and kube-controller-manager on the loopback interface. Throws with their last lines. */
export async function startRealServer({ etcd, apiServer, controllerManager }: Programs): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-real-'));
  const children: ChildProcess[] = [];
  const file = async (name: string, content: string | object): Promise<string> => {
    const path = join(folder, name);
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const start = async (name: string, program: string, options: Record<string, string>): Promise<void> => {
    const log = await open(join(folder, `${name}.log`), 'w');
    const args = Object.entries(options).map(([option, value]) => `--${option}=${value}`);
    children.push(spawn(program, args, { cwd: folder, stdio: ['ignore', log.fd, log.fd] }));
    await log.close();
  };
  const [client, peer, api, manager] = (await freePorts(4)) as [number, number, number, number];
  const authority = await createCertificateAuthority('contract authority');
  const { certificate, key } = await authority.issue(['127.0.0.1', 'localhost', 'kubernetes.default.svc']);
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const token = randomBytes(16).toString('hex');
  const endpoint = `https://127.0.0.1:${api}`;
  const target: Target = { endpoint, certificateAuthority: authority.certificate, token };
  const ca = await file('ca.crt', authority.certificate);
  const accounts = await file(
    'accounts.pem',
    signing.publicKey.export({ type: 'spki', format: 'pem' }) as string,
  );
  const accountsKey = await file(
    'accounts.key',
    signing.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  );
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      if (child.exitCode === null && child.kill()) await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };

  await start('etcd', etcd, {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': `http://127.0.0.1:${client}`,
    'advertise-client-urls': `http://127.0.0.1:${client}`,
    'listen-peer-urls': `http://127.0.0.1:${peer}`,
    'unsafe-no-fsync': 'true',
  });
  await start('kube-apiserver', apiServer, {
    'etcd-servers': `http://127.0.0.1:${client}`,
    'bind-address': '127.0.0.1',
    'secure-port': String(api),
    // The loopback interface cannot be an endpoint of the Service `kubernetes`.
    'endpoint-reconciler-type': 'none',
    'tls-cert-file': await file('server.crt', certificate),
    'tls-private-key-file': await file('server.key', key),
    'token-auth-file': await file('tokens.csv', `${token},administrator,1,system:masters\n`),
    'authentication-config': await file('authentication.json', authentication),
    'authorization-mode': 'Node,RBAC',
    'service-account-key-file': accounts,
    'service-account-signing-key-file': accountsKey,
    'service-account-issuer':
      'https://oidc.eks.ap-northeast-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    'api-audiences': 'https://kubernetes.default.svc',
    // As EKS does.
    'service-account-extend-token-expiration': 'false',
    'service-cluster-ip-range': '10.100.0.0/16',
    // Webhooks are called at the endpoints of their Service: the texts of EKS say so.
    'enable-aggregator-routing': 'true',
  });
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: endpoint, 'certificate-authority': ca } }],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  };
  const ready = connect(target);
  try {
    for (const end = Date.now() + patience; ; await pause(100)) {
      const answer = await ready.request('GET /readyz').catch(() => undefined);
      if (answer?.status === 200) break;
      const failed = children.find(({ exitCode }) => exitCode !== null);
      if (failed || Date.now() > end)
        throw new Error(`the API server did not start; its log is in ${folder}`);
    }
  } finally {
    ready.close();
  }
  await start('kube-controller-manager', controllerManager, {
    kubeconfig: await file('config', config),
    'secure-port': String(manager),
    'bind-address': '127.0.0.1',
    controllers: controllers.join(','),
    'leader-elect': 'false',
    'use-service-account-credentials': 'true',
    'root-ca-file': ca,
    'service-account-private-key-file': accountsKey,
  });
  return { ...target, stop };
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.on('listening', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
