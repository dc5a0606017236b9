import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  AllocateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DescribeSubnetsCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DetachRolePolicyCommand,
  ListEntitiesForPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { audit, type Leftover } from '../../src/audit.ts';
import { costOfLeftover } from '../../src/cost/leftovers.ts';
import { markTags } from '../../src/ownership.ts';
import { clientsOf } from './foreign-world.ts';
import { openContext } from './open-context.ts';
import { type Hands, handsFor, stacksOf, system } from './own-cluster.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
let hands: Hands;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  await make();
  hands = await handsFor(rehearsal);
}, 180_000);
afterEach(() => rehearsal.fail());
afterAll(() => rehearsal.stop());

const controller = 'aws-load-balancer-controller';
const sample = '--namespace=sample';
const region = (): string => rehearsal.env.AWS_REGION ?? '';
const patience = { timeout: 90_000 };

async function succeed(...args: string[]): Promise<string[]> {
  const run = await rehearsal.runJson(args);
  expect(run, `${args.join(' ')}: ${run.stderr}${run.stdout}`).toMatchObject({ exitCode: 0 });
  return run.data.steps
    .filter(({ outcome }: { outcome: string }) => outcome === 'applied' || outcome === 'removed')
    .map(({ id }: { id: string }) => id);
}

async function make(): Promise<void> {
  for (const command of ['cluster', 'iam', 'install-controller']) await succeed(command, '--yes');
}

/** Runs the program, which must refuse and change nothing, and tells its words. */
async function refuse(args: string[], env?: Record<string, string>): Promise<string> {
  const position = (await rehearsal.record()).length;
  const { exitCode, stderr } = await rehearsal.run(args, env);
  expect(exitCode, stderr).not.toBe(0);
  expect(await rehearsal.writes(position)).toEqual([]);
  return stderr;
}

const kindsThere = async (): Promise<string[]> => {
  const kinds = (await rehearsal.inventory()).map(({ kind }) => kind);
  return [...new Set(kinds)].filter((kind) => !kind.startsWith('kubernetes:'));
};

const loadBalancers = async () => {
  const { LoadBalancers = [] } = await clientsOf(rehearsal).elb.send(new DescribeLoadBalancersCommand({}));
  return LoadBalancers.map(({ LoadBalancerArn = '' }) => LoadBalancerArn);
};

/** Who asked for the deletion of load balancers since then. */
const deletedBy = async (position: number): Promise<string[]> =>
  (await rehearsal.record(position))
    .filter(({ call, status }) => call === 'elasticloadbalancing:DeleteLoadBalancer' && status === 200)
    .map(({ caller }) => (caller.includes(':assumed-role/') ? 'controller' : 'user'));

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'public', namespace: 'default' },
  spec: {
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    selector: { app: 'none' },
    ports: [{ port: 80 }],
  },
};

describe('load balancers of others in a cluster of ours', () => {
  it('are listed and asked for before the cluster goes', patience, async () => {
    await hands.apply(service);
    await hands.kubectl('wait', 'service/public', '--for=jsonpath={.metadata.finalizers}');
    const words = await refuse(['teardown']);
    expect(words).toMatch(/Load balancers of others go too: Service default\/public/);
    expect(words).toContain('Delete the cluster and everything in it');
  });

  it('keep the controller in a cluster that stays', patience, async () => {
    const { exitCode, stderr } = await rehearsal.run(['teardown', '--keep-cluster', '--yes']);
    expect(stderr).toContain('the controller is kept: others have come to use it');
    expect(stderr).toContain('Service default/public');
    expect(exitCode).toBe(1);
    await hands.kubectl('delete', 'service', 'public');
  });
});

