import { AttachInternetGatewayCommand, CreateInternetGatewayCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
  SetIpAddressTypeCommand,
  SetRulePrioritiesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Case, type CaseTable, given, refused, until } from '../case.ts';
import type { Aws } from '../clients.ts';
import { makeSubnet, makeVpc } from './ec2-network.ts';
import { makeGroup } from './ec2-security-groups.ts';

const Tags = [
  { Key: 'elbv2.k8s.aws/cluster', Value: 'dev' },
  { Key: 'lbc-setup/cluster', Value: 'dev' },
];
const arn = (resource: string): string =>
  `arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:${resource}`;
const noBalancer = arn('loadbalancer/app/nobody/0123456789abcdef');
const noGroup = arn('targetgroup/nobody/0123456789abcdef');
const noListener = arn('listener/app/nobody/0123456789abcdef/0123456789abcdef');
const noRule = arn('listener-rule/app/nobody/0123456789abcdef/0123456789abcdef/0123456789abcdef');
const notFound = {
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' },
} as const;

interface Network {
  readonly VpcId: string;
  readonly Subnets: [string, string];
  readonly group: string;
}

/** A network for load balancers; its calls are compared among EC2's. */
export const makeNetwork = (aws: Aws): Promise<Network> =>
  aws.quietly(async () => {
    const VpcId = await makeVpc(aws);
    const Subnets: [string, string] = [
      await makeSubnet(aws, VpcId, 0, 'a'),
      await makeSubnet(aws, VpcId, 1, 'c'),
    ];
    const { InternetGateway } = await aws.ec2.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = InternetGateway?.InternetGatewayId;
    await aws.ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
    return { VpcId, Subnets, group: await makeGroup(aws, VpcId, 'front') };
  });

export async function makeBalancer(
  aws: Aws,
  { Subnets, group }: Network,
  settings: Partial<CreateLoadBalancerCommandInput> = {},
): Promise<string> {
  const { LoadBalancers = [] } = await aws.elb.send(
    new CreateLoadBalancerCommand({
      Name: 'k8s-sample-hello-0123456789',
      Scheme: 'internet-facing',
      Type: 'application',
      IpAddressType: 'ipv4',
      Subnets,
      SecurityGroups: [group],
      Tags,
      ...settings,
    }),
  );
  const LoadBalancerArn = given(LoadBalancers[0]?.LoadBalancerArn);
  await aws.quietly(() =>
    until(async () => {
      const { LoadBalancers: [found] = [] } = await aws.elb.send(
        new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }),
      );
      return found?.State?.Code === 'active';
    }),
  );
  return LoadBalancerArn;
}

export async function makeTargetGroup(
  { elb }: Aws,
  VpcId: string,
  settings: Partial<CreateTargetGroupCommandInput> = {},
): Promise<string> {
  const { TargetGroups = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'k8s-sample-hello-abcdef0123',
      Protocol: 'HTTP',
      ProtocolVersion: 'HTTP1',
      Port: 80,
      VpcId,
      TargetType: 'ip',
      IpAddressType: 'ipv4',
      HealthCheckEnabled: true,
      HealthCheckPath: '/health',
      HealthCheckPort: 'traffic-port',
      HealthCheckProtocol: 'HTTP',
      HealthCheckIntervalSeconds: 15,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
      Matcher: { HttpCode: '200' },
      Tags,
      ...settings,
    }),
  );
  return given(TargetGroups[0]?.TargetGroupArn);
}

async function makeListener(
  { elb }: Aws,
  LoadBalancerArn: string,
  Port: number,
  TargetGroupArn?: string,
): Promise<string> {
  const { Listeners = [] } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Port,
      Protocol: 'HTTP',
      DefaultActions: [TargetGroupArn ? { Type: 'forward', TargetGroupArn } : notFound],
      Tags,
    }),
  );
  return given(Listeners[0]?.ListenerArn);
}

const path = (value: string) => [{ Field: 'path-pattern', PathPatternConfig: { Values: [value] } }];

