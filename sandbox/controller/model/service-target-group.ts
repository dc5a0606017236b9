import { NotEmulated } from '../../aws/service.ts';
import type { Annotations } from '../annotations.ts';
import {
  type IntOrString,
  type NetworkingRule,
  type Service,
  type ServicePort,
  targetPortOf,
} from '../kube/types.ts';
import { networkTargetGroupName } from '../naming.ts';
import type { ControllerConfig } from '../process/config.ts';
import {
  healthCheckPort,
  requireIpv4,
  requireTargetGroupPort,
  targetGroupPort,
  trafficPort,
} from './health-check.ts';
import type { ChosenGroups, ModelSources } from './sources.ts';
import type { BindingModel, HealthCheckModel, TargetGroupModel } from './types.ts';

/** What a target group of a Service is worked out from. */
export interface ServiceTargetGroupInput {
  readonly sources: ModelSources;
  readonly service: Service;
  readonly annotations: Annotations;
  readonly port: ServicePort;
  readonly chosen: ChosenGroups;
  readonly tags: Readonly<Record<string, string>>;
}

/** Works out the target group and the TargetGroupBinding of one port of a Service. */
export function buildServiceTargetGroup(input: ServiceTargetGroupInput): {
  group: TargetGroupModel;
  binding: BindingModel;
} {
  const { service, annotations, port, chosen } = input;
  const { config, vpcId } = input.sources;
  const namespace = service.metadata.namespace ?? '';
  const identity = { namespace, name: service.metadata.name, uid: service.metadata.uid ?? '' };
  const targetType = targetTypeOf(service, annotations, port, config);
  const healthCheck = healthCheckOf(service, annotations, targetType);
  const attributes = attributesOf(annotations, port);
  const targetPort = targetGroupPort(targetType, port);
  requireIpv4(service);
  requireTargetGroupPort(targetType, targetPort);
  const protocol = port.protocol ?? 'TCP';
  const group: TargetGroupModel = {
    id: `${namespace}/${service.metadata.name}:${port.port}`,
    name: networkTargetGroupName(config.clusterName, identity, {
      targetPort,
      port: port.port,
      type: targetType,
      protocol,
      healthProtocol: healthCheck.protocol,
      healthIntervalSeconds: healthCheck.interval,
    }),
    targetType,
    port: targetPort,
    protocol,
    healthCheck,
    attributes,
    tags: input.tags,
  };
  const nodeLabels =
    targetType === 'instance' ? annotations.map('aws-load-balancer-target-node-labels') : undefined;
  return {
    group,
    binding: {
      id: group.id,
      namespace,
      name: group.name,
      spec: {
        ipAddressType: 'ipv4',
        networking: networkingOf(input, targetType, healthCheck.port, protocol, chosen),
        ...(nodeLabels === undefined ? {} : { nodeSelector: { matchLabels: nodeLabels } }),
        serviceRef: { name: service.metadata.name, port: port.port },
        targetGroupProtocol: protocol,
        targetType,
        vpcID: vpcId,
      },
    },
  };
}

/** A wrong target type is silently the default (facts/lbc.md §5). */
function targetTypeOf(
  service: Service,
  annotations: Annotations,
  port: ServicePort,
  config: ControllerConfig,
): 'ip' | 'instance' {
  const asked = annotations.text('aws-load-balancer-nlb-target-type') ?? config.defaultTargetType;
  if (annotations.text('aws-load-balancer-type') === 'nlb-ip' || asked === 'ip') return 'ip';
  if (service.spec.type === 'ClusterIP') {
    throw new Error(`unsupported service type "ClusterIP" for load balancer target type "${asked}"`);
  }
  if (!port.nodePort && service.spec.allocateLoadBalancerNodePorts === false) {
    throw new Error('unable to support instance target type with an unallocated NodePort');
  }
  if (service.spec.externalTrafficPolicy === 'Local') {
    throw new NotEmulated('instance targets with externalTrafficPolicy Local');
  }
  return 'instance';
}

