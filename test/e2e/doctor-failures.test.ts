import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DeleteFargateProfileCommand, DescribeClusterCommand } from '@aws-sdk/client-eks';
import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { markTags } from '../../src/ownership.ts';
import { agePolicy, balanced, kubectlOf } from './broken-world.ts';
import { cure, type Finding, findings, ids, soon, told } from './examination.ts';
import { clientsOf } from './foreign-world.ts';
import { rollBackRoleStack, stacksOf } from './own-cluster.ts';
import { patience, type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
let cluster: ReturnType<typeof kubectlOf>;
beforeAll(async () => {
  // Slow enough that the controller's pauses between two tries, up to 1000 s, outlast a run of the doctor.
  rehearsal = await startRehearsal(['--speed', '100']);
  const up = await rehearsal.run(['up', '--yes']);
  expect(up.exitCode, up.stderr).toBe(0);
  cluster = kubectlOf(rehearsal);
}, patience.timeout);
afterAll(() => rehearsal.stop());

const controller = 'aws-load-balancer-controller';
const account = `serviceaccount ${controller} --namespace kube-system`;
const inSystem = `deployment ${controller} --namespace kube-system`;

/** An Ingress of the samples' class. */
const ingress = (name: string, annotations: Record<string, string>, port = 80): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name,
    namespace: 'sample',
    annotations: Object.fromEntries(
      Object.entries({ 'target-type': 'ip', ...annotations }).map(([key, value]) => [
        `alb.ingress.kubernetes.io/${key}`,
        value,
      ]),
    ),
  },
  spec: {
    ingressClassName: 'alb-ingress',
    defaultBackend: { service: { name: 'helloworld-alb', port: { number: port } } },
  },
});

/** What the doctor says of one object: what is wrong, the object's own words, what to do. */
const saidOf = (all: readonly Finding[], object: string): string =>
  all
    .flatMap(({ what, evidence, fix }) =>
      evidence.filter((line) => line.startsWith(`${object}: `)).map((line) => [what, line, fix].join('\n')),
    )
    .join('\n');

const eventsTell = (...texts: string[]): Promise<void> =>
  vi.waitFor(async () => {
    const events = await cluster.kubectl('get events --namespace sample --output yaml');
    for (const text of texts) expect(events.replace(/\s+/g, ' ')).toContain(text);
  }, soon);

const hasHostName = (service: string): Promise<void> =>
  vi.waitFor(async () => {
    const object = await cluster.kubectl(`get service ${service} --namespace sample --output yaml`);
    expect(object).toContain('hostname:');
  }, soon);

const rolledOut = (): Promise<string> => cluster.kubectl(`rollout status ${inSystem}`);

/** Runs the doctor until a diagnosis tells this, which the cluster takes a moment to show. */
const findsOut = (id: string, text: RegExp): Promise<Finding[]> =>
  vi.waitFor(async () => {
    const found = await findings(rehearsal, id);
    expect(told(found, id)).toMatch(text);
    return found;
  }, soon);

/** Waits until the doctor finds nothing more. */
const healthy = (): Promise<void> =>
  vi.waitFor(async () => {
    const run = await rehearsal.runJson(['doctor']);
    expect(run.data, run.stderr).toMatchObject({ findings: [], unknown: [] });
  }, soon);

