import type { Annotations } from '../annotations.ts';
import {
  findServicePort,
  type IntOrString,
  type NetworkingRule,
  type Service,
  targetPortOf,
} from '../kube/types.ts';
import { applicationTargetGroupName, type GroupIdentity } from '../naming.ts';
import {
  healthCheckPort,
  requireIpv4,
  requireTargetGroupPort,
  targetGroupPort,
  trafficPort,
} from './health-check.ts';
import { type GroupMember, ingressAnnotations } from './ingress-group.ts';
import { targetGroupTags } from './ingress-tags.ts';
import type { ModelSources } from './sources.ts';
import type { BindingModel, HealthCheckModel, TargetGroupModel } from './types.ts';

/** What a target group of an Ingress is worked out from. */
export interface IngressTargetGroupInput {
  readonly sources: ModelSources;
  readonly group: GroupIdentity;
  readonly member: GroupMember;
  readonly service: Service;
  /** The Service's port as the Ingress names it. */
  readonly port: IntOrString;
  /** The security group from which targets are reached. */
  readonly backendGroup: string | undefined;
}

/** The identity of the target group of an Ingress's backend. */
export const ingressTargetGroupId = (member: GroupMember, service: Service, port: IntOrString): string =>
  `${member.ingress.metadata.namespace}/${member.ingress.metadata.name}-${service.metadata.name}:${port}`;

/** Works out the target group and the TargetGroupBinding of one backend of an Ingress. */
export function buildIngressTargetGroup(input: IngressTargetGroupInput): {
  group: TargetGroupModel;
  binding: BindingModel;
} {
  const { member, service, port } = input;
  const { config, vpcId } = input.sources;
  const servicePort = findServicePort(service, port);
  // The Service's own annotations win over those of the Ingress.
  const annotations = ingressAnnotations(member.ingress.metadata.annotations, service.metadata.annotations);
  const targetType = targetTypeOf(annotations, member, config.defaultTargetType);
  const protocol = oneOf(annotations, 'backend-protocol', ['HTTP', 'HTTPS'], 'backend protocol');
  const versions = ['HTTP1', 'HTTP2', 'GRPC'];
  const protocolVersion = oneOf(
    annotations,
    'backend-protocol-version',
    versions,
    'backend protocol version',
  );
  const healthCheck = healthCheckOf(service, annotations, targetType, protocol, protocolVersion);
  requireIpv4(service);
  const targetPort = targetGroupPort(targetType, servicePort);
  requireTargetGroupPort(targetType, targetPort);
  const namespace = service.metadata.namespace ?? '';
  const group: TargetGroupModel = {
    id: ingressTargetGroupId(member, service, port),
    name: applicationTargetGroupName(
      config.clusterName,
      input.group,
      { namespace: member.ingress.metadata.namespace ?? '', name: member.ingress.metadata.name },
      { namespace, name: service.metadata.name, uid: service.metadata.uid ?? '' },
      { port, targetPort, type: targetType, protocol, protocolVersion },
    ),
    targetType,
    port: targetPort,
    protocol,
    protocolVersion,
    healthCheck,
    attributes: annotations.map('target-group-attributes') ?? {},
    tags: targetGroupTags(config, member, service),
  };
  const nodeLabels = targetType === 'instance' ? annotations.map('target-node-labels') : undefined;
  const reached = targetType === 'instance' ? (servicePort.nodePort ?? 0) : targetPortOf(servicePort);
  return {
    group,
    binding: {
      id: group.id,
      namespace,
      name: group.name,
      spec: {
        ipAddressType: 'ipv4',
        networking: networkingOf(input, reached, healthCheck.port),
        ...(nodeLabels === undefined ? {} : { nodeSelector: { matchLabels: nodeLabels } }),
        serviceRef: { name: service.metadata.name, port },
        targetGroupProtocol: protocol,
        targetType,
        vpcID: vpcId,
      },
    },
  };
}

function targetTypeOf(annotations: Annotations, member: GroupMember, fallback: string): 'ip' | 'instance' {
  const asked = member.params?.spec?.targetType ?? annotations.text('target-type') ?? fallback;
  if (asked === 'ip' || asked === 'instance') return asked;
  throw new Error(`unknown targetType: ${asked}`);
}

/** An annotation with a closed set of values, of which the first is the default. */
function oneOf(annotations: Annotations, suffix: string, values: readonly string[], told: string): string {
  const asked = annotations.text(suffix) ?? (values[0] as string);
  if (values.includes(asked)) return asked;
  throw new Error(`${told} must be within [${values.join(', ')}]: ${asked}`);
}

function healthCheckOf(
  service: Service,
  annotations: Annotations,
  targetType: 'ip' | 'instance',
  groupProtocol: string,
  version: string,
): HealthCheckModel {
  const protocol = annotations.text('healthcheck-protocol') ?? groupProtocol;
  const port = healthCheckPort(service, annotations.text('healthcheck-port'), targetType);
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    throw new Error('healthCheckProtocol must be within [HTTP, HTTPS]');
  }
  const grpc = version === 'GRPC';
  const codes = annotations.text('success-codes') ?? (grpc ? '12' : '200');
  return {
    port,
    protocol,
    path: annotations.text('healthcheck-path') ?? (grpc ? '/AWS.ALB/healthcheck' : '/'),
    matcher: grpc ? { GrpcCode: codes } : { HttpCode: codes },
    interval: annotations.integer('healthcheck-interval-seconds') ?? 15,
    timeout: annotations.integer('healthcheck-timeout-seconds') ?? 5,
    healthyThreshold: annotations.integer('healthy-threshold-count') ?? 2,
    unhealthyThreshold: annotations.integer('unhealthy-threshold-count') ?? 2,
  };
}

function networkingOf(
  input: IngressTargetGroupInput,
  target: IntOrString,
  health: IntOrString,
): { ingress: NetworkingRule[] } | undefined {
  if (input.backendGroup === undefined) return undefined;
  const from = [{ securityGroup: { groupID: input.backendGroup } }];
  if (input.sources.config.disableRestrictedRules)
    return { ingress: [{ from, ports: [{ protocol: 'TCP' }] }] };
  const ports = health === trafficPort ? [target] : [target, health];
  return { ingress: ports.map((port) => ({ from, ports: [{ port, protocol: 'TCP' }] })) };
}
