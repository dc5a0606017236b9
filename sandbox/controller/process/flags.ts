/** How a flag's text is read. */
type Kind = 'text' | 'boolean' | 'integer' | 'duration' | 'map' | 'list';

/** The controller's command line, by flag name (facts/lbc.md §2; the flags of v3.5.0 that the chart can set). */
const kinds = {
  'cluster-name': 'text',
  'ingress-class': 'text',
  'aws-region': 'text',
  'aws-vpc-id': 'text',
  'aws-vpc-tags': 'map',
  'aws-api-endpoints': 'map',
  'aws-api-throttle': 'text',
  'aws-max-retries': 'integer',
  'enable-pod-readiness-gate-inject': 'boolean',
  'enable-shield': 'boolean',
  'enable-waf': 'boolean',
  'enable-wafv2': 'boolean',
  'metrics-bind-addr': 'text',
  'health-probe-bind-addr': 'text',
  'ingress-max-concurrent-reconciles': 'integer',
  'service-max-concurrent-reconciles': 'integer',
  'targetgroupbinding-max-concurrent-reconciles': 'integer',
  'targetgroupbinding-max-exponential-backoff-delay': 'duration',
  'targetgroupbinding-requeue-duration': 'duration',
  'lb-stabilization-monitor-interval': 'duration',
  'log-level': 'text',
  'webhook-bind-port': 'integer',
  'sync-period': 'duration',
  'watch-namespace': 'text',
  'enable-leader-election': 'boolean',
  'disable-ingress-class-annotation': 'boolean',
  'disable-ingress-group-name-annotation': 'boolean',
  'tolerate-non-existent-backend-service': 'boolean',
  'tolerate-non-existent-backend-action': 'boolean',
  'default-ssl-policy': 'text',
  'external-managed-tags': 'list',
  'default-tags': 'map',
  'enable-endpoint-slices': 'boolean',
  'enable-backend-security-group': 'boolean',
  'enable-manage-backend-security-group-rules': 'boolean',
  'backend-security-group': 'text',
  'disable-restricted-sg-rules': 'boolean',
  'feature-gates': 'map',
  'default-target-type': 'text',
  'default-load-balancer-scheme': 'text',
  'service-target-eni-security-group-tags': 'map',
  'load-balancer-class': 'text',
  'max-targets-per-target-group': 'integer',
} as const satisfies Record<string, Kind>;

interface Values {
  readonly text: string;
  readonly boolean: boolean;
  readonly integer: number;
  /** Seconds. */
  readonly duration: number;
  readonly map: Readonly<Record<string, string>>;
  readonly list: readonly string[];
}

/** The flags that were given. */
export type Flags = { readonly [F in keyof typeof kinds]?: Values[(typeof kinds)[F]] };

/** A command line that the flag parser rejects; the process ends with exit code 2. */
export class UsageError extends Error {}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

function duration(text: string): number {
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  if (parts.map((part) => part[0]).join('') !== text || text === '') throw new Error('invalid duration');
  return parts.reduce((sum, part) => sum + Number(part[1]) * (units[part[2] as string] as number), 0);
}

function pairs(text: string): Record<string, string> {
  const items = text === '' ? [] : text.split(',').map((item) => item.trim());
  return Object.fromEntries(
    items.map((item) => {
      const at = item.indexOf('=');
      if (at < 0) throw new Error(`${item} must be formatted as key=value`);
      return [item.slice(0, at), item.slice(at + 1)];
    }),
  );
}

const readers: { readonly [K in Kind]: (text: string) => Values[K] } = {
  text: (text) => text,
  boolean(text) {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new Error('invalid syntax');
  },
  integer(text) {
    if (/^-?\d+$/.test(text)) return Number(text);
    throw new Error('invalid syntax');
  },
  duration,
  map: pairs,
  list: (text) => text.split(',').filter((item) => item !== ''),
};

/** Parses `--name=value`, `--name value` and bare boolean flags. Throws UsageError. */
export function parseFlags(args: readonly string[]): Flags {
  const flags: Record<string, unknown> = {};
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] as string;
    if (!argument.startsWith('--')) throw new UsageError(`unexpected argument: ${argument}`);
    const equals = argument.indexOf('=');
    const name = argument.slice(2, equals < 0 ? undefined : equals);
    const kind: Kind | undefined = kinds[name as keyof typeof kinds];
    if (kind === undefined) throw new UsageError(`unknown flag: --${name}`);
    let text = equals < 0 ? undefined : argument.slice(equals + 1);
    if (text === undefined) text = kind === 'boolean' ? 'true' : args[++at];
    if (text === undefined) throw new UsageError(`flag needs an argument: --${name}`);
    try {
      flags[name] = readers[kind](text);
    } catch (error) {
      throw new UsageError(`invalid argument "${text}" for "--${name}" flag: ${(error as Error).message}`);
    }
  }
  return flags as Flags;
}