const balancers: readonly Case[] = [
  {
    name: 'an application load balancer from creation to deletion',
    async play(aws) {
      const { elb } = aws;
      const network = await makeNetwork(aws);
      const LoadBalancerArn = await makeBalancer(aws, network);
      await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }));
      await elb.send(new DescribeLoadBalancersCommand({ Names: ['k8s-sample-hello-0123456789'] }));
      await elb.send(new DescribeLoadBalancersCommand({}));
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
      await refused(elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] })));
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
      await elb.send(new DescribeLoadBalancersCommand({}));
    },
  },
  {
    name: 'a network load balancer',
    async play(aws) {
      const { elb } = aws;
      const network = await makeNetwork(aws);
      const LoadBalancerArn = await makeBalancer(aws, network, {
        Type: 'network',
        Name: 'k8s-sample-nlb-0123456789',
      });
      await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }));
      const TargetGroupArn = await makeTargetGroup(aws, network.VpcId, {
        Protocol: 'TCP',
        ProtocolVersion: undefined,
        HealthCheckProtocol: 'TCP',
        HealthCheckPath: undefined,
        Matcher: undefined,
      });
      await elb.send(
        new CreateListenerCommand({
          LoadBalancerArn,
          Port: 80,
          Protocol: 'TCP',
          DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        }),
      );
      await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
    },
  },
  {
    name: 'an internal load balancer without security groups',
    async play(aws) {
      const network = await makeNetwork(aws);
      await makeBalancer(aws, network, { Scheme: 'internal', SecurityGroups: undefined });
    },
  },
  {
    name: 'load balancers that cannot be',
    async play(aws) {
      const network = await makeNetwork(aws);
      const [first] = network.Subnets;
      await refused(makeBalancer(aws, network, { Subnets: [first] }));
      await refused(makeBalancer(aws, network, { Subnets: ['subnet-0123456789abcdef0', first] }));
      await refused(makeBalancer(aws, network, { SecurityGroups: ['sg-0123456789abcdef0'] }));
      await refused(makeBalancer(aws, network, { Name: 'internal-x' }));
      await refused(makeBalancer(aws, network, { Name: 'a-name-that-is-longer-than-thirty-two' }));
      await refused(makeBalancer(aws, network, { Name: 'under_score' }));
      const [first2, second] = network.Subnets;
      await refused(makeBalancer(aws, network, { Name: 'same-zone', Subnets: [first2, second, second] }));
    },
  },
  {
    name: 'two load balancers of one name',
    async play(aws) {
      const network = await makeNetwork(aws);
      await makeBalancer(aws, network);
      await refused(makeBalancer(aws, network, { Scheme: 'internal' }));
    },
  },
  {
    name: 'a load balancer that does not exist',
    async play({ elb }) {
      const LoadBalancerArn = noBalancer;
      await refused(elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] })));
      await refused(elb.send(new DescribeLoadBalancersCommand({ Names: ['nobody'] })));
      await refused(elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn })));
      await refused(elb.send(new DescribeListenersCommand({ LoadBalancerArn })));
      await refused(elb.send(new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] })));
      await refused(elb.send(new AddTagsCommand({ ResourceArns: [LoadBalancerArn], Tags })));
      await refused(
        elb.send(
          new CreateListenerCommand({
            LoadBalancerArn,
            Port: 80,
            Protocol: 'HTTP',
            DefaultActions: [notFound],
          }),
        ),
      );
      await refused(elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn })));
      await refused(elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: 'ipv4' })));
    },
  },
  {
    name: "a load balancer's attributes and deletion protection",
    async play(aws) {
      const { elb } = aws;
      const LoadBalancerArn = await makeBalancer(aws, await makeNetwork(aws));
      await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
      const protect = (Value: string) =>
        elb.send(
          new ModifyLoadBalancerAttributesCommand({
            LoadBalancerArn,
            Attributes: [{ Key: 'deletion_protection.enabled', Value }],
          }),
        );
      await protect('true');
      await protect('false');
      await refused(
        elb.send(
          new ModifyLoadBalancerAttributesCommand({
            LoadBalancerArn,
            Attributes: [{ Key: 'no.such.attribute', Value: '1' }],
          }),
        ),
      );
      await protect('true');
      await refused(elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn })));
    },
  },
  {
    name: "a load balancer's subnets and security groups are changed",
    async play(aws) {
      const { elb } = aws;
      const network = await makeNetwork(aws);
      const LoadBalancerArn = await makeBalancer(aws, network);
      const other = await aws.quietly(() => makeGroup(aws, network.VpcId, 'other'));
      await elb.send(
        new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [network.group, other] }),
      );
      const third = await aws.quietly(() => makeSubnet(aws, network.VpcId, 2, 'd'));
      await elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: [...network.Subnets, third] }));
      await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }));
      await refused(
        elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: ['sg-0123456789abcdef0'] })),
      );
      await elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: 'ipv4' }));
    },
  },
];

