import { CreateTagsCommand, DeleteTagsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import {
  CreateFargateProfileCommand,
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribeFargateProfileCommand,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import { DeleteOpenIDConnectProviderCommand, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCertificateAuthority } from '../../sandbox/pki.ts';
import {
  agePolicy,
  balanced,
  deployment,
  kubectlOf,
  setReleaseStatus,
  sweepSharedGroup,
} from './broken-world.ts';
import { cure, type Finding, findings, ids, soon, told } from './examination.ts';
import { clientsOf } from './foreign-world.ts';
import { patience, type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
let cluster: ReturnType<typeof kubectlOf>;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  const up = await rehearsal.run(['up', '--yes']);
  expect(up.exitCode, up.stderr).toBe(0);
  cluster = kubectlOf(rehearsal);
}, patience.timeout);
afterAll(() => rehearsal.stop());

it('finds nothing on a healthy cluster', async () => {
  const position = (await rehearsal.record()).length;
  const run = await rehearsal.runJson(['doctor']);
  expect(run.data).toMatchObject({ findings: [], unknown: [] });
  expect(run.data.looked.length).toBeGreaterThan(40);
  expect(run.exitCode).toBe(0);
  expect(await rehearsal.writes(position)).toEqual([]);
});

describe('objects in the cluster', () => {
  it('that cannot work are each recognised, with evidence and what to do', patience, async () => {
    const { eks, ec2 } = clientsOf(rehearsal);
    await eks.send(new UpdateClusterConfigCommand({ name: 'lbc-setup', deletionProtection: true }));
    const { association } = await eks.send(
      new CreatePodIdentityAssociationCommand({
        ...{ clusterName: 'lbc-setup', namespace: 'kube-system' },
        ...{ serviceAccount: 'aws-load-balancer-controller', roleArn: 'arn:aws:iam::123456789012:role/lbc' },
      }),
    );
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const tags = {
      Resources: Subnets.map(({ SubnetId = '' }) => SubnetId),
      Tags: [{ Key: 'kubernetes.io/cluster/other', Value: 'shared' }],
    };
    await rehearsal.fail({
      plane: 'kubernetes',
      call: '^fargate-scheduler sample/crowd-',
      effect: {
        kind: 'error',
        code: 'FailedScheduling',
        message:
          'Your AWS account has reached the limit on the number of Fargate pods it can run concurrently',
      },
    });
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'left', namespace: 'sample' },
      spec: {
        ingressClassName: 'alb-ingress',
        defaultBackend: { service: { name: 'helloworld-alb', port: { number: 80 } } },
      },
    };
    await cluster.apply(
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: 'v1beta1.metrics.k8s.io' },
        spec: {
          ...{ group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100 },
          ...{ insecureSkipTLSVerify: true, service: { name: 'metrics-server', namespace: 'kube-system' } },
        },
      },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'late' } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'stuck' } },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kept', namespace: 'stuck', finalizers: ['example.com/for-ever'] },
      },
      deployment('late', 'late'),
      deployment('typo', 'sample', 'nosuch'),
      deployment('crowd', 'sample'),
      deployment('other-controller', 'late', 'v3.5.0', 'public.ecr.aws/eks/aws-load-balancer-controller'),
      balanced('instance', { 'nlb-target-type': 'instance' }),
      balanced('public', { scheme: 'public' }),
      ingress,
    );
    await vi.waitFor(async () => {
      const held = await cluster.kubectl('get ingress left --namespace sample --output yaml');
      expect(held).toContain('ingress.k8s.aws/resources');
    }, soon);
    await cluster.kubectl('delete ingressclass alb-ingress');
    await cluster.kubectl('delete ingress left --namespace sample --wait=false');
    await cluster.kubectl('delete namespace stuck --wait=false');
    await cluster.kubectl('delete crd globalaccelerators.aga.k8s.aws');
    await cluster.kubectl(
      'annotate serviceaccount aws-load-balancer-controller --namespace kube-system --overwrite eks.amazonaws.com/role-arn=arn:aws:iam::123456789012:role/old',
    );

    await vi.waitFor(async () => {
      expect(await cluster.kubectl('get events --namespace sample')).toContain('FailedLoadGroupID');
    }, soon);
    await ec2.send(new CreateTagsCommand(tags));

    const found = await findings(
      rehearsal,
      ...[
        'subnets',
        'pod-identity',
        'deletion-protection',
        'unavailable-apis',
        'service-account',
        'crds',
        'second-controller',
        'pods-without-profile',
      ],
      ...['fargate-refuses', 'containers', 'ingress-class-gone', 'instance-targets', 'irsa'],
      ...['load-balancer-objects', 'targets'],
    );
    // Causes before what follows from them.
    const symptoms = found.map(({ symptom }) => symptom);
    expect(symptoms).toEqual([...symptoms].sort((one, other) => +one - +other));
    expect(told(found, 'unavailable-apis')).toMatch(
      /APIService v1beta1\.metrics\.k8s\.io: service\/metrics-server in "kube-system" is not present\n[\s\S]*\nkubectl delete apiservice v1beta1\.metrics\.k8s\.io$/,
    );
    expect(told(found, 'service-account')).toContain('is not annotated');
    expect(told(found, 'crds')).toContain('globalaccelerators.aga.k8s.aws');
    expect(told(found, 'second-controller')).toContain('Deployment late/other-controller');
    expect(told(found, 'pods-without-profile')).toMatch(/Pod late\/late-.*taint/);
    expect(told(found, 'fargate-refuses')).toMatch(/quota is used up\nPod sample\/crowd-.*\n.*L-3032A538/);
    expect(told(found, 'containers')).toMatch(/Pod sample\/typo-.*nosuch/);
    expect(told(found, 'ingress-class-gone')).toMatch(
      /Ingress sample\/left is of class alb-ingress, and is being deleted\n[\s\S]*kubectl create/,
    );
    // Told once, though steps and Events tell of it, too.
    const classless = found.filter(({ evidence }) => evidence.some((line) => /alb-ingress\b/.test(line)));
    expect(ids(classless)).toEqual(['ingress-class-gone']);
    expect(told(found, 'ingress-class-gone')).toMatch(/FailedLoadGroupID.*invalid ingress class/);
    expect(told(found, 'instance-targets')).toContain('of Service instance has targetType instance');
    expect(told(found, 'irsa')).toContain('does not admit its ServiceAccount');
    expect(told(found, 'load-balancer-objects')).toContain('Service sample/public: FailedBuildModel');
    expect(told(found, 'targets')).toContain('Service instance: no targets are registered');
    // What follows from a cause, and goes with it, is told as evidence of it.
    expect(told(found, 'unavailable-apis')).toContain('Namespace stuck: Discovery failed');
    expect(told(found, 'subnets')).toContain('the controller finds none');
    expect(told(found, 'deletion-protection')).toContain('--no-deletion-protection');
    expect(told(found, 'pod-identity')).toContain(`--association-id ${association?.associationId}`);
    await ec2.send(new DeleteTagsCommand(tags));
    await eks.send(
      new DeletePodIdentityAssociationCommand({
        clusterName: 'lbc-setup',
        associationId: association?.associationId,
      }),
    );
    await eks.send(new UpdateClusterConfigCommand({ name: 'lbc-setup', deletionProtection: false }));
  });

  it('are cured where one safe command does it, and the rest is still told', patience, async () => {
    const { eks } = clientsOf(rehearsal);
    const name = { clusterName: 'lbc-setup', fargateProfileName: 'late' };
    const { fargateProfile } = await eks.send(
      new DescribeFargateProfileCommand({ ...name, fargateProfileName: 'fp-default' }),
    );
    const { podExecutionRoleArn, subnets } = fargateProfile ?? {};
    const selectors = [{ namespace: 'late' }];
    await eks.send(new CreateFargateProfileCommand({ ...name, podExecutionRoleArn, subnets, selectors }));
    await vi.waitFor(async () => {
      const now = await eks.send(new DescribeFargateProfileCommand(name));
      expect(now.fargateProfile?.status).toBe('ACTIVE');
    }, soon);

    const refused = await rehearsal.run(['doctor', '--fix']);
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain('kubectl rollout restart deployment late --namespace late');

    const run = await cure(rehearsal);
    expect(run.exitCode, run.stderr).toBe(3);
    expect(ids(run.data.cured)).toEqual(
      expect.arrayContaining([
        ...['unavailable-apis', 'service-account', 'crds', 'ingress-class-gone', 'pods-older-than-profile'],
      ]),
    );
    const left = ids(run.data.findings);
    for (const { id } of run.data.cured) expect(left).not.toContain(id);
    expect(left).toEqual(
      expect.arrayContaining([
        ...['second-controller', 'containers', 'fargate-refuses', 'instance-targets', 'stuck-namespaces'],
      ]),
    );
    expect(await cluster.kubectl('get ingress left --namespace sample --ignore-not-found')).toBe('');

    await rehearsal.fail();
    await cluster.kubectl('delete service instance public --namespace sample');
    await cluster.kubectl('delete deployment typo crowd --namespace sample');
    await cluster.kubectl(
      'patch configmap kept --namespace stuck --type merge --patch {"metadata":{"finalizers":null}}',
    );
    await cluster.kubectl('delete namespace late stuck --wait=true --ignore-not-found');
  });
});