it('objects that the controller cannot make load balancers for', patience, async () => {
  const { Subnets = [] } = await clientsOf(rehearsal).ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'tag:kubernetes.io/role/elb', Values: ['1'] }] }),
  );
  await cluster.apply(
    balanced('lost', { subnets: 'subnet-0123456789abcdef0' }),
    balanced('check', { 'healthcheck-protocol': 'grpc' }),
    balanced('port', { 'healthcheck-port': 'abc' }),
    ingress('type', { 'target-type': 'pod' }),
    ingress('ports', { 'listen-ports': '[{HTTP:80}]' }),
    ingress('backend', {}, 81),
    ingress('one', { subnets: Subnets[0]?.SubnetId ?? '' }),
    ingress('instance', { 'target-type': 'instance' }),
    balanced('kept', { attributes: 'deletion_protection.enabled=true' }),
  );
  await hasHostName('kept');
  await cluster.kubectl('delete service kept --namespace sample --wait=false');
  await eventsTell('deletion_protection is enabled', 'port is empty', 'unable to find port 81', '1 < 2');

  const found = await findings(rehearsal, 'load-balancer-objects');
  const unreadable = (text: RegExp) =>
    new RegExp(`cannot read an annotation or a port of the object\n.*${text.source}.*\ncorrect what`);
  expect(saidOf(found, 'Service sample/check')).toMatch(unreadable(/unsupported health check protocol grpc/));
  expect(saidOf(found, 'Service sample/port')).toMatch(unreadable(/unable to find port abc on service/));
  expect(saidOf(found, 'Ingress sample/type')).toMatch(unreadable(/unknown targetType: pod/));
  expect(saidOf(found, 'Ingress sample/ports')).toMatch(unreadable(/failed to parse listen-ports/));
  expect(saidOf(found, 'Ingress sample/backend')).toMatch(unreadable(/unable to find port 81 on service/));
  expect(saidOf(found, 'Service sample/lost')).toMatch(
    /a subnet that is named in an annotation does not exist\n.*InvalidSubnetID\.NotFound.*\ncorrect the annotation/,
  );
  expect(saidOf(found, 'Ingress sample/one')).toMatch(
    /an annotation names too few subnets.*\n.*1 < 2\nname subnets in two zones/,
  );
  expect(saidOf(found, 'Ingress sample/instance')).toMatch(
    /needs a Service of type NodePort.*\n.*port is empty.*\nset the annotation .*target-type to ip/,
  );
  const lift = `kubectl annotate service kept --overwrite service.beta.kubernetes.io/aws-load-balancer-attributes=deletion_protection.enabled=false --namespace sample`;
  expect(saidOf(found, 'Service sample/kept')).toMatch(
    new RegExp(`protected from deletion\n.*deletion_protection is enabled.*\n${lift}$`),
  );

  await cluster.kubectl(lift.replace('kubectl ', ''));
  await cluster.kubectl('delete service lost check port --namespace sample');
  await cluster.kubectl('delete ingress type ports backend one instance --namespace sample');
  await cluster.kubectl('wait --for=delete service/kept --namespace sample');
});

/** Waits until the controller has just failed at a call, and pauses for longer than the doctor takes. */
async function backedOff(call: string): Promise<void> {
  await vi.waitFor(async () => {
    const tries = (await rehearsal.record()).filter((one) => one.call === call && one.error);
    const [before = 0, last = 0] = tries.slice(-2).map(({ at }) => at);
    expect(Date.now() - last).toBeLessThan(500);
    expect(last - before).toBeGreaterThan(4500);
  }, soon);
}

it(
  'a policy that lacks actions, and what the controller tries again only after minutes',
  patience,
  async () => {
    const { cluster: described } = await clientsOf(rehearsal).eks.send(
      new DescribeClusterCommand({ name: 'lbc-setup' }),
    );
    const group = described?.resourcesVpcConfig?.clusterSecurityGroupId ?? '';
    await cluster.apply(balanced('leaving', {}));
    await hasHostName('leaving');
    const elb = ['CreateLoadBalancer', 'DeleteLoadBalancer', 'RegisterTargets'];
    const lost = ['ec2:CreateSecurityGroup', ...elb.map((one) => `elasticloadbalancing:${one}`)];
    await agePolicy(rehearsal, ...lost);
    await cluster.apply(balanced('denied', {}), balanced('given', { 'security-groups': group }));
    await cluster.kubectl('scale deployment helloworld-nlb --namespace sample --replicas 3');
    await cluster.kubectl('delete service leaving --namespace sample --wait=false');
    await eventsTell('EC2: CreateSecurityGroup', ...elb.map((one) => `Elastic Load Balancing v2: ${one}`));
    await backedOff('ec2:CreateSecurityGroup');

    const found = await findings(rehearsal, 'policy');
    expect(ids(found)).toEqual(['policy', 'sample-nlb']);
    for (const action of lost) expect(told(found, 'policy')).toContain(action);
    // What follows from it is told as evidence of it.
    expect(saidOf(found, 'Service sample/denied')).toMatch(
      /EC2: CreateSecurityGroup.*UnauthorizedOp.*\nlbc-setup iam$/,
    );
    expect(saidOf(found, 'Service sample/given')).toMatch(
      /v2: CreateLoadBalancer.*AccessDenied.*\nlbc-setup iam$/,
    );
    expect(saidOf(found, 'Service sample/leaving')).toMatch(
      /v2: DeleteLoadBalancer.*AccessDenied.*\nlbc-setup iam$/,
    );
    expect(told(found, 'policy')).toMatch(
      /TargetGroupBinding sample\/.*FailedReconcile.*v2: RegisterTargets/,
    );

    await backedOff('ec2:CreateSecurityGroup');
    const run = await cure(rehearsal);
    expect(ids(run.data?.cured ?? []), run.stderr).toEqual(
      expect.arrayContaining(['policy', 'load-balancer-objects']),
    );
    expect(saidOf(run.data.cured, 'Service sample/denied')).toMatch(
      /what made it fail is not there any more.*\n.*\nkubectl annotate service denied/,
    );
    await cluster.kubectl('delete service denied given --namespace sample');
    await healthy();
  },
);