describe('deletion protection', () => {
  it('of a load balancer, set by hand, is found before anything is removed', patience, async () => {
    await succeed('deploy-sample', 'nlb');
    const [LoadBalancerArn = ''] = await loadBalancers();
    const attribute = { Key: 'deletion_protection.enabled', Value: 'true' };
    const { elb } = clientsOf(rehearsal);
    await elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [attribute] }));
    const words = await refuse(['teardown', '--yes']);
    expect(words).toContain(
      `next: aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${LoadBalancerArn} --attributes Key=deletion_protection.enabled,Value=false`,
    );
    await elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn,
        Attributes: [{ ...attribute, Value: 'false' }],
      }),
    );
  });

  it('of a load balancer, set by annotation, is lifted where it would be set again', patience, async () => {
    const annotation = 'service.beta.kubernetes.io/aws-load-balancer-attributes';
    const annotate = (value: string) =>
      hands.kubectl('annotate', 'service', 'helloworld-nlb', sample, '--overwrite', `${annotation}=${value}`);
    await annotate('deletion_protection.enabled=true');
    const { elb } = clientsOf(rehearsal);
    const [LoadBalancerArn = ''] = await loadBalancers();
    await vi.waitFor(
      async () => {
        const { Attributes = [] } = await elb.send(
          new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }),
        );
        expect(Attributes).toContainEqual({ Key: 'deletion_protection.enabled', Value: 'true' });
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(await refuse(['teardown', '--yes'])).toContain(
      `next: kubectl annotate service helloworld-nlb --namespace sample --overwrite ${annotation}=deletion_protection.enabled=false`,
    );
    await annotate('deletion_protection.enabled=false');
  });

  it('of the cluster is found before anything is removed', patience, async () => {
    const { eks } = clientsOf(rehearsal);
    const protect = (deletionProtection: boolean) =>
      vi.waitFor(() => eks.send(new UpdateClusterConfigCommand({ name: 'lbc-setup', deletionProtection })), {
        timeout: 30_000,
      });
    await protect(true);
    await vi.waitFor(
      async () =>
        expect(await refuse(['teardown', '--yes'])).toContain(
          'next: aws eks update-cluster-config --name lbc-setup --no-deletion-protection',
        ),
      { timeout: 30_000 },
    );
    await protect(false);
  });
});