const tags: readonly Case[] = [
  {
    name: 'tags of load balancers and target groups',
    async play(aws) {
      const { elb } = aws;
      const network = await makeNetwork(aws);
      const LoadBalancerArn = await makeBalancer(aws, network);
      const TargetGroupArn = await makeTargetGroup(aws, network.VpcId);
      const ResourceArns = [LoadBalancerArn, TargetGroupArn];
      await elb.send(new DescribeTagsCommand({ ResourceArns }));
      await elb.send(new AddTagsCommand({ ResourceArns, Tags: [{ Key: 'lbc-setup/cluster', Value: 'x' }] }));
      await elb.send(
        new RemoveTagsCommand({
          ResourceArns: [TargetGroupArn],
          TagKeys: ['elbv2.k8s.aws/cluster', 'absent'],
        }),
      );
      await elb.send(new DescribeTagsCommand({ ResourceArns }));
      const ListenerArn = await makeListener(aws, LoadBalancerArn, 80);
      await elb.send(new DescribeTagsCommand({ ResourceArns: [ListenerArn] }));
    },
  },
];

const targets: readonly Case[] = [
  {
    name: 'a target group from creation to deletion',
    async play(aws) {
      const { elb } = aws;
      const { VpcId } = await makeNetwork(aws);
      const TargetGroupArn = await makeTargetGroup(aws, VpcId);
      await refused(makeTargetGroup(aws, VpcId, { Port: 81 }));
      await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] }));
      await elb.send(new DescribeTargetGroupsCommand({ Names: ['k8s-sample-hello-abcdef0123'] }));
      await elb.send(
        new ModifyTargetGroupCommand({
          TargetGroupArn,
          HealthCheckPath: '/hello',
          HealthCheckIntervalSeconds: 20,
          Matcher: { HttpCode: '200-299' },
        }),
      );
      await elb.send(new DescribeTargetGroupsCommand({}));
      await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
      await refused(elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] })));
    },
  },
  {
    name: 'a target group that does not exist',
    async play({ elb }) {
      const TargetGroupArn = noGroup;
      await refused(elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] })));
      await refused(elb.send(new DescribeTargetGroupsCommand({ Names: ['nobody'] })));
      await refused(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn })));
      await refused(elb.send(new DescribeTargetHealthCommand({ TargetGroupArn })));
      await refused(elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })));
      await refused(elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/' })));
      await refused(
        elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '192.168.0.9' }] })),
      );
      await refused(elb.send(new DescribeTagsCommand({ ResourceArns: [TargetGroupArn] })));
    },
  },
  {
    name: "a target group's attributes",
    async play(aws) {
      const { elb } = aws;
      const { VpcId } = await makeNetwork(aws);
      const TargetGroupArn = await makeTargetGroup(aws, VpcId);
      await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
      await elb.send(
        new ModifyTargetGroupAttributesCommand({
          TargetGroupArn,
          Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
        }),
      );
      await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    },
  },
  {
    name: 'targets come and go',
    async play(aws) {
      const { elb } = aws;
      const network = await makeNetwork(aws);
      const TargetGroupArn = await makeTargetGroup(aws, network.VpcId);
      const Targets = [
        { Id: '192.168.0.9', Port: 5000 },
        { Id: '192.168.32.9', Port: 5000 },
      ];
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
      await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: Targets.slice(0, 1) }));
      await refused(
        elb.send(
          new DescribeTargetHealthCommand({ TargetGroupArn, Targets: [{ Id: '192.168.0.200', Port: 1 }] }),
        ),
      );
    },
  },
  {
    name: 'a target group that a listener uses stays',
    async play(aws) {
      const { elb } = aws;
      const network = await makeNetwork(aws);
      const LoadBalancerArn = await makeBalancer(aws, network);
      const TargetGroupArn = await makeTargetGroup(aws, network.VpcId);
      await makeListener(aws, LoadBalancerArn, 80, TargetGroupArn);
      await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
      await refused(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn })));
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
      await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
    },
  },
];

