import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { KubeObject } from '../../../sandbox/kubernetes/api.ts';
import { type Lab, soon, startLab } from './lab.ts';
import { clusterService, ingress, networkService } from './sample.ts';

interface Lease extends KubeObject {
  spec: { readonly holderIdentity: string };
}

const controllerLabels = { 'app.kubernetes.io/name': 'aws-load-balancer-controller' };

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ speed: 1000, helm: '3' });
  await lab.install();
  await lab.deploySample();
}, 60_000);
afterAll(() => lab.stop());

const leader = async (): Promise<string> => {
  const resource = 'leases.coordination.k8s.io';
  const lease = await lab.get<Lease>(resource, 'aws-load-balancer-controller-leader', 'kube-system');
  return lease?.spec.holderIdentity.split('_')[0] ?? '';
};

describe('the roles of the chart', () => {
  it.each([
    ['list', 'ingressclasses.networking.k8s.io'],
    ['watch', 'ingressclassparams.elbv2.k8s.aws'],
    ['watch', 'endpointslices.discovery.k8s.io'],
    ['watch', 'namespaces'],
    ['watch', 'nodes'],
    ['create', 'events', '-n=sample'],
    ['patch', 'events', '-n=sample'],
    ['patch', 'services', '-n=sample'],
    ['patch', 'services', '--subresource=status', '-n=sample'],
    ['patch', 'ingresses.networking.k8s.io', '-n=sample'],
    ['patch', 'ingresses.networking.k8s.io', '--subresource=status', '-n=sample'],
    ['patch', 'pods', '--subresource=status', '-n=sample'],
    ['delete', 'targetgroupbindings.elbv2.k8s.aws', '-n=sample'],
    ['patch', 'targetgroupbindings.elbv2.k8s.aws', '--subresource=status', '-n=sample'],
    ['create', 'leases.coordination.k8s.io', '-n=kube-system'],
    ['update', 'leases.coordination.k8s.io/aws-load-balancer-controller-leader', '-n=kube-system'],
  ])('let the controller %s %s %s', async (...question) => {
    const account = 'system:serviceaccount:kube-system:aws-load-balancer-controller';
    const { output } = await lab.run('kubectl', 'auth', 'can-i', ...question, `--as=${account}`);
    expect(output).toMatch(/(^|\n)yes$/);
  });
});

describe('two controllers', () => {
  it('have one leader, and the other one takes over when it is gone', async () => {
    const first = await soon(async () => {
      const name = await leader();
      expect(name).toMatch(/^aws-load-balancer-controller-/);
      return name;
    });
    await lab.client.delete('pods', first, 'kube-system');
    await soon(async () => expect(await leader()).not.toBe(first));
    await lab.client.create('services', networkService());
    onTestFinished(async () => {
      await lab.client.delete('services', 'helloworld', 'sample');
      await lab.gone('services', 'helloworld');
    });
    await lab.hostname('services', 'helloworld');
    const pods = await lab.client.list('pods', { namespace: 'kube-system', labels: controllerLabels });
    const logs = await Promise.all(
      pods.map(async ({ metadata }) => {
        const { output } = await lab.run('kubectl', 'logs', metadata.name, '--namespace=kube-system');
        return { name: metadata.name, led: output.includes('successfully acquired lease'), output };
      }),
    );
    const working = logs.filter(({ output }) => output.includes('successfully deployed model'));
    expect(working.map(({ name }) => name)).toEqual([await leader()]);
    expect(logs.filter(({ led }) => led)).toEqual(working);
  });
});

describe('after helm has uninstalled the controller', () => {
  it('a namespace with load balancers hangs until it is installed again', async () => {
    await lab.client.create('services', clusterService());
    await lab.client.create('ingresses.networking.k8s.io', ingress());
    await lab.hostname('ingresses.networking.k8s.io', 'helloworld');
    const { code } = await lab.run('helm', 'uninstall', 'aws-load-balancer-controller', '-n', 'kube-system');
    expect(code).toBe(0);
    await soon(async () => {
      expect(
        await lab.client.list('pods', {
          namespace: 'kube-system',
          labels: controllerLabels,
        }),
      ).toEqual([]);
    });
    await lab.client.delete('namespaces', 'sample');
    await soon(async () => {
      expect(JSON.stringify(await lab.client.get('namespaces', 'sample'))).toContain(
        'Some content in the namespace has finalizers remaining: elbv2.k8s.aws/resources in 1 resource instances, ingress.k8s.aws/resources in 1 resource instances',
      );
    });
    await lab.install();
    await soon(async () => expect(await lab.client.get('namespaces', 'sample')).toBeUndefined());
    expect(await lab.securityGroups()).toContain('k8s-traffic-lab-a51146d380');
  });
});