describe('the controller', () => {
  it('scaled to nothing is brought back, and removes its load balancer itself', patience, async () => {
    await succeed('deploy-sample', 'nlb');
    await hands.kubectl('scale', 'deployment', controller, ...system, '--replicas=0');
    const position = (await rehearsal.record()).length;
    expect(await succeed('deploy-sample', '--remove', 'nlb')).toContain('sample-nlb');
    expect(await deletedBy(position)).toEqual(['controller']);
    expect(await loadBalancers()).toEqual([]);
  });

  it('that may do nothing any more is done without', patience, async () => {
    await succeed('deploy-sample', 'nlb');
    const { iam } = clientsOf(rehearsal);
    const PolicyArn = `arn:aws:iam::123456789012:policy/AWSLoadBalancerController-lbc-setup-${region()}`;
    const { PolicyRoles = [] } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    const RoleName = PolicyRoles[0]?.RoleName;
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    const position = (await rehearsal.record()).length;
    await succeed('deploy-sample', '--remove', 'nlb');
    expect(await deletedBy(position)).toEqual(['user']);
    expect(await loadBalancers()).toEqual([]);
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  });

  it('that is gone, with a namespace that hangs on its finalizers, is done without', patience, async () => {
    await succeed('deploy-sample', 'nlb');
    await hands.kubectl('delete', 'deployment', controller, ...system);
    await hands.kubectl('delete', 'namespace', 'sample', '--wait=false');
    const position = (await rehearsal.record()).length;
    await succeed('deploy-sample', '--remove', 'nlb');
    expect(await deletedBy(position)).toEqual(['user']);
    expect(await loadBalancers()).toEqual([]);
    const namespaces = await hands.kubectl('get', 'namespaces', '--output=name');
    expect(namespaces).not.toContain('namespace/sample');
  });

  it('whose Deployment and webhooks were deleted is installed again', patience, async () => {
    expect(await succeed('install-controller')).toContain('release');
    await hands.kubectl('get', 'validatingwebhookconfiguration', 'aws-load-balancer-webhook');
  });

  it(
    'that crashes, with a webhook that refuses the patch of a finalizer, is done without',
    patience,
    async () => {
      await succeed('deploy-sample', 'alb');
      const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/args', value: ['--nothing'] }];
      const scale = (count: number) =>
        hands.kubectl('scale', 'deployment', controller, ...system, `--replicas=${count}`);
      await scale(0);
      const pods = `--selector=app.kubernetes.io/name=${controller}`;
      await hands.kubectl('wait', 'pod', ...system, pods, '--for=delete');
      const change = ['--type=json', `--patch=${JSON.stringify(patch)}`];
      await hands.kubectl('patch', 'deployment', controller, ...system, ...change);
      await scale(2);
      await hands.kubectl('delete', 'ingress', 'helloworld-alb', sample, '--wait=false');
      const finalizers = '--patch={"metadata": {"finalizers": null}}';
      await expect(
        hands.kubectl('patch', 'ingress', 'helloworld-alb', sample, '--type=merge', finalizers),
      ).rejects.toThrow(/failed calling webhook "vingress\.elbv2\.k8s\.aws"/);
      const position = (await rehearsal.record()).length;
      await succeed('deploy-sample', '--remove', 'alb', '--timeout', '5s');
      expect(await deletedBy(position)).toEqual(['user']);
      expect(await loadBalancers()).toEqual([]);
      await hands.kubectl('delete', 'deployment', controller, ...system);
      await succeed('install-controller');
    },
  );

  it('whose shared security group was swept too early is started again', patience, async () => {
    await succeed('deploy-sample', 'nlb');
    const effect = { kind: 'behave', how: 'leak-backend-security-group' } as const;
    const call = 'aws-load-balancer-controller release backend-security-group';
    await rehearsal.fail({ plane: 'tool', call, effect });
    await succeed('deploy-sample', '--remove', 'nlb');
    const shared = (await rehearsal.inventory()).find(({ tags }) => tags['elbv2.k8s.aws/resource']);
    const GroupId = shared?.id.split('/').at(-1);
    await clientsOf(rehearsal).ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await rehearsal.fail();
    const { stderr } = await rehearsal.run(['deploy-sample', 'nlb', '--timeout', '3s']);
    expect(stderr).toMatch(/was deleted under it[\s\S]*next: kubectl rollout restart deployment/);
    expect(await succeed('deploy-sample', 'nlb')).toContain('sample-nlb');
  });
});

describe('the audit', () => {
  it('finds every kind of thing that a run makes, with cost and command', patience, async () => {
    await succeed('cluster', '--yes', '--update-kubeconfig');
    await succeed('deploy-sample', 'nlb');
    const context = await openContext(rehearsal);
    const { leftovers, unknown } = await audit(context);
    expect(unknown).toEqual([]);
    const found = new Map(leftovers.map((leftover) => [leftover.kind, leftover]));
    expect([...found.keys()].sort()).toEqual(
      [
        ...['CloudFormation stack', 'EKS cluster', 'Elastic IP address', 'Entry in your kubeconfig'],
        ...['Fargate profile', 'IAM OIDC provider', 'IAM policy', 'IAM role', 'Load balancer', 'NAT gateway'],
        ...['Security group', 'Target group', 'VPC'],
      ].sort(),
    );
    for (const { kind, id, remove } of leftovers) {
      expect(remove, kind).toMatch(/^(aws \w+ (delete|release)-|lbc-setup teardown )/);
      expect(id).toBeTruthy();
    }
    const cost = (kind: string): string | undefined =>
      costOfLeftover(found.get(kind) as Leftover, context.config.region);
    for (const kind of ['EKS cluster', 'NAT gateway', 'Elastic IP address', 'Load balancer'])
      expect(cost(kind), kind).toMatch(/\d/);
    const { leftovers: kept } = await audit({ ...context, keepCluster: true });
    expect(new Set(kept.map(({ kind }) => kind))).toEqual(
      new Set([
        ...['CloudFormation stack', 'IAM policy', 'IAM role', 'Load balancer'],
        ...['Security group', 'Target group'],
      ]),
    );
  });
});