/** Edits the controller's arguments, as somebody does with `kubectl edit`. */
const editArgs = (without: string, ...more: string[]): Promise<void> =>
  cluster.edit(inSystem, ({ spec }) => {
    const [container] = spec.template.spec.containers;
    container.args = [...container.args.filter((one: string) => !one.startsWith(`--${without}=`)), ...more];
  });

it.each([
  ['no cluster name', 'cluster-name', [], 'name of its cluster', 'kubernetes cluster name must be specified'],
  [
    'tags that no VPC has',
    'aws-vpc-id',
    ['--aws-vpc-tags=Name=nosuch'],
    'by tags',
    'no VPC exists with tags',
  ],
] as const)('a controller with %s', patience, async (_, without, more, what, text) => {
  await editArgs(without, ...more);
  const found = await findsOut(
    'controller-crashes',
    new RegExp(`${what}.*\nPod kube-system/${controller}-.*${text}.*\nlbc-setup install-controller`),
  );
  expect(ids(found)).not.toContain('containers');
  await cluster.kubectl(`rollout undo ${inSystem}`);
  await rolledOut();
});

const roleArn = (): Promise<string> =>
  cluster.kubectl(`get ${account} --output jsonpath={.metadata.annotations.eks\\.amazonaws\\.com/role-arn}`);

it('a controller without a role', patience, async () => {
  const role = await roleArn();
  await cluster.kubectl(`annotate ${account} eks.amazonaws.com/role-arn-`);
  await cluster.kubectl(`rollout restart ${inSystem}`);
  await rolledOut();
  await cluster.kubectl('annotate service helloworld-nlb --namespace sample seen=1');
  await eventsTell('no EC2 IMDS role found');
  await findsOut(
    'service-account',
    /the ServiceAccount is not annotated with[\s\S]*Service sample\/helloworld-nlb: .*no EC2 IMDS role found[\s\S]*\nlbc-setup iam$/,
  );
  // Nor its region, which is in what EKS puts into pods with a role.
  await editArgs('aws-region');
  await findsOut(
    'controller-crashes',
    /not told its region[\s\S]*failed to introspect region from EC2Metadata/,
  );
  await cluster.kubectl(`rollout undo ${inSystem}`);
  await rolledOut();

  await cluster.kubectl(`annotate ${account} eks.amazonaws.com/role-arn=${role}`);
  await findsOut(
    'pods-without-role',
    /Pod kube-system\/.*: no role, not arn:[\s\S]*no EC2 IMDS role found[\s\S]*\nkubectl rollout restart/,
  );
  await cure(rehearsal);
  await healthy();
});

it(
  'a role that does not admit the ServiceAccount, and one whose stack was rolled back',
  patience,
  async () => {
    const { iam } = clientsOf(rehearsal);
    const RoleName = (await roleArn()).split('/').at(-1);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    const PolicyDocument = trust.replace(`:kube-system:${controller}`, ':kube-system:another');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    await cluster.kubectl(`rollout restart ${inSystem}`);
    await rolledOut();
    await eventsTell('Not authorized to perform sts:AssumeRoleWithWebIdentity');
    const found = await findsOut(
      'service-account',
      /does not trust system:serviceaccount:kube-system:aws-load-balancer-controller\n[\s\S]*Service sample\/helloworld-nlb: .*AssumeRoleWithWebIdentity, .*AccessDenied[\s\S]*\nlbc-setup iam$/,
    );
    expect(told(found, 'irsa')).toContain('does not admit its ServiceAccount');

    await rollBackRoleStack(rehearsal);
    await findsOut('service-account', /ROLLBACK_COMPLETE[\s\S]*RolesPerAccount: 1000[\s\S]*\nlbc-setup iam$/);
    await cure(rehearsal);
    await healthy();
  },
);

