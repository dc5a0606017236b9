import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubeObject } from '../../../sandbox/kubernetes/api.ts';
import type { Deployment, Pod } from '../../../sandbox/kubernetes/controllers/types.ts';
import {
  helloworldDeployment,
  namespaceNamed,
  profileOf,
  startTestCluster,
  type TestCluster,
} from './cluster.ts';

let test: TestCluster;
beforeEach(async () => {
  test = await startTestCluster();
  await test.client.create('namespaces', namespaceNamed('sample'));
});
afterEach(() => test.stop());

const patience = { timeout: 5000, interval: 20 };
const pods = async () => (await test.client.list('pods', { namespace: 'sample' })) as Pod[];
const deployment = async () =>
  (await test.client.get('deployments.apps', 'helloworld', 'sample')) as Deployment;
const events = async (reason: string) =>
  (await test.client.list('events', { namespace: 'sample' }))
    .filter((event) => event.reason === reason)
    .map((event) => String(event.message));

async function rolledOut(replicas: number): Promise<void> {
  await vi.waitFor(async () => {
    const { status, metadata } = await deployment();
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      updatedReplicas: replicas,
      availableReplicas: replicas,
      replicas,
    });
  }, patience);
}

describe('a Deployment in a namespace with a Fargate profile', () => {
  it('becomes pods that answer on an interface of their own', async () => {
    test.profiles.push(profileOf('sample'));
    await test.client.create('deployments.apps', helloworldDeployment('sample', 2));
    await rolledOut(2);
    const [first, second] = await pods();
    expect(first?.spec).toMatchObject({ schedulerName: 'fargate-scheduler' });
    expect(first?.metadata.labels?.['eks.amazonaws.com/fargate-profile']).toBe('fp-sample');
    expect(first?.status?.podIP).not.toBe(second?.status?.podIP);
    expect([...test.interfaces].sort()).toEqual([first?.status?.podIP, second?.status?.podIP].sort());
    const listener = test.world.network.connect('vpc-1', first?.status?.podIP ?? '', 5000);
    const answer = await listener?.handle({ method: 'GET', path: '/hello', headers: {}, body: '' });
    expect(answer).toMatchObject({
      status: 200,
      body: `Hello version: v1, instance: ${first?.metadata.name}\n`,
    });
    expect((await deployment()).status?.conditions).toMatchObject([
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    ]);
  });

  it('leaves neither pods nor nodes nor interfaces behind when it is deleted', async () => {
    test.profiles.push(profileOf('sample'));
    await test.client.create('deployments.apps', helloworldDeployment('sample', 2));
    await rolledOut(2);
    await test.client.delete('deployments.apps', 'helloworld', 'sample');
    await vi.waitFor(async () => {
      expect(await pods()).toEqual([]);
      expect(await test.client.list('replicasets.apps')).toEqual([]);
      expect(await test.client.list('nodes')).toEqual([]);
      expect(test.interfaces.size).toBe(0);
    }, patience);
    expect(test.world.network.connect('vpc-1', '192.168.96.10', 5000)).toBeUndefined();
  });

  it('replaces its pods one after another when its template changes', async () => {
    test.profiles.push(profileOf('sample'));
    await test.client.create('deployments.apps', helloworldDeployment('sample', 2));
    await rolledOut(2);
    const before = (await pods()).map(({ metadata }) => metadata.name);
    const annotations = { 'kubectl.kubernetes.io/restartedAt': 'now' };
    await test.client.patch('deployments.apps', 'helloworld', 'sample', {
      spec: { template: { metadata: { annotations } } },
    });
    await vi.waitFor(async () => {
      const after = (await pods()).map(({ metadata }) => metadata.name);
      expect(after).toHaveLength(2);
      expect(after.filter((name) => before.includes(name))).toEqual([]);
    }, patience);
    await rolledOut(2);
    expect((await deployment()).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  });
});

describe('a pod that no profile takes', () => {
  it('stays Pending with the default scheduler, also when a profile comes later', async () => {
    test.profiles.push(profileOf('kube-system'));
    await test.client.create('deployments.apps', helloworldDeployment('kube-system'));
    await test.client.create('deployments.apps', helloworldDeployment('sample'));
    await vi.waitFor(async () => expect(await test.client.list('nodes')).toHaveLength(1), patience);
    test.profiles.push(profileOf('sample'));
    const [pod] = await pods();
    expect(pod?.spec.schedulerName ?? 'default-scheduler').toBe('default-scheduler');
    expect(pod?.status?.phase).toBe('Pending');
    await vi.waitFor(
      async () =>
        expect(await events('FailedScheduling')).toContain(
          '0/1 nodes are available: 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
        ),
      patience,
    );
  });

  it('is one that its annotation keeps on EC2, until that is patched away', async () => {
    test.profiles.push(profileOf('sample'));
    const deployed = helloworldDeployment('sample') as KubeObject & {
      spec: { template: { metadata: object } };
    };
    const annotations = { 'eks.amazonaws.com/compute-type': 'ec2' };
    deployed.spec.template.metadata = { ...deployed.spec.template.metadata, annotations };
    await test.client.create('deployments.apps', deployed);
    await vi.waitFor(async () => expect(await events('FailedScheduling')).toHaveLength(1), patience);
    await test.client.patch('deployments.apps', 'helloworld', 'sample', {
      spec: { template: { metadata: { annotations: { 'eks.amazonaws.com/compute-type': 'fargate' } } } },
    });
    await rolledOut(1);
  });
});

describe('a container', () => {
  it('whose image does not exist is tried again and again', async () => {
    test.profiles.push(profileOf('sample'));
    const broken = JSON.parse(JSON.stringify(helloworldDeployment('sample')).replace(':1.0', ':9.9'));
    await test.client.create('deployments.apps', broken);
    await vi.waitFor(async () => {
      const [pod] = await pods();
      expect(pod?.status?.containerStatuses?.[0]?.state.waiting?.reason).toBe('ImagePullBackOff');
    }, patience);
    expect(await events('Failed')).toContain('Error: ImagePullBackOff');
  });
});
