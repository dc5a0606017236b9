import { findServicePort, type IntOrString, type Service, targetPortOf } from '../kube/types.ts';

/** The health check port that means "where the traffic goes". */
export const trafficPort = 'traffic-port';

/** An annotation's port: a number, or the name of a port of the Service. */
export function healthCheckPort(
  service: Service,
  raw: string | undefined,
  targetType: 'ip' | 'instance',
): IntOrString {
  if (raw === undefined || raw === trafficPort) return trafficPort;
  if (/^\d+$/.test(raw)) return Number(raw);
  let port: ReturnType<typeof findServicePort>;
  try {
    port = findServicePort(service, raw);
  } catch (error) {
    throw new Error(`failed to resolve healthCheckPort: ${(error as Error).message}`);
  }
  if (targetType === 'instance') return port.nodePort ?? 0;
  const target = targetPortOf(port);
  if (typeof target === 'number') return target;
  throw new Error(
    "cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port",
  );
}

/** The port that a target group is made with; it is not in the data path (named target ports give 1). */
export function targetGroupPort(
  targetType: 'ip' | 'instance',
  port: { readonly nodePort?: number; readonly port: number; readonly targetPort?: IntOrString },
): number {
  if (targetType === 'instance') return port.nodePort ?? 0;
  const target = targetPortOf(port);
  return typeof target === 'number' ? target : 1;
}

/** Throws as the controller does when there is no port to send traffic to (transcripts/lbc/webhook-alive.txt). */
export function requireTargetGroupPort(targetType: 'ip' | 'instance', port: number): void {
  if (port !== 0) return;
  throw new Error(
    targetType === 'ip'
      ? 'TargetGroup port is empty. Are you using the correct service type?'
      : "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
  );
}

/** Only IPv4 is emulated; a Service with an IPv6 family needs a dual-stack load balancer. */
export function requireIpv4(service: Service): void {
  if (service.spec.ipFamilies?.includes('IPv6')) {
    throw new Error('unsupported IPv6 configuration, lb not dual-stack');
  }
}
