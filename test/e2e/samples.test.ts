import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../sandbox/pki.ts';
import { type Rehearsal, startRehearsal, whileLocked } from './rehearsal.ts';

let rehearsal: Rehearsal;
let elb: ElasticLoadBalancingV2Client;
let iam: IAM;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  const { env } = rehearsal;
  const client = {
    endpoint: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
  elb = new ElasticLoadBalancingV2Client(client);
  iam = new IAM(client);
  for (const command of ['cluster', 'iam', 'install-controller']) {
    const run = await rehearsal.run([command, '--yes']);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
  }
}, 120_000);
afterAll(() => rehearsal.stop());

/** Runs the program, which must succeed. */
const succeed = async (...args: string[]) => {
  const run = await rehearsal.runJson(args);
  expect(run, `${args.join(' ')}: ${run.stderr}${run.stdout}`).toMatchObject({ exitCode: 0 });
  return run.data;
};

const writesOf = async (...args: string[]): Promise<readonly string[]> => {
  const position = (await rehearsal.record()).length;
  await succeed(...args);
  const writes = await rehearsal.writes(position);
  return writes.length === 0 ? writes : whileLocked(writes);
};

/** The load balancer that the controller tagged for one of the samples' objects, or that has our name. */
const loadBalancer = async (matches: (tags: Record<string, string>, name: string) => boolean) => {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  for (const balancer of LoadBalancers) {
    const LoadBalancerArn = balancer.LoadBalancerArn ?? '';
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] }));
    const tags = Object.fromEntries(TagDescriptions?.[0]?.Tags?.map(({ Key, Value }) => [Key, Value]) ?? []);
    if (!matches(tags, balancer.LoadBalancerName ?? '')) continue;
    const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
    return { balancer, Listeners, TargetGroups, tags };
  }
  return undefined;
};
const nlb = () => loadBalancer((tags) => tags['service.k8s.aws/stack'] === 'sample/helloworld-nlb');
const alb = (stack: string) => loadBalancer((tags) => tags['ingress.k8s.aws/stack'] === stack);
const tgb = () => loadBalancer((_, name) => name.startsWith('lbc-setup-tgb-'));