describe('a controller that does not serve', () => {
  it('is set up again', patience, async () => {
    const { iam } = clientsOf(rehearsal);
    const other = await createCertificateAuthority('another-authority');
    await cluster.edit('mutatingwebhookconfiguration aws-load-balancer-webhook', ({ webhooks }) => {
      for (const { clientConfig } of webhooks)
        clientConfig.caBundle = Buffer.from(other.certificate).toString('base64');
    });
    await cluster.edit('deployment aws-load-balancer-controller --namespace kube-system', ({ spec }) => {
      const [container] = spec.template.spec.containers;
      container.args = container.args
        .filter((arg: string) => !arg.startsWith('--aws-vpc-id='))
        .map((arg: string) => (arg.startsWith('--cluster-name=') ? '--cluster-name=other' : arg));
    });
    const secret = 'sh.helm.release.v1.aws-load-balancer-controller.v1';
    await cluster.edit(`secret ${secret} --namespace kube-system`, (object) =>
      setReleaseStatus(object, 'pending-install'),
    );
    await agePolicy(rehearsal, 'elasticloadbalancing:DescribeListenerAttributes');
    const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    const OpenIDConnectProviderArn = OpenIDConnectProviderList?.[0]?.Arn;
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));

    const found = await findings(
      rehearsal,
      ...['oidc-provider', 'policy', 'release', 'controller-crashes', 'controller-arguments', 'webhook'],
    );
    expect(told(found, 'oidc-provider')).toMatch(/missing: .*OIDC[\s\S]*no OIDC provider, though/);
    expect(told(found, 'policy')).toContain('elasticloadbalancing:DescribeListenerAttributes');
    expect(told(found, 'release')).toContain('is pending-install');
    expect(told(found, 'controller-crashes')).toMatch(/region or VPC[\s\S]*failed to fetch VPC ID/);
    expect(told(found, 'controller-arguments')).toContain('--cluster-name=other; it is in lbc-setup');
    expect(told(found, 'webhook')).toContain('trusts another certificate authority');

    const run = await cure(rehearsal);
    expect(ids(run.data.cured)).toEqual(expect.arrayContaining(['oidc-provider', 'policy', 'release']));
    expect(run.data.findings).toEqual([]);
    expect(run.exitCode).toBe(0);
  });

  it('is recognised with what it leaves behind, and with what cannot be read', patience, async () => {
    await sweepSharedGroup(rehearsal);
    await cluster.kubectl(
      'scale deployment aws-load-balancer-controller --namespace kube-system --replicas 0',
    );
    await vi.waitFor(async () => {
      const pods =
        'get pods --namespace kube-system --selector app.kubernetes.io/name=aws-load-balancer-controller';
      expect(await cluster.kubectl(`${pods} --output name`)).toBe('');
    }, soon);
    await cluster.kubectl(
      'patch service helloworld-nlb --namespace sample --type merge --patch {"metadata":{"finalizers":null}}',
    );
    await cluster.kubectl('delete service helloworld-nlb --namespace sample');
    await cluster.kubectl('delete ingress helloworld-alb --namespace sample --wait=false');
    await rehearsal.fail({
      plane: 'aws',
      call: '^elasticloadbalancing:DescribeTargetHealth$',
      effect: { kind: 'error', code: 'AccessDenied', status: 403, message: 'no' },
    });

    const run = await rehearsal.runJson(['doctor']);
    const found: Finding[] = run.data.findings;
    expect(run.exitCode).toBe(3);
    expect(found[0]?.id).toBe('controller-stopped');
    expect(told(found, 'shared-group-gone')).toMatch(
      /names sg-.*, which does not exist\n[\s\S]*rollout restart/,
    );
    expect(told(found, 'webhook')).toContain('no endpoints available');
    expect(told(found, 'orphaned-load-balancers')).toMatch(
      /made for sample\/helloworld-nlb.*\n.*delete-load-balancer/,
    );
    const waiting = found.find(({ what }) => what.includes('waits for the controller'));
    expect(waiting?.evidence.join()).toContain('Ingress sample/helloworld-alb is being deleted');
    expect(run.data.unknown.map(({ id }: { id: string }) => id)).toContain('targets');
    expect(run.data.looked).not.toContain('targets');
  });
});

it('a cluster that does not know who asks is told once, with the way in; the rest is unknown', async () => {
  await rehearsal.fail({
    plane: 'kubernetes',
    call: '.',
    effect: { kind: 'error', code: 'Unauthorized', status: 401, message: 'Unauthorized' },
  });
  const run = await rehearsal.runJson(['doctor']);
  const [first, ...others] = run.data.findings;
  expect(first).toMatchObject({ id: 'api-access', what: 'the cluster does not know this AWS identity' });
  expect(first.fix).toContain('--principal-arn arn:aws:iam::123456789012:user/admin');
  expect(others).toEqual([]);
  expect(run.data.unknown.map(({ id }: { id: string }) => id)).toContain('webhook');
  expect(run.exitCode).toBe(3);
});
