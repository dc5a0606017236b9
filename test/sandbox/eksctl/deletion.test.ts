import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { accountsAndProfile, clusterConfig } from './clusters.ts';
import { isReal } from './host.ts';
import { openStage, type Stage } from './rehearsal.ts';

let stage: Stage;
afterEach(() => stage.close());

/** A rehearsal with one cluster: its stack, and a Fargate profile where asked for. */
async function openCluster(name: string, profile = true): Promise<void> {
  stage = await openStage({ [`${name}.yaml`]: clusterConfig(name) });
  await stage.stackOnly(name);
  if (!profile) return;
  await stage.run(`eksctl create fargateprofile --cluster ${name} --name fp-default --namespace default`);
  await writeFile(stage.kubeconfig, 'apiVersion: v1\nkind: Config\ncurrent-context: another\n');
}

/** A load balancer as the controller would have left it. */
async function createLoadBalancer(cluster: string, type: 'application' | 'network'): Promise<string> {
  const subnets = await stage.output(`eksctl-${cluster}-cluster`, 'SubnetsPublic');
  const name =
    type === 'network' ? `k8s-sample-hellowor-${cluster}` : `k8s-sample-ingress-5f6e7d8c9b-${cluster}`;
  const { LoadBalancers } = (await stage.aws('elasticloadbalancing', 'CreateLoadBalancer', {
    Name: name,
    Type: type,
    Scheme: 'internet-facing',
    Subnets: subnets?.split(','),
  })) as { LoadBalancers: { DNSName: string }[] };
  return LoadBalancers[0]?.DNSName ?? '';
}

interface Sample {
  /** `service.beta.kubernetes.io/aws-load-balancer-type` */
  readonly type: 'external' | 'nlb';
  readonly ingressClass: 'alb' | 'alb-ingress';
  readonly ingressHost: string;
}

/** A Service and an Ingress with a controller's finalizers, and no controller. */
async function createSample(cluster: string, { type, ingressClass, ingressHost }: Sample): Promise<void> {
  const client = stage.kubernetes(cluster).client('system:admin');
  await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sample' } });
  await client.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'helloworld',
      namespace: 'sample',
      finalizers: ['service.k8s.aws/resources'],
      annotations: { 'service.beta.kubernetes.io/aws-load-balancer-type': type },
    },
    spec: { type: 'LoadBalancer', selector: { app: 'helloworld' }, ports: [{ port: 80 }] },
  });
  const metadata = {
    name: `ing-${ingressClass}`,
    namespace: 'sample',
    finalizers: ['ingress.k8s.aws/resources'],
  };
  const ingress = await client.create('ingresses.networking.k8s.io', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: {
      ingressClassName: ingressClass,
      defaultBackend: { service: { name: 'helloworld', port: { number: 80 } } },
    },
  });
  await client.update(
    'ingresses.networking.k8s.io',
    { ...ingress, status: { loadBalancer: { ingress: [{ hostname: ingressHost }] } } },
    { subresource: 'status' },
  );
}

const stackBecomes = (cluster: string, status: string) =>
  vi.waitFor(async () => expect(await stage.status(`eksctl-${cluster}-cluster`)).toBe(status), {
    timeout: 10_000,
    interval: 20,
  });

describe('deleting a cluster', () => {
  it('goes as recorded when the stack turns out to be stuck later', async () => {
    await openCluster('h2');
    await createLoadBalancer('h2', 'network');
    await stage.replay('h2-delete-default-lb-in-vpc');
    await stackBecomes('h2', 'DELETE_FAILED');
    await stage.replay('h2b-delete-again-in-progress');
    await stage.replay('h2c-get-cluster');
  });

  it('goes as recorded when it waits for a stack that is stuck', async () => {
    await openCluster('h3');
    await createLoadBalancer('h3', 'network');
    await stage.replay('h3-delete-wait-lb-in-vpc');
    await stage.replay('h6-delete-after-delete-failed');
    await stage.replay('h7-describe-stacks');
    const { status, stderr } = await stage.run('eksctl delete cluster --name h3 --force');
    expect(status).toBe(2);
    expect(stderr.join('')).toMatch(
      'panic: runtime error: invalid memory address or nil pointer dereference',
    );
  });

  it('goes as recorded with a Service and an Ingress that belong to a controller', async () => {
    await openCluster('h5');
    await createLoadBalancer('h5', 'network');
    const ingressHost = await createLoadBalancer('h5', 'application');
    await createSample('h5', { type: 'external', ingressClass: 'alb-ingress', ingressHost });
    await stage.replay('h5-delete-wait-external-albingress');
  });

  // The real one does for ten minutes.
  it.skipIf(isReal)('hangs as recorded for an Ingress of the class alb', async () => {
    await openCluster('h4');
    const ingressHost = await createLoadBalancer('h4', 'application');
    await createSample('h4', { type: 'nlb', ingressClass: 'alb', ingressHost });
    await stage.replay('h4-delete-nlb-annot-and-class-alb');
    expect(await stage.status('eksctl-h4-cluster')).toBe('CREATE_COMPLETE');
  });

  it('stops as recorded at an API server that is away, and goes on when forced', async () => {
    await openCluster('s1', false);
    await stage.kubernetes('s1').stop();
    await stage.run('eksctl utils write-kubeconfig --cluster s1');
    await stage.replay('h9-delete-kube-down');
    await stage.run('eksctl utils write-kubeconfig --cluster s1');
    await stage.replay('h9b-delete-kube-down-force', {
      raced: /DescribeStacks/,
      // The stack of the recording was gone at once.
      corrected: (text) => {
        const [listed, described] = ['"cloudformation:ListStacks"', '"cloudformation:DescribeStacks"'];
        return text.replace(`${listed}]`, `${[listed, described, listed, described].join()}]`);
      },
    });
  });

  it('undoes everything as recorded and leaves the load balancer', async () => {
    stage = await openStage({ 'rk1.yaml': clusterConfig('rk1', accountsAndProfile) });
    await stage.run('eksctl create cluster -f rk1.yaml');
    await createLoadBalancer('rk1', 'network');
    await createSample('rk1', { type: 'external', ingressClass: 'alb-ingress', ingressHost: 'rk1.invalid' });
    await stage.replay('h8-delete-rk1-real-apiserver', {
      hidden: [/wk|sample-app/, /aws-load-balancer-controller|fp-default/],
      raced: /DescribeStacks/,
      // The API server of the recording asked STS about a token just then.
      corrected: (text) =>
        text.replace('"ec2:DescribeKeyPairs","sts:GetCallerIdentity"', '"ec2:DescribeKeyPairs"'),
    });
    await stackBecomes('rk1', 'DELETE_FAILED');
  });
});