function healthCheckOf(
  service: Service,
  annotations: Annotations,
  targetType: 'ip' | 'instance',
): HealthCheckModel {
  const asked = annotations.text('aws-load-balancer-healthcheck-protocol') ?? 'TCP';
  const protocol = asked.toUpperCase();
  if (!['TCP', 'HTTP', 'HTTPS'].includes(protocol))
    throw new Error(`unsupported health check protocol ${asked}`);
  const http =
    protocol === 'TCP'
      ? {}
      : {
          path: annotations.text('aws-load-balancer-healthcheck-path') ?? '/',
          matcher: { HttpCode: annotations.text('aws-load-balancer-healthcheck-success-codes') ?? '200-399' },
        };
  return {
    protocol,
    ...http,
    port: healthCheckPort(service, annotations.text('aws-load-balancer-healthcheck-port'), targetType),
    interval: annotations.integer('aws-load-balancer-healthcheck-interval') ?? 10,
    timeout: annotations.integer('aws-load-balancer-healthcheck-timeout') ?? 10,
    healthyThreshold: annotations.integer('aws-load-balancer-healthcheck-healthy-threshold') ?? 3,
    unhealthyThreshold: annotations.integer('aws-load-balancer-healthcheck-unhealthy-threshold') ?? 3,
  };
}

const proxyProtocol = 'proxy_protocol_v2.enabled';

function attributesOf(annotations: Annotations, port: ServicePort): Record<string, string> {
  const suffix = 'aws-load-balancer-target-group-attributes';
  const ofPort = Object.entries(annotations.map(`${suffix}.${port.port}`) ?? {}).filter(
    ([, value]) => value !== '',
  );
  const attributes: Record<string, string> = {
    [proxyProtocol]: 'false',
    ...annotations.map(suffix),
    ...Object.fromEntries(ofPort),
  };
  const perGroup = annotations.list('aws-load-balancer-proxy-protocol-per-target-group');
  if (perGroup !== undefined) {
    const wrong = perGroup.find((each) => !/^\d+$/.test(each));
    if (wrong !== undefined)
      throw new Error(`invalid port number in proxy-protocol-per-target-group: ${wrong}`);
    attributes[proxyProtocol] = String(perGroup.includes(String(port.port)));
  }
  const everywhere = annotations.text('aws-load-balancer-proxy-protocol');
  if (everywhere !== undefined && everywhere !== '*') {
    throw new Error(
      `invalid value ${everywhere} for Load Balancer proxy protocol v2 annotation, only value currently supported is *`,
    );
  }
  if (everywhere === '*') attributes[proxyProtocol] = 'true';
  return attributes;
}

function networkingOf(
  input: ServiceTargetGroupInput,
  targetType: 'ip' | 'instance',
  healthPort: IntOrString,
  protocol: string,
  chosen: ChosenGroups,
): { ingress: NetworkingRule[] } | undefined {
  if (chosen.backendGroup === undefined) return undefined;
  const target = targetType === 'instance' ? (input.port.nodePort ?? 0) : targetPortOf(input.port);
  return {
    ingress: [
      {
        from: [{ securityGroup: { groupID: chosen.backendGroup } }],
        ports: bindingPorts(target, healthPort, protocol, input.sources.config.disableRestrictedRules),
      },
    ],
  };
}

/** The ports to open towards targets; probes of UDP targets come over TCP. */
function bindingPorts(
  target: IntOrString,
  health: IntOrString,
  protocol: string,
  unrestricted: boolean,
): { port?: IntOrString; protocol: string }[] {
  if (unrestricted)
    return (protocol === 'UDP' ? ['TCP', 'UDP'] : ['TCP']).map((each) => ({ protocol: each }));
  const sameHealthPort = health === trafficPort || health === target;
  const ports = [{ port: target, protocol }];
  if (protocol === 'UDP' && sameHealthPort) ports.push({ port: target, protocol: 'TCP' });
  if (!sameHealthPort) ports.push({ port: health, protocol: 'TCP' });
  return ports;
}