describe('--keep-cluster', () => {
  let before: string[];
  beforeAll(async () => {
    await succeed('deploy-sample', 'nlb');
    before = await kindsThere();
  }, 90_000);

  it('goes on where credentials ended half way', patience, async () => {
    await rehearsal.fail({
      plane: 'aws',
      call: '^(iam|cloudformation):',
      skip: 8,
      effect: {
        kind: 'error',
        code: 'ExpiredTokenException',
        message: 'The security token included in the request is expired',
        status: 403,
      },
    });
    const { exitCode, stderr } = await rehearsal.run(['teardown', '--keep-cluster', '--yes']);
    expect(stderr).toMatch(/the AWS credentials have expired[\s\S]*aws sso login/);
    expect(exitCode).toBe(1);
  });

  it(
    'goes on where the process was gone, takes away what was installed, and leaves the cluster',
    patience,
    async () => {
      const position = (await rehearsal.record()).length;
      const killed = rehearsal.start(['teardown', '--keep-cluster', '--yes']);
      await vi.waitFor(
        async () => {
          const calls = (await rehearsal.record(position)).map(({ call }) => call);
          expect(
            calls.some((call) => /^DELETE .*(services|secrets|deployments)|^iam:Delete/.test(call)),
          ).toBe(true);
        },
        { timeout: 60_000, interval: 20 },
      );
      killed.kill('SIGKILL');
      await killed;

      const run = await rehearsal.runJson(['teardown', '--keep-cluster', '--yes']);
      expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
      const gone = before.filter((kind) => kind.startsWith('elasticloadbalancing:') || kind === 'iam:policy');
      const after = await kindsThere();
      expect(gone.length).toBeGreaterThan(2);
      expect(after.sort()).toEqual(before.filter((kind) => !gone.includes(kind)).sort());
      const profiles = (await rehearsal.inventory()).filter(({ kind }) => kind === 'eks:fargateprofile');
      expect(profiles).toHaveLength(2);
      for (const kind of ['crd', 'ingressclass', 'namespace'])
        expect(await hands.kubectl('get', kind, '--output=name')).not.toMatch(/elbv2|alb-ingress|sample/);

      const position2 = (await rehearsal.record()).length;
      const again = await rehearsal.runJson(['teardown', '--keep-cluster', '--yes']);
      expect(again.exitCode).toBe(0);
      expect(await rehearsal.writes(position2)).toEqual([]);
    },
  );
});

