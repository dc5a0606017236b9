import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeleteTargetGroupInput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
  ModifyTargetGroupInput,
  ModifyTargetGroupOutput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { operation } from '../operation.ts';
import { AwsError, type Handler, NotEmulated } from '../service.ts';
import { arnOf } from './arns.ts';
import { attributeList, changeAttributes, isHttp, newTargetGroupAttributes } from './attributes.ts';
import { find, invalid, someNotFound } from './errors.ts';
import { healthCheckOf } from './health-check.ts';
import { checkLimit } from './limits.ts';
import { onlyIpv4 } from './load-balancers.ts';
import { checkName } from './names.ts';
import { page } from './pages.ts';
import type { ElbContext, ElbRegion, TargetGroupRecord } from './state.ts';
import { newTags } from './tags.ts';
import { loadBalancersOf } from './usage.ts';

const protocols = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'];
const healthCheckMembers = [
  'HealthCheckEnabled',
  'HealthCheckProtocol',
  'HealthCheckPort',
  'HealthCheckPath',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
  'Matcher',
] as const;

/** The target group operations but those of single targets. */
export function targetGroupHandlers(elb: ElbContext): Record<string, Handler> {
  const create = (region: ElbRegion, input: CreateTargetGroupInput): TargetGroupRecord => {
    const name = checkName('Target group', input.Name);
    const { TargetType: targetType = 'instance', Protocol: protocol, Port: port, VpcId: vpcId } = input;
    if (targetType !== 'ip' && targetType !== 'instance')
      throw new NotEmulated(`the target type ${targetType}`);
    if (!protocol) throw invalid('A protocol must be specified');
    if (!protocols.includes(protocol)) throw new NotEmulated(`the target group protocol ${protocol}`);
    if (!port) throw invalid('A port must be specified');
    if (!vpcId) throw invalid('A VPC ID must be specified');
    if (!elb.ec2.region(region.name).vpcs.has(vpcId)) throw invalid(`The VPC ID '${vpcId}' is not found`);
    if ((input.ProtocolVersion ?? 'HTTP1') !== 'HTTP1') {
      throw new NotEmulated(`the protocol version ${input.ProtocolVersion}`);
    }
    const wanted = {
      name,
      protocol,
      protocolVersion: isHttp(protocol) ? 'HTTP1' : undefined,
      port,
      vpcId,
      targetType,
      healthCheck: healthCheckOf(protocol, input),
    };
    const same = [...region.targetGroups.values()].find((other) => other.name === name);
    if (same) {
      const present = Object.fromEntries(
        Object.keys(wanted).map((key) => [key, same[key as keyof typeof wanted]]),
      );
      if (JSON.stringify(present) === JSON.stringify(wanted)) return same;
      throw new AwsError(
        'DuplicateTargetGroupName',
        `A target group with the same name '${name}' exists, but with different settings`,
      );
    }
    checkLimit(region.targetGroups.size, 'target-groups', 'TooManyTargetGroups');
    const record: TargetGroupRecord = {
      ...wanted,
      arn: arnOf(elb, region.name, `targetgroup/${name}/${elb.world.random.hex(16)}`),
      attributes: newTargetGroupAttributes(protocol, targetType),
      tags: newTags(input.Tags),
      targets: new Map(),
    };
    region.targetGroups.set(record.arn, record);
    return record;
  };

  return {
    CreateTargetGroup: operation(
      [
        'Name',
        'Protocol',
        'ProtocolVersion',
        'Port',
        'VpcId',
        'TargetType',
        'IpAddressType',
        'Tags',
        ...healthCheckMembers,
      ],
      (input: CreateTargetGroupInput, call): CreateTargetGroupOutput => {
        onlyIpv4(input.IpAddressType);
        const region = elb.region(call.region);
        return { TargetGroups: [render(region, create(region, input))] };
      },
    ),

    ModifyTargetGroup: operation(
      ['TargetGroupArn', ...healthCheckMembers],
      (input: ModifyTargetGroupInput, call): ModifyTargetGroupOutput => {
        const region = elb.region(call.region);
        const record = find(region.targetGroups, input.TargetGroupArn, 'targetGroup');
        record.healthCheck = healthCheckOf(record.protocol, input, record.healthCheck);
        return { TargetGroups: [render(region, record)] };
      },
    ),

    // Deleting what is not there succeeds (API reference, DeleteTargetGroup lists no such error).
    DeleteTargetGroup: operation(['TargetGroupArn'], (input: DeleteTargetGroupInput, call) => {
      const region = elb.region(call.region);
      const arn = input.TargetGroupArn ?? '';
      if (loadBalancersOf(region, arn).length > 0) {
        throw new AwsError(
          'ResourceInUse',
          `Target group '${arn}' is currently in use by a listener or a rule`,
        );
      }
      region.targetGroups.delete(arn);
      return {};
    }),

    DescribeTargetGroups: operation(
      ['LoadBalancerArn', 'TargetGroupArns', 'Names', 'Marker', 'PageSize'],
      (input: DescribeTargetGroupsInput, call): DescribeTargetGroupsOutput => {
        const region = elb.region(call.region);
        const all = [...region.targetGroups.values()];
        const { LoadBalancerArn: owner, TargetGroupArns: arns = [], Names: names = [] } = input;
        if (owner) find(region.loadBalancers, owner, 'loadBalancer');
        const missing =
          arns.some((arn) => !region.targetGroups.has(arn)) ||
          names.some((name) => !all.some((record) => record.name === name));
        if (missing) throw someNotFound('targetGroup');
        const found = all.filter(
          (record) =>
            (arns.length === 0 || arns.includes(record.arn)) &&
            (names.length === 0 || names.includes(record.name)) &&
            (!owner || loadBalancersOf(region, record.arn).some(({ arn }) => arn === owner)),
        );
        const { items, next } = page(elb, found, input);
        return { TargetGroups: items.map((record) => render(region, record)), NextMarker: next };
      },
    ),

    DescribeTargetGroupAttributes: operation(
      ['TargetGroupArn'],
      (input: DescribeTargetGroupAttributesInput, call): DescribeTargetGroupAttributesOutput => {
        const record = find(elb.region(call.region).targetGroups, input.TargetGroupArn, 'targetGroup');
        return { Attributes: attributeList(record.attributes) };
      },
    ),

    ModifyTargetGroupAttributes: operation(
      ['TargetGroupArn', 'Attributes'],
      (input: ModifyTargetGroupAttributesInput, call): ModifyTargetGroupAttributesOutput => {
        const record = find(elb.region(call.region).targetGroups, input.TargetGroupArn, 'targetGroup');
        changeAttributes(record.attributes, input.Attributes, 'Target group');
        return { Attributes: attributeList(record.attributes) };
      },
    ),
  };
}

function render(region: ElbRegion, record: TargetGroupRecord): TargetGroup {
  const { healthCheck } = record;
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: record.protocol as TargetGroup['Protocol'],
    ProtocolVersion: record.protocolVersion,
    Port: record.port,
    VpcId: record.vpcId,
    TargetType: record.targetType,
    IpAddressType: 'ipv4',
    LoadBalancerArns: loadBalancersOf(region, record.arn).map(({ arn }) => arn),
    HealthCheckEnabled: true,
    HealthCheckProtocol: healthCheck.protocol as TargetGroup['HealthCheckProtocol'],
    HealthCheckPort: healthCheck.port,
    HealthCheckPath: healthCheck.path,
    HealthCheckIntervalSeconds: healthCheck.interval,
    HealthCheckTimeoutSeconds: healthCheck.timeout,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    Matcher: healthCheck.matcher === undefined ? undefined : { HttpCode: healthCheck.matcher },
  };
}
