import { NotEmulated } from '../../aws/service.ts';
import { type Flags, parseFlags } from './flags.ts';

/** The controller's configuration with the defaults of v3.5.0. Durations are in seconds. */
export interface ControllerConfig {
  readonly clusterName: string;
  /** Undefined: asked of the environment, then of instance metadata. */
  readonly region: string | undefined;
  readonly vpcId: string | undefined;
  readonly vpcTags: Readonly<Record<string, string>>;
  /** Attempts of one AWS call. */
  readonly maxAttempts: number;
  readonly ingressClass: string;
  readonly loadBalancerClass: string;
  readonly watchNamespace: string | undefined;
  readonly defaultTargetType: string;
  readonly defaultScheme: string;
  readonly defaultSslPolicy: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly externalManagedTags: readonly string[];
  readonly serviceTargetTags: Readonly<Record<string, string>>;
  readonly enableBackendSecurityGroup: boolean;
  readonly manageBackendRules: boolean;
  readonly backendSecurityGroup: string | undefined;
  readonly disableRestrictedRules: boolean;
  readonly tolerateMissingService: boolean;
  readonly tolerateMissingAction: boolean;
  readonly readinessGates: boolean;
  readonly shield: boolean;
  readonly disableClassAnnotation: boolean;
  readonly disableGroupAnnotation: boolean;
  readonly serviceWorkers: number;
  readonly ingressWorkers: number;
  readonly bindingWorkers: number;
  readonly bindingMaxBackoff: number;
  readonly bindingRequeue: number;
  readonly stabilizationInterval: number;
  readonly webhookPort: number;
  readonly healthPort: number;
}

/** Flags that change nothing in a rehearsal: they tune rates, metrics and the log. */
const withoutEffect: readonly (keyof Flags)[] = [
  'aws-api-throttle',
  'metrics-bind-addr',
  'log-level',
  'sync-period',
  'enable-waf',
  'enable-wafv2',
];

/** Flags that would matter and have no counterpart here. */
const refused: readonly (keyof Flags)[] = [
  'aws-api-endpoints',
  'feature-gates',
  'max-targets-per-target-group',
];

const trackingTags = new Set([
  'elbv2.k8s.aws/cluster',
  'elbv2.k8s.aws/resource',
  ...['ingress', 'service'].flatMap((owner) => [`${owner}.k8s.aws/stack`, `${owner}.k8s.aws/resource`]),
]);

/**
 * Reads the command line. Throws UsageError for what the flag parser rejects (exit code 2) and Error for a
 * configuration that the controller rejects (exit code 1; texts of facts/lbc.md §5).
 */
export function readConfig(args: readonly string[]): ControllerConfig {
  const flags = parseFlags(args);
  const config: ControllerConfig = {
    clusterName: flags['cluster-name'] ?? '',
    region: flags['aws-region'] || undefined,
    vpcId: flags['aws-vpc-id'] || undefined,
    vpcTags: flags['aws-vpc-tags'] ?? {},
    maxAttempts: flags['aws-max-retries'] ?? 10,
    ingressClass: flags['ingress-class'] ?? 'alb',
    loadBalancerClass: flags['load-balancer-class'] ?? 'service.k8s.aws/nlb',
    watchNamespace: flags['watch-namespace'] || undefined,
    defaultTargetType: flags['default-target-type'] ?? 'instance',
    defaultScheme: flags['default-load-balancer-scheme'] ?? 'internal',
    defaultSslPolicy: flags['default-ssl-policy'] ?? 'ELBSecurityPolicy-2016-08',
    defaultTags: flags['default-tags'] ?? {},
    externalManagedTags: flags['external-managed-tags'] ?? [],
    serviceTargetTags: flags['service-target-eni-security-group-tags'] ?? {},
    enableBackendSecurityGroup: flags['enable-backend-security-group'] ?? true,
    manageBackendRules: flags['enable-manage-backend-security-group-rules'] ?? false,
    backendSecurityGroup: flags['backend-security-group'] || undefined,
    disableRestrictedRules: flags['disable-restricted-sg-rules'] ?? false,
    tolerateMissingService: flags['tolerate-non-existent-backend-service'] ?? true,
    tolerateMissingAction: flags['tolerate-non-existent-backend-action'] ?? true,
    readinessGates: flags['enable-pod-readiness-gate-inject'] ?? true,
    shield: flags['enable-shield'] ?? true,
    disableClassAnnotation: flags['disable-ingress-class-annotation'] ?? false,
    disableGroupAnnotation: flags['disable-ingress-group-name-annotation'] ?? false,
    serviceWorkers: flags['service-max-concurrent-reconciles'] ?? 3,
    ingressWorkers: flags['ingress-max-concurrent-reconciles'] ?? 3,
    bindingWorkers: flags['targetgroupbinding-max-concurrent-reconciles'] ?? 3,
    bindingMaxBackoff: flags['targetgroupbinding-max-exponential-backoff-delay'] ?? 1000,
    bindingRequeue: flags['targetgroupbinding-requeue-duration'] ?? 15,
    stabilizationInterval: flags['lb-stabilization-monitor-interval'] ?? 120,
    webhookPort: flags['webhook-bind-port'] ?? 9443,
    healthPort: Number((flags['health-probe-bind-addr'] ?? ':61779').split(':').at(-1)),
  };
  validate(config);
  refuse(flags);
  return config;
}

/** The flags given that have no effect in a rehearsal; the controller says so in its log. */
export const flagsWithoutEffect = (args: readonly string[]): string[] => {
  const flags = parseFlags(args);
  return withoutEffect.filter((flag) => flags[flag] !== undefined).map((flag) => `--${flag}`);
};

function validate(config: ControllerConfig): void {
  if (config.clusterName === '') throw new Error('kubernetes cluster name must be specified');
  for (const key of Object.keys(config.defaultTags)) {
    if (trackingTags.has(key)) throw new Error(`tag key ${key} cannot be specified in default-tags flag`);
  }
  for (const key of config.externalManagedTags) {
    if (trackingTags.has(key))
      throw new Error(`tag key ${key} cannot be specified in external-managed-tags flag`);
    if (config.defaultTags[key] !== undefined) {
      throw new Error(
        `tag key ${key} cannot be specified in both default-tags and external-managed-tags flag`,
      );
    }
  }
  if (!['instance', 'ip'].includes(config.defaultTargetType)) {
    throw new Error(`invalid value ${config.defaultTargetType} for default target type`);
  }
  if (!['internal', 'internet-facing'].includes(config.defaultScheme)) {
    throw new Error(`invalid value ${config.defaultScheme} for default scheme`);
  }
  if (config.backendSecurityGroup !== undefined && !config.backendSecurityGroup.startsWith('sg-')) {
    throw new Error(`invalid value ${config.backendSecurityGroup} for backend security group id`);
  }
  if (config.manageBackendRules && !config.enableBackendSecurityGroup) {
    throw new Error(
      'backend security group must be enabled when manage backend security group rule is enabled',
    );
  }
}

function refuse(flags: Flags): void {
  for (const flag of refused)
    if (flags[flag] !== undefined) throw new NotEmulated(`the controller's --${flag}`);
  if (flags['enable-endpoint-slices'] === false) throw new NotEmulated('--enable-endpoint-slices=false');
  if (flags['enable-leader-election'] === false) throw new NotEmulated('--enable-leader-election=false');
}
