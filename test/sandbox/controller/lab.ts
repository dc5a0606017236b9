import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateClusterCommand, DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { execa } from 'execa';
import { vi } from 'vitest';
import type { Service } from '../../../sandbox/controller/kube/types.ts';
import type { KubeClient, KubeObject, KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import type { RecordedCall } from '../../../sandbox/record.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import {
  clusterName,
  controllerAccount,
  createControllerRole,
  createNetwork,
  createProfile,
  createRole,
  region,
} from './lab-aws.ts';
import { deployment, ingressClass, sampleNamespace } from './sample.ts';

/** A rehearsal with a cluster `lab` on Fargate, in which the chart can be installed. */
export interface Lab {
  readonly sandbox: Sandbox;
  readonly cluster: KubernetesCluster;
  readonly client: KubeClient;
  readonly ec2: EC2Client;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly vpcId: string;
  readonly publicSubnets: readonly string[];
  /** Makes the samples' namespace, IngressClass and Deployment, and waits until its two pods are ready. */
  deploySample(): Promise<void>;
  /** The object as it is now. */
  get<T extends KubeObject = KubeObject>(
    resource: string,
    name: string,
    namespace?: string,
  ): Promise<T | undefined>;
  /** Waits until there is a load balancer in the object's status; gives its host name. */
  hostname(resource: string, name: string): Promise<string>;
  /** Waits until the object is gone. */
  gone(resource: string, name: string, namespace?: string): Promise<void>;
  /** `REASON: message` of the events about an object, oldest first. */
  events(name: string): Promise<string[]>;
  /** Names of the security groups in the VPC. */
  securityGroups(): Promise<string[]>;
  /** Runs a real program with the rehearsal's environment; never throws for its exit code. */
  run(program: 'kubectl' | 'helm', ...args: string[]): Promise<{ code: number; output: string }>;
  /** Installs the chart with the settings of a Fargate cluster and waits until the controller serves. */
  install(...settings: string[]): Promise<void>;
  /** The controller's AWS calls since a position of the record, as `service:Operation`. */
  calls(since?: number): RecordedCall[];
  stop(): Promise<void>;
}

/** Settings of a lab. */
export interface LabOptions {
  readonly seed?: number;
  readonly speed?: number;
  readonly pageSize?: number;
  /** What the controller's role may do; default: everything that its policy knows. */
  readonly actions?: string[];
  /** Default: the ServiceAccount's role trusts it. */
  readonly trusted?: boolean;
  readonly helm?: '3' | '4';
}

