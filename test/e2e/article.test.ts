import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greeting, prepareReader, type Reader, succeeded } from '../article/reader.ts';
import { patience, type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
let reader: Reader;
beforeAll(async () => {
  // Slower than other tests: eksctl's own limit of 25 minutes must be long enough on a busy machine.
  rehearsal = await startRehearsal(['--speed', '300']);
  reader = await prepareReader(rehearsal);
});

const loadBalancers = async () =>
  (await rehearsal.inventory()).filter(({ kind }) => kind === 'elasticloadbalancing:loadbalancer');

// Each failure of today is repaired with its correction before the next is met: these tests go on from one another.
describe('the walkthrough of 2021, typed literally', () => {
  afterAll(() => rehearsal.stop());

  it('asks kubectl for a flag that is gone', async () => {
    const { exitCode, stderr } = await reader.types('article.sh', 'tools');
    expect(exitCode, stderr).not.toBe(0);
    expect(stderr).toContain('unknown flag: --short');
  });

  it('asks for a Kubernetes that EKS no longer offers, and makes nothing', async () => {
    const { exitCode, stderr } = await reader.types('article.sh', 'create_cluster');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('invalid version, 1.21 is no longer supported');
    expect(await rehearsal.inventory()).toEqual([]);
  });

  it(
    'installs a controller that crashes on Fargate without a region, unless its role brings one',
    patience,
    async () => {
      succeeded(await reader.types('corrected.sh', 'create_cluster'));
      // Somebody skipped a heading: the ServiceAccount is there and has no role.
      const account = ['serviceaccount', 'aws-load-balancer-controller', '--namespace', 'kube-system'];
      succeeded(await reader.runs('kubectl', 'create', ...account));
      // helm and the article's check are content.
      succeeded(await reader.types('article.sh', 'install_controller'));

      const controller = 'app.kubernetes.io/name=aws-load-balancer-controller';
      const pods = ['--namespace', 'kube-system', '--selector', controller];
      const count = 'jsonpath={.items[*].status.containerStatuses[*].restartCount}';
      const restarts = async () =>
        (await reader.runs('kubectl', 'get', 'pods', ...pods, '--output', count)).stdout;
      await expect.poll(restarts, { timeout: 60_000 }).toMatch(/^[1-9]\d* [1-9]\d*$/);
      const { stdout } = await reader.runs('kubectl', 'logs', ...pods, '--previous');
      expect(stdout).toContain('unable to initialize AWS cloud');
      expect(stdout).toContain('failed to introspect region from EC2Metadata, specify --aws-region instead');

      // With the heading typed, EKS gives the pods AWS_REGION along with the role, and the controller asks it first
      // (pkg/aws/cloud.go of v3.5.0).
      succeeded(await reader.types('article.sh', 'create_service_account'));
      const deployment = ['deployment/aws-load-balancer-controller', '--namespace', 'kube-system'];
      succeeded(await reader.runs('kubectl', 'rollout', 'restart', ...deployment));
      succeeded(await reader.runs('kubectl', 'rollout', 'status', ...deployment, '--timeout=60s'));
    },
  );

  it('has samples that still work', patience, async () => {
    const nlb = succeeded(await reader.types('article.sh', 'deploy_nlb_sample', 'delete_namespace'));
    expect(nlb.stdout).toMatch(greeting);
    const alb = succeeded(await reader.types('article.sh', 'deploy_alb_sample'));
    expect(alb.stdout).toMatch(greeting);
    expect(alb.stdout).toContain('Fargate profile "sample-app" already exists');
  });

  it('has a file whose deletion hangs, because the IngressClass is first in it', patience, async () => {
    const { exitCode, stderr } = await reader.types('article.sh', 'delete_sample_file');
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('timed out waiting for the condition on ingresses/helloworld');
    // The load balancer is gone; the Ingress stays for ever.
    expect(await loadBalancers()).toEqual([]);
    const { stdout } = await reader.runs(
      'kubectl',
      'describe',
      'ingress',
      'helloworld',
      '--namespace',
      'sample',
    );
    expect(stdout).toContain('IngressClass.networking.k8s.io "alb-ingress" not found');
  });

  it(
    'ends in a deletion of the cluster that says all is deleted, while the load balancers live',
    patience,
    async () => {
      const apply = async (file: string, namespace: string) =>
        succeeded(await reader.runs('kubectl', 'apply', '--namespace', namespace, '--filename', file));
      // The class again is the cure: the Ingress goes.
      await apply('helloworld-alb-sample.yaml', 'sample');
      const gone = ['--for=delete', 'ingress/helloworld', '--namespace', 'sample', '--timeout=60s'];
      succeeded(await reader.runs('kubectl', 'wait', ...gone));
      await apply('helloworld-alb-sample.yaml', 'sample');
      await apply('helloworld-nlb-sample.yaml', 'default');
      await expect.poll(async () => (await loadBalancers()).length, { timeout: 60_000 }).toBe(2);

      const { exitCode, stdout } = await reader.types('article.sh', 'delete_cluster');
      expect(exitCode).toBe(0);
      expect(stdout).toContain('all cluster resources were deleted');
      expect(await loadBalancers()).toHaveLength(2);
    },
  );

  it('is what the README shows', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const block = /^```\n(\$ eksctl create cluster .*--version 1\.21[\s\S]*?)^```/m.exec(readme)?.[1] ?? '';
    const printed = block.split('\n').filter((line) => line !== '' && !line.startsWith('$ '));
    expect(printed).toHaveLength(4);
    for (const line of printed) expect(reader.seen()).toContain(line);
  });
});