it('a controller of another VPC', patience, async () => {
  const { ec2 } = clientsOf(rehearsal);
  const { Vpcs } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
  );
  const vpc = Vpcs?.[0]?.VpcId;
  await editArgs('aws-vpc-id', `--aws-vpc-id=${vpc}`);
  await rolledOut();
  await cluster.kubectl('scale deployment helloworld-nlb --namespace sample --replicas 3');
  await eventsTell('cannot resolve pod ENI');
  await findsOut(
    'controller-arguments',
    /has --aws-vpc-id=vpc-.*; it is in vpc-.*\n[\s\S]*TargetGroupBinding sample\/.*cannot resolve pod ENI/,
  );
  await cluster.kubectl(`rollout undo ${inSystem}`);
  await rolledOut();
  await cure(rehearsal);
  await healthy();
});

it('a throttled account', patience, async () => {
  const effect = { kind: 'error', code: 'Throttling', status: 400, message: 'Rate exceeded' } as const;
  await rehearsal.fail({
    plane: 'aws',
    call: '^elasticloadbalancing:DescribeTargetHealth$',
    times: 3,
    effect,
  });
  const position = (await rehearsal.record()).length;
  const run = await rehearsal.runJson(['doctor']);
  expect(run, run.stderr).toMatchObject({ exitCode: 0, data: { findings: [], unknown: [] } });
  const refused = (await rehearsal.record(position)).filter(({ error }) => error === 'Throttling');
  expect(refused.length).toBeGreaterThan(0);
});

it('what is left when load balancers go while the controller is away', patience, async () => {
  await cluster.kubectl(`scale ${inSystem} --replicas 0`);
  await vi.waitFor(async () => {
    const pods = `get pods --namespace kube-system --selector app.kubernetes.io/name=${controller}`;
    expect(await cluster.kubectl(`${pods} --output name`)).toBe('');
  }, soon);
  await cluster.kubectl('delete service helloworld-nlb --namespace sample --wait=false');
  await cluster.kubectl('delete ingress helloworld-alb --namespace sample --wait=false');
  await cluster.kubectl(`scale ${inSystem} --replicas 2`);
  await rolledOut();
  await vi.waitFor(async () => {
    expect(await cluster.kubectl('get targetgroupbindings,ingresses --namespace sample --output name')).toBe(
      '',
    );
  }, soon);
  await findsOut('shared-group-left', /\nsg-\w+ \(k8s-traffic-lbcsetup-\w+\)\nlbc-setup teardown/);
});

it('a Fargate profile that is being deleted', patience, async () => {
  const effect = { kind: 'delay', seconds: 3000 } as const;
  await rehearsal.fail({ plane: 'tool', call: 'eks delete fargate-profile sample-app', effect });
  const profile = { clusterName: 'lbc-setup', fargateProfileName: 'sample-app' };
  await clientsOf(rehearsal).eks.send(new DeleteFargateProfileCommand(profile));
  await findsOut(
    'sample-profile',
    /^not ready: .*\nprofile sample-app is DELETING\nlbc-setup cluster, which waits for it$/,
  );
});

it('the stack of a role that was rolled back, and outlived its cluster', async () => {
  const effect = { kind: 'error', code: 'LimitExceeded', message: 'no role left', status: 409 } as const;
  await rehearsal.fail({ plane: 'aws', call: '^iam:CreateRole$', effect });
  const StackName = `eksctl-gone-addon-iamserviceaccount-kube-system-${controller}`;
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: [trust] };
  const Resources = { Role1: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument } } };
  const client = stacksOf(rehearsal);
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: JSON.stringify({ Resources }),
      Tags: markTags({ cluster: 'gone', region: rehearsal.env.AWS_REGION ?? '' }),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  await vi.waitFor(async () => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    expect(Stacks?.[0]?.StackStatus).toBe('ROLLBACK_COMPLETE');
  }, soon);
  const run = await rehearsal.runJson(['doctor', '--cluster', 'gone']);
  expect(run.exitCode, run.stderr).toBe(3);
  expect(ids(run.data.findings)).toEqual(['leftovers']);
  expect(told(run.data.findings, 'leftovers')).toMatch(
    new RegExp(`\\nCloudFormation stack ${StackName}.*\\nlbc-setup teardown`),
  );
  const teardown = await rehearsal.runJson(['teardown', '--yes', '--cluster', 'gone']);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
});