const listeners: readonly Case[] = [
  {
    name: 'a listener from creation to deletion',
    async play(aws) {
      const { elb } = aws;
      const network = await makeNetwork(aws);
      const LoadBalancerArn = await makeBalancer(aws, network);
      const TargetGroupArn = await makeTargetGroup(aws, network.VpcId);
      const ListenerArn = await makeListener(aws, LoadBalancerArn, 80);
      await elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }));
      await elb.send(
        new ModifyListenerCommand({ ListenerArn, DefaultActions: [{ Type: 'forward', TargetGroupArn }] }),
      );
      await makeListener(aws, LoadBalancerArn, 8080);
      await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
      await elb.send(new DeleteListenerCommand({ ListenerArn }));
      await refused(elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] })));
      await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    },
  },
  {
    name: 'listeners that cannot be',
    async play(aws) {
      const LoadBalancerArn = await makeBalancer(aws, await makeNetwork(aws));
      const { elb } = aws;
      await makeListener(aws, LoadBalancerArn, 80);
      await refused(makeListener(aws, LoadBalancerArn, 80));
      await refused(makeListener(aws, LoadBalancerArn, 81, noGroup));
      await refused(elb.send(new DescribeListenersCommand({ ListenerArns: [noListener] })));
      await refused(elb.send(new DeleteListenerCommand({ ListenerArn: noListener })));
      await refused(elb.send(new ModifyListenerCommand({ ListenerArn: noListener, Port: 81 })));
      await refused(elb.send(new DescribeRulesCommand({ ListenerArn: noListener })));
    },
  },
];

const rules: readonly Case[] = [
  {
    name: 'rules of a listener',
    async play(aws) {
      const { elb } = aws;
      const network = await makeNetwork(aws);
      const LoadBalancerArn = await makeBalancer(aws, network);
      const TargetGroupArn = await makeTargetGroup(aws, network.VpcId);
      const ListenerArn = await makeListener(aws, LoadBalancerArn, 80);
      const make = (Priority: number, value: string) =>
        elb.send(
          new CreateRuleCommand({
            ListenerArn,
            Priority,
            Conditions: path(value),
            Actions: [{ Type: 'forward', TargetGroupArn }],
            Tags,
          }),
        );
      const { Rules = [] } = await make(1, '/hello*');
      const RuleArn = given(Rules[0]?.RuleArn);
      await make(2, '/other');
      await refused(make(1, '/third'));
      await elb.send(new DescribeRulesCommand({ ListenerArn }));
      await elb.send(new DescribeRulesCommand({ RuleArns: [RuleArn] }));
      await elb.send(
        new ModifyRuleCommand({
          RuleArn,
          Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['example.com'] } }],
        }),
      );
      await elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority: 9 }] }));
      await elb.send(new DescribeRulesCommand({ ListenerArn }));
      await elb.send(new DeleteRuleCommand({ RuleArn }));
      await refused(elb.send(new DescribeRulesCommand({ RuleArns: [RuleArn] })));
      await elb.send(new DescribeRulesCommand({ ListenerArn }));
    },
  },
  {
    name: 'rules that cannot be',
    async play(aws) {
      const { elb } = aws;
      const ListenerArn = await makeListener(aws, await makeBalancer(aws, await makeNetwork(aws)), 80);
      const make = (input: { Priority: number; target?: string }) =>
        elb.send(
          new CreateRuleCommand({
            ListenerArn,
            Priority: input.Priority,
            Conditions: path('/x'),
            Actions: [input.target ? { Type: 'forward', TargetGroupArn: input.target } : notFound],
          }),
        );
      await refused(make({ Priority: 1, target: noGroup }));
      await refused(
        elb.send(
          new CreateRuleCommand({
            ListenerArn: noListener,
            Priority: 1,
            Conditions: path('/x'),
            Actions: [notFound],
          }),
        ),
      );
      await refused(elb.send(new DeleteRuleCommand({ RuleArn: noRule })));
      await refused(elb.send(new ModifyRuleCommand({ RuleArn: noRule, Conditions: path('/x') })));
      await refused(
        elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: noRule, Priority: 3 }] })),
      );
      const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
      await refused(elb.send(new DeleteRuleCommand({ RuleArn: given(Rules[0]?.RuleArn) })));
    },
  },
  {
    name: 'priorities are swapped in one call',
    async play(aws) {
      const { elb } = aws;
      const ListenerArn = await makeListener(aws, await makeBalancer(aws, await makeNetwork(aws)), 80);
      const make = async (Priority: number) => {
        const { Rules = [] } = await elb.send(
          new CreateRuleCommand({
            ListenerArn,
            Priority,
            Conditions: path(`/${Priority}`),
            Actions: [notFound],
          }),
        );
        return given(Rules[0]?.RuleArn);
      };
      const [one, two] = [await make(1), await make(2)];
      await refused(
        elb.send(
          new SetRulePrioritiesCommand({
            RulePriorities: [
              { RuleArn: one, Priority: 2 },
              { RuleArn: two, Priority: 1 },
            ],
          }),
        ),
      );
    },
  },
];

export const elbv2Cases: CaseTable = {
  service: 'elbv2',
  cases: [...balancers, ...tags, ...targets, ...listeners, ...rules],
};
