import { readFile } from 'node:fs/promises';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAM } from '@aws-sdk/client-iam';
import { Shield } from '@aws-sdk/client-shield';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noCluster, type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  await rehearsal.fail(noCluster);
});
afterAll(() => rehearsal.stop());

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Clients for the calls of the controller, as somebody. */
function clientsAs(credentials: Credentials) {
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = rehearsal.env;
  const shared = { region, endpoint, credentials };
  return {
    ec2: new EC2(shared),
    elb: new ElasticLoadBalancingV2(shared),
    iam: new IAM(shared),
    shield: new Shield(shared),
    sts: new STS(shared),
  };
}

type Clients = ReturnType<typeof clientsAs>;

const user = (): Credentials => ({
  accessKeyId: rehearsal.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: rehearsal.env.AWS_SECRET_ACCESS_KEY ?? '',
});

/** A role with the policy that the program makes, which needs no cluster; gives the role's credentials. */
async function roleWithPolicy({ iam, sts }: Clients): Promise<Credentials> {
  await rehearsal.run(['up', '--yes', '--policy-name', 'controller']);
  const { Account } = await sts.getCallerIdentity({});
  const RoleName = 'controller';
  const statement = { Effect: 'Allow', Principal: { AWS: Account }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument });
  await iam.attachRolePolicy({ RoleName, PolicyArn: `arn:aws:iam::${Account}:policy/controller` });
  const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: 'test' });
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken,
  };
}

/** Two subnets in different zones with a way to the internet. */
async function createNetwork({ ec2 }: Clients) {
  const { Vpc } = await ec2.createVpc({ CidrBlock: '10.0.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  const { InternetGateway } = await ec2.createInternetGateway({});
  const GatewayId = InternetGateway?.InternetGatewayId;
  await ec2.attachInternetGateway({ VpcId, InternetGatewayId: GatewayId });
  const { RouteTable } = await ec2.createRouteTable({ VpcId });
  const RouteTableId = RouteTable?.RouteTableId;
  await ec2.createRoute({ RouteTableId, GatewayId, DestinationCidrBlock: '0.0.0.0/0' });
  const Subnets: string[] = [];
  for (const [index, zone] of ['a', 'c'].entries()) {
    const CidrBlock = `10.0.${index}.0/24`;
    const AvailabilityZone = `${rehearsal.env.AWS_REGION}${zone}`;
    const { Subnet } = await ec2.createSubnet({ VpcId, CidrBlock, AvailabilityZone });
    await ec2.associateRouteTable({ RouteTableId, SubnetId: Subnet?.SubnetId });
    Subnets.push(Subnet?.SubnetId ?? '');
  }
  return { VpcId, Subnets };
}

/** The calls that the real controller was recorded to make, from the first load balancer to the last deletion. */
async function recordedCalls(): Promise<string[]> {
  const folder = new URL('../sandbox/controller/fixtures/', import.meta.url);
  const cycles = await Promise.all(
    ['golden-alb-cycle', 'golden-nlb-cycle'].map(async (name) =>
      JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8')),
    ),
  );
  return [...new Set<string>(cycles.flatMap((cycle) => [...cycle.create, ...cycle.delete]))].sort();
}

it('the policy grants every call that the real controller makes, with the tags that it gives', async () => {
  const admin = clientsAs(user());
  const { VpcId, Subnets } = await createNetwork(admin);
  const controller = clientsAs(await roleWithPolicy(admin));
  const position = (await rehearsal.record()).length;
  const refused: string[] = [];
  /** One call as the controller; a refusal is noted, and the call made all the same. */
  const call = <Answer>(work: (clients: Clients) => Promise<Answer>): Promise<Answer> =>
    work(controller).catch((error: Error) => {
      if (!/^(AccessDenied(Exception)?|UnauthorizedOperation)$/.test(error.name)) throw error;
      refused.push(error.message);
      return work(admin);
    });
  const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: 'lbc-setup' }];

  await call(({ ec2 }) => ec2.describeAvailabilityZones({}));
  await call(({ ec2 }) => ec2.describeVpcs({}));
  await call(({ ec2 }) => ec2.describeSubnets({}));
  await call(({ ec2 }) => ec2.describeNetworkInterfaces({}));
  await call(({ ec2 }) => ec2.describeSecurityGroups({}));
  await call(({ shield }) => shield.getSubscriptionState({}));
  const { GroupId = '' } = await call(({ ec2 }) =>
    ec2.createSecurityGroup({
      VpcId,
      GroupName: 'balancer',
      Description: 'for a load balancer',
      TagSpecifications: [{ ResourceType: 'security-group', Tags }],
    }),
  );
  const rule = { GroupId, IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' };
  await call(({ ec2 }) => ec2.authorizeSecurityGroupIngress(rule));
  const { TargetGroups } = await call(({ elb }) =>
    elb.createTargetGroup({ Name: 'targets', Protocol: 'HTTP', Port: 80, VpcId, TargetType: 'ip', Tags }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const { LoadBalancers } = await call(({ elb }) =>
    elb.createLoadBalancer({
      Name: 'balancer',
      Type: 'application',
      Subnets,
      SecurityGroups: [GroupId],
      Tags,
    }),
  );
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  const forward = [{ Type: 'forward', TargetGroupArn } as const];
  const { Listeners } = await call(({ elb }) =>
    elb.createListener({ LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: forward, Tags }),
  );
  const ListenerArn = Listeners?.[0]?.ListenerArn;
  const Conditions = [{ Field: 'path-pattern', Values: ['/hello'] }];
  await call(({ elb }) => elb.createRule({ ListenerArn, Priority: 1, Conditions, Actions: forward, Tags }));
  const Targets = [{ Id: '10.0.0.10', Port: 80 }];
  await call(({ elb }) => elb.registerTargets({ TargetGroupArn, Targets }));

  await call(({ elb }) => elb.describeLoadBalancers({}));
  await call(({ elb }) => elb.describeLoadBalancerAttributes({ LoadBalancerArn }));
  await call(({ elb }) => elb.describeListeners({ LoadBalancerArn }));
  await call(({ elb }) => elb.describeListenerAttributes({ ListenerArn }));
  await call(({ elb }) => elb.describeRules({ ListenerArn }));
  await call(({ elb }) => elb.describeTargetGroups({}));
  await call(({ elb }) => elb.describeTargetGroupAttributes({ TargetGroupArn }));
  await call(({ elb }) => elb.describeTargetHealth({ TargetGroupArn }));
  await call(({ elb }) => elb.describeTags({ ResourceArns: [TargetGroupArn ?? ''] }));

  await call(({ elb }) => elb.deleteLoadBalancer({ LoadBalancerArn }));
  await call(({ elb }) => elb.deregisterTargets({ TargetGroupArn, Targets }));
  await call(({ elb }) => elb.deleteTargetGroup({ TargetGroupArn }));
  await call(({ ec2 }) => ec2.revokeSecurityGroupIngress(rule));
  await expect
    .poll(() => call(({ ec2 }) => ec2.deleteSecurityGroup({ GroupId })).then(() => 'gone', String), {
      timeout: 20_000,
    })
    .toBe('gone');

  expect(refused, refused.join('\n')).toEqual([]);
  const made = new Set((await rehearsal.record(position)).map((one) => one.call));
  expect((await recordedCalls()).filter((one) => !made.has(one))).toEqual([]);
});