describe('without the cluster', () => {
  let stranger: Record<string, string>;
  const unavailable = {
    plane: 'kubernetes',
    call: '.',
    effect: { kind: 'error', code: 'ServiceUnavailable', message: 'apiserver is shutting down', status: 503 },
  } as const;

  it('a role that it does not know is told of the way without it', patience, async () => {
    await succeed('iam');
    await succeed('install-controller');
    await succeed('deploy-sample', 'nlb');
    stranger = await assumeNewRole('night-shift');
    const { exitCode, stdout, stderr } = await rehearsal.run(['teardown', '--yes'], stranger);
    expect(stdout + stderr).toContain('the cluster does not know this AWS identity');
    expect(stdout + stderr).toContain('lbc-setup teardown --aws-only --cluster lbc-setup');
    expect(exitCode).toBe(1);
    expect(await loadBalancers()).toHaveLength(1);
  });

  it('whose API does not answer, it is told too', patience, async () => {
    await rehearsal.fail(unavailable);
    const { exitCode, stdout, stderr } = await rehearsal.run(['teardown', '--yes', '--timeout', '5s']);
    expect(stdout + stderr).toContain('lbc-setup teardown --aws-only --cluster lbc-setup');
    expect(exitCode).toBe(1);
  });

  it('--aws-only is refused where the cluster stays', patience, async () => {
    expect(await refuse(['teardown', '--yes', '--aws-only', '--keep-cluster'])).toContain(
      '--aws-only is for a cluster that goes too',
    );
  });

  it('--aws-only leaves nothing, and asks nothing of the cluster', patience, async () => {
    await rehearsal.fail(unavailable);
    const position = (await rehearsal.record()).length;
    const run = await rehearsal.runJson(['teardown', '--yes', '--aws-only'], stranger);
    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
    const asked = (await rehearsal.record(position)).filter(
      ({ plane, caller }) => plane === 'kubernetes' && caller.includes('night-shift'),
    );
    expect(asked).toEqual([]);
    expect((await rehearsal.inventory()).map(({ name }) => name)).toEqual(['night-shift']);
  });

  /** A role of the account that may do everything in AWS, and the environment of somebody who has assumed it. */
  async function assumeNewRole(RoleName: string): Promise<Record<string, string>> {
    const { iam } = clientsOf(rehearsal);
    const Principal = { AWS: 'arn:aws:iam::123456789012:root' };
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }],
        }),
      }),
    );
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const { config } = clientsOf(rehearsal).eks;
    const sts = new STSClient({
      region: region(),
      endpoint: rehearsal.env.AWS_ENDPOINT_URL,
      credentials: await config.credentials(),
    });
    const RoleArn = `arn:aws:iam::123456789012:role/${RoleName}`;
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'night-shift' }),
    );
    return {
      AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
      AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
    };
  }
});

