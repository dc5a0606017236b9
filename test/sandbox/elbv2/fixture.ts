import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect } from 'vitest';
import type { PodListener, PodResponse } from '../../../sandbox/kubernetes/network.ts';
import { known, makeVpc, startNetwork } from '../ec2/fixture.ts';

/** A cluster's network with the security groups that the controller makes. */
export async function startBalancing(options: { pageSize?: number } = {}) {
  const network = await startNetwork(options);
  const vpc = await makeVpc(network.client);
  const cluster = network.ec2.createClusterSecurityGroup(network.region, { name: 'lab', vpcId: vpc.vpcId });
  const group = groupMaker(network.client, vpc.vpcId);
  const shared = await group('k8s-traffic-lab-a51146d380');
  const managed = await group('k8s-sample-hellowor-3884e48c26');
  const elb = new ElasticLoadBalancingV2Client(network.config);
  return { ...network, ...vpc, elb, cluster: cluster.id, shared, managed };
}

export type Balancing = Awaited<ReturnType<typeof startBalancing>>;

const groupMaker = (client: EC2Client, VpcId: string) => async (GroupName: string) => {
  const output = await client.send(
    new CreateSecurityGroupCommand({ GroupName, Description: '[k8s]', VpcId }),
  );
  return known(output.GroupId);
};

/** Lets clients in to the load balancers, on port 80. */
export const openToAll = ({ client, managed }: Balancing) =>
  client.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: managed,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
  );

/** Lets load balancers in to the pods, on port 5000: the rule of transcripts/lbc/create-call-parameters.txt. */
export const openPods = ({ client, cluster, shared }: Balancing) =>
  client.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: cluster,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 5000, ToPort: 5000, UserIdGroupPairs: [{ GroupId: shared }] },
      ],
    }),
  );

/** The sample's answers. */
export const sample = (text: string): PodListener => ({
  handle: ({ path }): PodResponse =>
    path === '/hello' || path === '/health'
      ? { status: 200, body: text }
      : { status: 404, body: 'not found' },
});

/** Starts a pod in one of the two subnets and gives its address; `listener` undefined: nothing listens. */
export function startPod(balancing: Balancing, subnet: 0 | 1, listener: PodListener | undefined): string {
  const { ec2, region, world, vpcId, subnetIds, cluster } = balancing;
  const eni = ec2.createManagedInterface(region, {
    requester: 'fargate',
    subnetId: subnetIds[subnet] ?? '',
    groupIds: [cluster],
    description: 'a pod',
  });
  if (listener) world.network.listen(vpcId, eni.privateIp, 5000, listener);
  return eni.privateIp;
}

export async function createLoadBalancer(
  { elb, subnetIds, managed, shared }: Balancing,
  settings: {
    readonly Name?: string;
    Type?: 'application' | 'network';
    Scheme?: 'internal' | 'internet-facing';
  } = {},
) {
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: 'k8s-sample-hellowor-cc0d73bbee',
      Type: 'application',
      Scheme: 'internet-facing',
      IpAddressType: 'ipv4',
      SecurityGroups: [managed, shared],
      SubnetMappings: subnetIds.map((SubnetId) => ({ SubnetId })),
      Tags: [{ Key: 'elbv2.k8s.aws/cluster', Value: 'lab' }],
      ...settings,
    }),
  );
  const [made] = LoadBalancers ?? [];
  return { arn: known(made?.LoadBalancerArn), host: known(made?.DNSName) };
}

export async function createTargetGroup(
  { elb, vpcId }: Balancing,
  protocol: 'HTTP' | 'TCP',
  name = 'sample',
) {
  const http = protocol === 'HTTP';
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: protocol,
      ProtocolVersion: http ? 'HTTP1' : undefined,
      Port: 5000,
      VpcId: vpcId,
      TargetType: 'ip',
      HealthCheckEnabled: true,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/health',
      HealthCheckPort: 'traffic-port',
      HealthCheckIntervalSeconds: http ? 15 : 10,
      HealthCheckTimeoutSeconds: http ? 5 : 10,
      HealthyThresholdCount: http ? 2 : 3,
      UnhealthyThresholdCount: http ? 2 : 3,
      Matcher: { HttpCode: http ? '200' : '200-399' },
    }),
  );
  return known(TargetGroups?.[0]?.TargetGroupArn);
}

export async function createListener(
  { elb }: Balancing,
  loadBalancer: string,
  target: string | 'not-found',
  Protocol: 'HTTP' | 'TCP' = 'HTTP',
) {
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancer,
      Port: 80,
      Protocol,
      DefaultActions: [
        target === 'not-found'
          ? { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' } }
          : { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: target }] } },
      ],
    }),
  );
  return known(Listeners?.[0]?.ListenerArn);
}

export const register = ({ elb }: Balancing, TargetGroupArn: string, ...addresses: string[]) =>
  elb.send(
    new RegisterTargetsCommand({ TargetGroupArn, Targets: addresses.map((Id) => ({ Id, Port: 5000 })) }),
  );

/** Each target's state and reason. */
export async function healthOf({ elb }: Balancing, TargetGroupArn: string) {
  const output = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return (output.TargetHealthDescriptions ?? []).map(({ TargetHealth }) =>
    TargetHealth?.Reason ? `${TargetHealth.State} ${TargetHealth.Reason}` : TargetHealth?.State,
  );
}

export async function waitForActive({ elb }: Balancing, arn: string) {
  await expect
    .poll(async () => {
      const output = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
      return output.LoadBalancers?.[0]?.State?.Code;
    })
    .toBe('active');
}

/** A request as a browser sends it. */
export const get = (path: string, host = 'example.com') => ({
  method: 'GET',
  path,
  headers: { host },
  body: '',
});
