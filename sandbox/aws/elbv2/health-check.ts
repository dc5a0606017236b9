import type { CreateTargetGroupInput, Matcher } from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotEmulated } from '../service.ts';
import { isHttp } from './attributes.ts';
import { invalid } from './errors.ts';
import type { HealthCheck } from './state.ts';

type Settings = Pick<
  CreateTargetGroupInput,
  | 'HealthCheckEnabled'
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckPath'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
> & { readonly Matcher?: Matcher };

const ranges = {
  HealthCheckIntervalSeconds: [5, 300],
  HealthCheckTimeoutSeconds: [2, 120],
  HealthyThresholdCount: [2, 10],
  UnhealthyThresholdCount: [2, 10],
} as const;

/**
 * The health check that a request asks for, with the API's defaults (reference, CreateTargetGroup) for what it and
 * the present check leave out.
 */
export function healthCheckOf(protocol: string, settings: Settings, present?: HealthCheck): HealthCheck {
  if (settings.HealthCheckEnabled === false) throw new NotEmulated('target groups without health checks');
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = settings[name as keyof typeof ranges];
    if (value !== undefined && (value < least || value > most)) {
      throw invalid(`${name} '${value}' must be between ${least} and ${most}`);
    }
  }
  const checkProtocol =
    settings.HealthCheckProtocol ?? present?.protocol ?? (isHttp(protocol) ? 'HTTP' : 'TCP');
  if (isHttp(protocol) && !isHttp(checkProtocol)) {
    throw invalid(
      `Health check protocol '${checkProtocol}' is not supported for target groups with the protocol ${protocol}`,
    );
  }
  const port = settings.HealthCheckPort ?? present?.port ?? 'traffic-port';
  if (port !== 'traffic-port' && !(Number(port) >= 1 && Number(port) <= 65535)) {
    throw invalid(`Health check port '${port}' must be 'traffic-port' or in the range 1-65535`);
  }
  const check: HealthCheck = {
    protocol: checkProtocol,
    port,
    interval: settings.HealthCheckIntervalSeconds ?? present?.interval ?? 30,
    timeout:
      settings.HealthCheckTimeoutSeconds ?? present?.timeout ?? defaultTimeout(protocol, checkProtocol),
    healthyThreshold: settings.HealthyThresholdCount ?? present?.healthyThreshold ?? 5,
    unhealthyThreshold: settings.UnhealthyThresholdCount ?? present?.unhealthyThreshold ?? 2,
  };
  if (check.timeout > check.interval) {
    throw invalid('Health check timeout must be smaller than or equal to the interval');
  }
  if (!isHttp(checkProtocol)) return check;
  const path = settings.HealthCheckPath ?? present?.path ?? '/';
  if (!path.startsWith('/')) throw invalid(`Health check path '${path}' must start with '/'`);
  const matcher = settings.Matcher?.HttpCode ?? present?.matcher ?? (isHttp(protocol) ? '200' : '200-399');
  return { ...check, path, matcher };
}

function defaultTimeout(protocol: string, checkProtocol: string): number {
  if (isHttp(protocol)) return 5;
  return isHttp(checkProtocol) ? 6 : 10;
}

/** Whether a status is among a matcher's codes: `200`, `200-399`, `200,204`. */
export function matchesCode(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(Number);
    return status >= from && status <= to;
  });
}
