import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { createChartRepository } from '../../../sandbox/controller/chart-repository.ts';
import { realHelm } from './tools.ts';

const release = ['aws-load-balancer-controller'];
const values = {
  clusterName: 'lab',
  region: 'ap-northeast-1',
  vpcId: 'vpc-1',
  'serviceAccount.create': 'false',
  'serviceAccount.name': 'aws-load-balancer-controller',
  defaultTargetType: 'ip',
  keepTLSSecret: 'true',
};
const set = (map: Record<string, string>): string[] =>
  Object.entries(map).flatMap(([key, value]) => ['--set', `${key}=${value}`]);

let archive: string;
beforeAll(async () => {
  const { archives } = await createChartRepository();
  archive = join(mkdtempSync(join(tmpdir(), 'chart-')), 'chart.tgz');
  writeFileSync(archive, [...archives.values()][0] ?? '');
});

describe('the chart repository', () => {
  it('names each archive by its real URL and its digest', async () => {
    const { index, archives } = await createChartRepository();
    const [entry] = parse(index).entries['aws-load-balancer-controller'];
    const url = 'https://aws.github.io/eks-charts/aws-load-balancer-controller-3.5.0.tgz';
    expect(entry).toMatchObject({ version: '3.5.0', appVersion: 'v3.5.0', urls: [url] });
    const digest = createHash('sha256')
      .update(archives.get(url) ?? '')
      .digest('hex');
    expect(entry.digest).toBe(digest);
  });

  it('is the same every time', async () => {
    expect((await createChartRepository()).index).toBe((await createChartRepository()).index);
  });
});

describe.each([3, 4] as const)('the chart under helm %i', (major) => {
  let helm: string;
  beforeAll(async () => {
    helm = await realHelm(major);
  });
  const template = (...more: string[]) =>
    execFileSync(helm, [
      'template',
      ...release,
      archive,
      '-n',
      'kube-system',
      ...set(values),
      ...more,
    ]).toString();
  const objects = (...more: string[]) =>
    parseAllDocuments(template(...more))
      .map((document) => document.toJS())
      .filter(Boolean)
      .flatMap((object) => (object.kind === 'List' ? object.items : [object]));

  it('makes the objects of the real chart', () => {
    const names = objects().map((object) => `${object.kind}/${object.metadata.name}`);
    expect(names.sort()).toEqual(
      [
        'ClusterRole/aws-load-balancer-controller-role',
        'ClusterRoleBinding/aws-load-balancer-controller-rolebinding',
        'Deployment/aws-load-balancer-controller',
        'IngressClass/alb',
        'IngressClassParams/alb',
        'MutatingWebhookConfiguration/aws-load-balancer-webhook',
        'Role/aws-load-balancer-controller-leader-election-role',
        'RoleBinding/aws-load-balancer-controller-leader-election-rolebinding',
        'Secret/aws-load-balancer-tls',
        'Service/aws-load-balancer-webhook-service',
        'ValidatingWebhookConfiguration/aws-load-balancer-webhook',
      ].sort(),
    );
  });

  it('gives the controller the arguments of the real chart', () => {
    const deployment = objects().find((object) => object.kind === 'Deployment');
    // facts/lbc.md §2
    expect(deployment.spec.template.spec.containers[0].args).toEqual([
      '--cluster-name=lab',
      '--ingress-class=alb',
      '--aws-region=ap-northeast-1',
      '--aws-vpc-id=vpc-1',
      '--default-target-type=ip',
    ]);
    expect(deployment.spec.replicas).toBe(2);
    expect(deployment.spec.template.spec.priorityClassName).toBe('system-cluster-critical');
  });

  it('passes maps, lists and switched-off booleans on as flags', () => {
    const [deployment] = objects(
      ...set({ 'defaultTags.team': 'a', 'vpcTags.Name': 'v', enableShield: 'false', awsMaxRetries: '7' }),
    ).filter((object) => object.kind === 'Deployment');
    expect(deployment.spec.template.spec.containers[0].args).toEqual(
      expect.arrayContaining([
        '--default-tags=team=a',
        '--aws-vpc-tags=Name=v',
        '--enable-shield=false',
        '--aws-max-retries=7',
      ]),
    );
  });

  it('signs the webhook certificate with the authority that the webhooks trust', () => {
    const all = objects();
    const secret = all.find((object) => object.kind === 'Secret');
    for (const object of all.filter((each) => each.kind.endsWith('WebhookConfiguration'))) {
      for (const webhook of object.webhooks)
        expect(webhook.clientConfig.caBundle).toBe(secret.data['ca.crt']);
    }
    expect(Object.keys(secret.data).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  });

  it('leaves the Service webhook out on request', () => {
    const [mutating] = objects('--set', 'enableServiceMutatorWebhook=false').filter(
      (object) => object.kind === 'MutatingWebhookConfiguration',
    );
    expect(mutating.webhooks.map((webhook: { name: string }) => webhook.name)).not.toContain(
      'mservice.elbv2.k8s.aws',
    );
  });

  it('fails without a cluster name in the words of the real chart', () => {
    const { status, stderr } = spawnSync(helm, ['template', ...release, archive, '--set', 'region=x']);
    expect(status).toBe(1);
    // transcripts/lbc/helm1.txt
    expect(stderr.toString()).toContain(
      'execution error at (aws-load-balancer-controller/templates/deployment.yaml:67:28): Chart cannot be installed without a valid clusterName!',
    );
  });

  it('ignores misspelt values, as the real chart does', () => {
    expect(() => template('--set', 'noSuchKey=1', '--set', 'regoin=x')).not.toThrow();
  });

  it('refuses what it does not carry', () => {
    const { stderr } = spawnSync(helm, [
      'template',
      ...release,
      archive,
      ...set(values),
      '--set',
      'enableCertManager=true',
    ]);
    expect(stderr.toString()).toContain('does not emulate enableCertManager');
  });

  it('carries the seven custom resource definitions, without labels', () => {
    const crds = parseAllDocuments(execFileSync(helm, ['show', 'crds', archive]).toString())
      .map((document) => document.toJS())
      .filter(Boolean);
    // transcripts/lbc/crds.txt
    expect(crds.map((crd) => crd.metadata.name)).toEqual([
      'albtargetcontrolconfigs.elbv2.k8s.aws',
      'globalaccelerators.aga.k8s.aws',
      'ingressclassparams.elbv2.k8s.aws',
      'targetgroupbindings.elbv2.k8s.aws',
      'listenerruleconfigurations.gateway.k8s.aws',
      'loadbalancerconfigurations.gateway.k8s.aws',
      'targetgroupconfigurations.gateway.k8s.aws',
    ]);
    expect(crds.every((crd) => crd.metadata.labels === undefined)).toBe(true);
  });
});