describe('a cluster stack in DELETE_FAILED', () => {
  /**
   * What `eksctl delete cluster` leaves of a cluster with a load balancer of the controller: the network in a stack that
   * could not be deleted, the load balancer with its target group, and the shared security group.
   */
  async function leaveRuins(cluster: string, build: (vpcId: string, subnets: string[]) => Promise<unknown>) {
    const subnet = (zone: string, CidrBlock: string) => ({
      Type: 'AWS::EC2::Subnet',
      Properties: { VpcId: { Ref: 'VPC' }, CidrBlock, AvailabilityZone: `${region()}${zone}` },
    });
    const Resources = {
      VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.70.0.0/16' } },
      A: subnet('a', '10.70.0.0/24'),
      C: subnet('c', '10.70.1.0/24'),
    };
    const StackName = `eksctl-${cluster}-cluster`;
    const client = stacksOf(rehearsal);
    await client.send(
      new CreateStackCommand({
        StackName,
        TemplateBody: JSON.stringify({ Resources, Outputs: { VPC: { Value: { Ref: 'VPC' } } } }),
        Tags: markTags({ cluster, region: region() }),
      }),
    );
    const status = async () => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
    const becomes = (wanted: string) =>
      vi.waitFor(async () => expect((await status())?.StackStatus).toBe(wanted), {
        timeout: 30_000,
        interval: 50,
      });
    await becomes('CREATE_COMPLETE');
    const vpcId = (await status())?.Outputs?.[0]?.OutputValue ?? '';
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const { Subnets = [] } = await clientsOf(rehearsal).ec2.send(new DescribeSubnetsCommand({ Filters }));
    await build(
      vpcId,
      Subnets.map(({ SubnetId = '' }) => SubnetId),
    );
    await client.send(new DeleteStackCommand({ StackName }));
    await becomes('DELETE_FAILED');
  }

  it('after `eksctl delete cluster` goes with the load balancers that hold it', patience, async () => {
    const { ec2, elb } = clientsOf(rehearsal);
    const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: 'ruins' }];
    await leaveRuins('ruins', async (VpcId, Subnets) => {
      const group = async (GroupName: string) =>
        (
          await ec2.send(
            new CreateSecurityGroupCommand({
              GroupName,
              Description: 'x',
              VpcId,
              TagSpecifications: [{ ResourceType: 'security-group', Tags }],
            }),
          )
        ).GroupId ?? '';
      const [own, shared] = [await group('k8s-sample-x'), await group('k8s-traffic-x')];
      await ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: own,
          IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: shared }] }],
        }),
      );
      const balancer = { Name: 'k8s-sample-x', Type: 'network', Scheme: 'internal', Subnets, Tags } as const;
      await elb.send(new CreateLoadBalancerCommand({ ...balancer, SecurityGroups: [own, shared] }));
      const target = {
        Name: 'k8s-sample-x',
        Protocol: 'TCP',
        Port: 80,
        TargetType: 'ip',
        VpcId,
        Tags,
      } as const;
      await elb.send(new CreateTargetGroupCommand(target));
    });
    const run = await rehearsal.runJson(['teardown', '--yes', '--cluster', 'ruins']);
    expect(run, run.stderr + run.stdout).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
    expect(await loadBalancers()).toEqual([]);
  });

  it('that an interface and a security group of others hold is told with them', patience, async () => {
    const { ec2 } = clientsOf(rehearsal);
    let interfaceId: string | undefined;
    let groupId: string | undefined;
    await leaveRuins('held', async (VpcId, [SubnetId]) => {
      const made = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
      interfaceId = made.NetworkInterface?.NetworkInterfaceId;
      const group = { GroupName: 'team', Description: 'team', VpcId };
      groupId = (await ec2.send(new CreateSecurityGroupCommand(group))).GroupId;
    });
    const held = await rehearsal.runJson(['teardown', '--yes', '--cluster', 'held', '--timeout', '10s']);
    expect(held.exitCode).toBe(1);
    const note = 'not made by lbc-setup, and holds the VPC';
    expect(held.data.leftovers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'Network interface',
          id: interfaceId,
          note,
          remove: `aws ec2 delete-network-interface --network-interface-id ${interfaceId} --region ${region()}`,
        }),
        expect.objectContaining({ kind: 'Security group', id: groupId, note }),
      ]),
    );
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: interfaceId }));
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId }));
    const free = await rehearsal.runJson(['teardown', '--yes', '--cluster', 'held']);
    expect(free, free.stderr + free.stdout).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
  });
});

describe('what no step removes', () => {
  it('ends with exit code 3 when all was done and something is left all the same', patience, async () => {
    const { ec2 } = clientsOf(rehearsal);
    const Tags = markTags({ cluster: 'left', region: region() });
    const tagged = (ResourceType: ResourceType) => ({ TagSpecifications: [{ ResourceType, Tags }] });
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.60.0.0/16', ...tagged('vpc') }));
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.60.0.0/24' }),
    );
    await ec2.send(new AllocateAddressCommand({ ...tagged('elastic-ip') }));
    const SubnetId = Subnet?.SubnetId;
    await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, ...tagged('network-interface') }));
    const group = { GroupName: 'left', Description: 'left', VpcId: Vpc?.VpcId };
    await ec2.send(new CreateSecurityGroupCommand({ ...group, ...tagged('security-group') }));
    const run = await rehearsal.runJson(['teardown', '--yes', '--cluster', 'left']);
    expect(run.exitCode, run.stderr).toBe(3);
    const kinds = run.data.leftovers.map(({ kind }: Leftover) => kind);
    expect(kinds.sort()).toEqual(['Elastic IP address', 'Network interface', 'Security group', 'VPC']);
    expect(run.data.leftovers.find(({ kind }: Leftover) => kind === 'Elastic IP address').cost).toMatch(/\d/);
  });
});