/** Starts a lab. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const directory = await mkdtemp(join(tmpdir(), 'controller-lab-'));
  const sandbox = await startSandbox({
    directory,
    region,
    speed: options.speed ?? 1000,
    seed: options.seed ?? 1,
    pageSize: options.pageSize,
    helm: options.helm,
  });
  const settings = {
    endpoint: sandbox.env.AWS_ENDPOINT_URL,
    region,
    credentials: {
      accessKeyId: sandbox.env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: sandbox.env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
  const ec2 = new EC2Client(settings);
  const eks = new EKSClient(settings);
  const iam = new IAMClient(settings);
  const elbv2 = new ElasticLoadBalancingV2Client(settings);
  const network = await createNetwork(ec2);
  const subnetIds = [...network.publicSubnets, ...network.privateSubnets];
  const roleArn = await createRole(iam, 'cluster', { Service: 'eks.amazonaws.com' });
  await eks.send(new CreateClusterCommand({ name: clusterName, roleArn, resourcesVpcConfig: { subnetIds } }));
  const issuer = await vi.waitFor(
    async () => {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
      if (cluster?.status !== 'ACTIVE') throw new Error(`the cluster is ${cluster?.status}`);
      return cluster?.identity?.oidc?.issuer ?? '';
    },
    { timeout: 20_000, interval: 20 },
  );
  await createProfile(eks, iam, network.privateSubnets);
  const cluster = sandbox.world.kubernetes.find(clusterName, region) as KubernetesCluster;
  const client = cluster.client('kubernetes-admin');
  const controllerRole = await createControllerRole(iam, sandbox.world.account, issuer, options);
  await client.create('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...controllerAccount, annotations: { 'eks.amazonaws.com/role-arn': controllerRole } },
  });
  const kubeconfig = join(directory, 'lab-kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(await kubeconfigOf(cluster, client)));

  const run: Lab['run'] = async (program, ...args) => {
    const env = { ...process.env, ...sandbox.env, KUBECONFIG: kubeconfig };
    const { exitCode, all } = await execa(join(directory, 'bin', program), args, {
      env,
      reject: false,
      all: true,
      timeout: 60_000,
    });
    return { code: exitCode ?? 1, output: all };
  };
  const get: Lab['get'] = async <T extends KubeObject>(
    resource: string,
    name: string,
    namespace = 'sample',
  ) => (await client.get(resource, name, namespace)) as T | undefined;
  return {
    sandbox,
    cluster,
    client,
    get,
    async deploySample() {
      await client.create('namespaces', sampleNamespace);
      await client.create('ingressclasses.networking.k8s.io', ingressClass);
      await client.create('deployments.apps', deployment());
      await soon(async () => {
        const found = await get<DeploymentObject>('deployments.apps', 'helloworld');
        if (found?.status?.readyReplicas !== 2) throw new Error('the pods are not ready');
      });
    },
    hostname: (resource, name) =>
      soon(async () => {
        const found = await get<Service>(resource, name);
        const [entry] = found?.status?.loadBalancer?.ingress ?? [];
        if (entry?.hostname === undefined) throw new Error(`${resource} ${name} has no load balancer`);
        return entry.hostname;
      }),
    gone: (resource, name, namespace) =>
      soon(async () => {
        if ((await get(resource, name, namespace)) !== undefined)
          throw new Error(`${resource} ${name} stays`);
      }),
    async events(name) {
      const events = (await client.list('events', { namespace: 'sample' })) as EventObject[];
      return events
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason, message }) => `${reason}: ${message}`);
    },
    async securityGroups() {
      const Filters = [{ Name: 'vpc-id', Values: [network.vpcId] }];
      const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      return (SecurityGroups ?? []).map(({ GroupName }) => GroupName ?? '').sort();
    },
    ec2,
    elbv2,
    iam,
    vpcId: network.vpcId,
    publicSubnets: network.publicSubnets,
    run,
    async install(...chosen) {
      const { code, output } = await run(
        'helm',
        'upgrade',
        '--install',
        'aws-load-balancer-controller',
        'aws-load-balancer-controller',
        '--repo=https://aws.github.io/eks-charts',
        '--version=3.5.0',
        '--namespace=kube-system',
        `--set=clusterName=${clusterName},region=${region},vpcId=${network.vpcId},defaultTargetType=ip,keepTLSSecret=true`,
        '--set=serviceAccount.create=false,serviceAccount.name=aws-load-balancer-controller',
        '--wait',
        ...chosen,
      );
      if (code !== 0) throw new Error(output);
    },
    calls: (since = 0) =>
      sandbox.world.record
        .calls()
        .slice(since)
        .filter(({ plane, caller }) => plane === 'aws' && caller?.includes('lbc-role')),
    async stop() {
      await sandbox.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface DeploymentObject extends KubeObject {
  readonly status?: { readonly readyReplicas?: number };
}

interface EventObject extends KubeObject {
  readonly involvedObject: { readonly name: string };
  readonly reason: string;
  readonly message: string;
}

/** Waits for what takes a while; seconds at most, however slow the machine. */
export const soon = <T>(task: () => Promise<T>): Promise<T> =>
  vi.waitFor(task, { timeout: 15_000, interval: 10 });

async function kubeconfigOf(cluster: KubernetesCluster, client: KubeClient): Promise<object> {
  const metadata = { name: 'lab-admin', namespace: 'kube-system' };
  await client.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await client.create('clusterrolebindings.rbac.authorization.k8s.io', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'lab-admin' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', ...metadata }],
  } as KubeObject);
  const token = await cluster.createToken(metadata, ['https://kubernetes.default.svc'], 86_400);
  const certificate = Buffer.from(cluster.certificateAuthority).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'lab', cluster: { server: cluster.endpoint, 'certificate-authority-data': certificate } },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'admin' } }],
    'current-context': 'lab',
  };
}
