import { invalid } from './errors.ts';
import type { Attributes, LoadBalancerType } from './state.ts';

// Names and defaults: the attribute lists of the ELBv2 API reference (LoadBalancerAttribute, TargetGroupAttribute,
// ListenerAttribute).

const everyLoadBalancer: Attributes = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'ipv6.deny_all_igw_traffic': 'false',
  'zonal_shift.config.enabled': 'false',
};

const loadBalancerDefaults: Readonly<Record<LoadBalancerType, Attributes>> = {
  application: {
    ...everyLoadBalancer,
    'client_keep_alive.seconds': '3600',
    'connection_logs.s3.enabled': 'false',
    'connection_logs.s3.bucket': '',
    'connection_logs.s3.prefix': '',
    'idle_timeout.timeout_seconds': '60',
    'load_balancing.cross_zone.enabled': 'true',
    'routing.http.desync_mitigation_mode': 'defensive',
    'routing.http.drop_invalid_header_fields.enabled': 'false',
    'routing.http.preserve_host_header.enabled': 'false',
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
    'routing.http.xff_client_port.enabled': 'false',
    'routing.http.xff_header_processing.mode': 'append',
    'routing.http2.enabled': 'true',
    'waf.fail_open.enabled': 'false',
  },
  network: {
    ...everyLoadBalancer,
    'dns_record.client_routing_policy': 'any_availability_zone',
    'load_balancing.cross_zone.enabled': 'false',
    'secondary_ips.auto_assigned.per_subnet': '0',
  },
};

const everyTargetGroup: Attributes = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'stickiness.enabled': 'false',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
};

const httpTargetGroup: Attributes = {
  ...everyTargetGroup,
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.algorithm.type': 'round_robin',
  'slow_start.duration_seconds': '0',
  'stickiness.app_cookie.cookie_name': '',
  'stickiness.app_cookie.duration_seconds': '86400',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.type': 'lb_cookie',
};

const tcpTargetGroup: Attributes = {
  ...everyTargetGroup,
  'deregistration_delay.connection_termination.enabled': 'false',
  'preserve_client_ip.enabled': 'false',
  'proxy_protocol_v2.enabled': 'false',
  'stickiness.type': 'source_ip',
  'target_health_state.unhealthy.connection_termination.enabled': 'true',
  'target_health_state.unhealthy.draining_interval_seconds': '0',
};

const httpListener: Attributes = { 'routing.http.response.server.enabled': 'true' };
const tcpListener: Attributes = { 'tcp.idle_timeout.seconds': '350' };

/** Whether a protocol is one of an application load balancer's. */
export function isHttp(protocol: string): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

/** The attributes of a new load balancer. */
export function newLoadBalancerAttributes(type: LoadBalancerType): Attributes {
  return { ...loadBalancerDefaults[type] };
}

/** The attributes of a new target group. Instances see their clients' addresses unless told otherwise. */
export function newTargetGroupAttributes(protocol: string, targetType: string): Attributes {
  if (isHttp(protocol)) return { ...httpTargetGroup };
  const preserve = targetType === 'instance' || protocol.includes('UDP');
  return { ...tcpTargetGroup, 'preserve_client_ip.enabled': String(preserve) };
}

/** The attributes of a new listener. */
export function newListenerAttributes(protocol: string): Attributes {
  if (isHttp(protocol)) return { ...httpListener };
  return protocol === 'TCP' || protocol === 'TCP_UDP' ? { ...tcpListener } : {};
}

/** Attributes as the API lists them. */
export function attributeList(attributes: Attributes): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/** Changes attributes, all or none. Throws ValidationError for one that the resource does not have. */
export function changeAttributes(
  attributes: Attributes,
  changes: readonly { readonly Key?: string; readonly Value?: string }[] | undefined,
  owner: string,
): void {
  for (const { Key = '' } of changes ?? []) {
    if (!(Key in attributes)) throw invalid(`${owner} attribute key '${Key}' is not recognized`);
  }
  for (const { Key = '', Value = '' } of changes ?? []) attributes[Key] = Value;
}