describe('a value that the controller would not refuse ends with exit code 2 and what is allowed', () => {
  const cases: [string[], RegExp][] = [
    [['--nlb-scheme', 'public'], /--nlb-scheme: "public"[\s\S]*one of internal, internet-facing/],
    [['--alb-listen-ports', '[{"HTTPS": 443}]'], /HTTPS needs a certificate[\s\S]*--alb-certificate-arn/],
  ];
  it.each(cases)('%s', async (options, message) => {
    const position = (await rehearsal.record()).length;
    const { exitCode, stderr } = await rehearsal.run(['deploy-sample', ...options]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
    expect(await rehearsal.writes(position)).toEqual([]);
  });
});

it('options end in the load balancers, and the same options once more write nothing', {
  timeout: 120_000,
}, async () => {
  const options = [
    ...['--nlb-scheme', 'internal', '--nlb-healthcheck-protocol', 'tcp', '--nlb-healthcheck-port', '5000'],
    ...['--alb-group-name', 'shared', '--alb-listen-ports', '[{"HTTP": 8080}, {"HTTP": 81}]'],
    ...['--alb-healthcheck-protocol', 'http', '--alb-healthcheck-path', '/hello'],
  ];
  await succeed('deploy-sample', ...options);
  expect(await nlb()).toMatchObject({
    balancer: { Type: 'network', Scheme: 'internal' },
    Listeners: [{ Port: 80, Protocol: 'TCP' }],
    TargetGroups: [{ HealthCheckProtocol: 'TCP', HealthCheckPort: '5000', TargetType: 'ip' }],
  });
  const shared = await alb('shared');
  expect(shared).toMatchObject({
    balancer: { Type: 'application', Scheme: 'internet-facing' },
    TargetGroups: [
      { HealthCheckProtocol: 'HTTP', HealthCheckPort: 'traffic-port', HealthCheckPath: '/hello' },
    ],
  });
  expect(shared?.Listeners.map(({ Port }) => Port).sort()).toEqual([8080, 81]);
  expect(await writesOf('deploy-sample', ...options)).toEqual([]);

  const answers = await succeed('verify');
  const [internal, shown] = answers.steps.map(({ evidence }: { evidence: string }) => evidence);
  expect(internal).toContain('internal, so only the VPC reaches it');
  const urls = shown.split(', ');
  expect(urls).toHaveLength(2);
  for (const url of urls) {
    const { stdout } = await rehearsal.tool('curl', ['--silent', url]);
    expect(stdout, url).toMatch(/^Hello version: v1/);
  }
});

it('other options change the samples', { timeout: 120_000 }, async () => {
  // The Network Load Balancer answers all the same: without a healthy target it sends to every one.
  await succeed('deploy-sample', 'nlb', '--nlb-healthcheck-path', '/nowhere');
  const sick = await rehearsal.run(['verify', 'nlb', '--timeout', '3s']);
  expect(sick.stderr).toContain('is unhealthy');
  expect(sick.exitCode).toBe(3);

  await succeed('deploy-sample', '--nlb-healthcheck-path', '/hello', '--alb-scheme', 'internal');
  expect(await nlb()).toMatchObject({
    balancer: { Scheme: 'internet-facing' },
    TargetGroups: [
      { HealthCheckProtocol: 'HTTP', HealthCheckPort: 'traffic-port', HealthCheckPath: '/hello' },
    ],
  });
  expect(await alb('shared')).toBeUndefined();
  expect(await alb('sample/helloworld-alb')).toMatchObject({
    balancer: { Scheme: 'internal' },
    Listeners: [{ Port: 80, Protocol: 'HTTP' }],
    TargetGroups: [{ HealthCheckPath: '/health' }],
  });
});

it('a certificate that AWS does not know is told in the words of the controller', {
  timeout: 60_000,
}, async () => {
  const arn = `arn:aws:acm:${rehearsal.env.AWS_REGION}:123456789012:certificate/12345678`;
  const { exitCode, stderr } = await rehearsal.run([
    ...['deploy-sample', 'alb', '--alb-certificate-arn', arn],
    ...['--alb-listen-ports', '[{"HTTPS": 443}]', '--timeout', '3s'],
  ]);
  expect(stderr).toContain('CertificateNotFound');
  expect(exitCode).toBe(1);
});

it('an HTTPS port shows the certificate that is named, and takes nothing unencrypted', {
  timeout: 120_000,
}, async () => {
  const { AWS_REGION } = rehearsal.env;
  const authority = await createCertificateAuthority('shop');
  const pair = await authority.issue([`*.${AWS_REGION}.elb.amazonaws.com`]);
  const { ServerCertificateMetadata } = await iam.uploadServerCertificate({
    ServerCertificateName: 'shop',
    CertificateBody: pair.certificate,
    PrivateKey: pair.key,
  });
  await succeed(
    ...['deploy-sample', 'alb', '--alb-certificate-arn', ServerCertificateMetadata?.Arn ?? ''],
    ...['--alb-listen-ports', '[{"HTTPS": 8443}]'],
  );
  const { steps } = await succeed('verify', 'alb');
  const url: string = steps[0].evidence;
  expect(url).toMatch(/^https:.*:8443\/hello$/);
  const trusted = join(rehearsal.directory, 'shop.pem');
  await writeFile(trusted, authority.certificate);
  const encrypted = await rehearsal.tool('curl', ['--silent', '--show-error', '--cacert', trusted, url]);
  expect(encrypted.stdout, encrypted.stderr).toMatch(/^Hello version: v1, instance: helloworld-alb/);
  expect((await rehearsal.fetch(url.replace('https:', 'http:'))).status).toBe(400);
});

it('a Service is bound to a load balancer outside Kubernetes, which is mended', {
  timeout: 120_000,
}, async () => {
  await succeed('deploy-sample', 'tgb');
  const before = await tgb();
  expect(before).toMatchObject({
    balancer: { Type: 'network', Scheme: 'internet-facing' },
    Listeners: [{ Port: 80, Protocol: 'TCP' }],
    TargetGroups: [{ Port: 5000, TargetType: 'ip', HealthCheckProtocol: 'HTTP', HealthCheckPath: '/health' }],
    tags: { 'lbc-setup/cluster': 'lbc-setup' },
  });
  await elb.send(new DeleteListenerCommand({ ListenerArn: before?.Listeners[0]?.ListenerArn }));
  expect(await writesOf('deploy-sample', 'tgb')).toEqual(['elasticloadbalancing:CreateListener']);
  const { steps } = await succeed('verify', 'tgb');
  const { stdout } = await rehearsal.tool('curl', ['--silent', steps[0].evidence]);
  expect(stdout).toMatch(/^Hello version: v1, instance: helloworld-tgb/);
});

it('removal goes in order, and keeps the namespace until nothing is in it', {
  timeout: 120_000,
}, async () => {
  const inSample = 'namespaces/sample';
  const apps = `DELETE /apis/apps/v1/${inSample}/deployments`;
  const core = `DELETE /api/v1/${inSample}/services`;
  const position = (await rehearsal.record()).length;
  const { kept } = await succeed('deploy-sample', '--remove', 'nlb', 'alb');
  expect(kept).toEqual([expect.stringContaining('Service/helloworld-tgb')]);
  expect(whileLocked(await rehearsal.writes(position))).toEqual([
    `DELETE /apis/networking.k8s.io/v1/${inSample}/ingresses/helloworld-alb`,
    `${core}/helloworld-alb`,
    `${apps}/helloworld-alb`,
    `${core}/helloworld-nlb`,
    `${apps}/helloworld-nlb`,
    'DELETE /apis/networking.k8s.io/v1/ingressclasses/alb-ingress',
  ]);
  expect(await nlb()).toBeUndefined();
  expect(await alb('sample/helloworld-alb')).toBeUndefined();

  expect(await writesOf('deploy-sample', '--remove')).toEqual([
    `DELETE /apis/elbv2.k8s.aws/v1beta1/${inSample}/targetgroupbindings/helloworld-tgb`,
    `${core}/helloworld-tgb`,
    `${apps}/helloworld-tgb`,
    'elasticloadbalancing:DeleteLoadBalancer',
    'elasticloadbalancing:DeleteTargetGroup',
    'ec2:DeleteSecurityGroup',
    'DELETE /api/v1/namespaces/sample',
  ]);
  expect(await tgb()).toBeUndefined();
});

it('teardown takes the load balancer outside Kubernetes along, and lists it when it cannot', {
  timeout: 120_000,
}, async () => {
  await succeed('deploy-sample', 'tgb');
  const status = await succeed('status');
  expect(status.steps).toContainEqual(expect.objectContaining({ id: 'sample-tgb', status: 'ready' }));
  await rehearsal.fail({
    plane: 'aws',
    call: '^elasticloadbalancing:DeleteLoadBalancer$',
    effect: { kind: 'error', code: 'AccessDenied', message: 'not authorized' },
  });
  const held = await rehearsal.runJson(['teardown', '--yes']);
  expect(held.exitCode).toBe(1);
  const left = held.data.leftovers.filter(({ kind }: { kind: string }) =>
    ['Load balancer', 'Target group'].includes(kind),
  );
  expect(left.map(({ id }: { id: string }) => id)).toEqual([
    expect.stringContaining('lbc-setup-tgb-'),
    expect.stringContaining('lbc-setup-tgb-'),
  ]);
  await rehearsal.fail();
  const teardown = await succeed('teardown', '--yes');
  expect(teardown.leftovers).toEqual([]);
  await iam.deleteServerCertificate({ ServerCertificateName: 'shop' });
  expect(await rehearsal.inventory()).toEqual([]);
});
