import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IngressPath } from '../kube/types.ts';
import type { ActionModel } from './types.ts';

/** Paths in the order of their rules: exact ones, prefixes from the longest to the shortest, the others as written. */
export function inRuleOrder(paths: readonly IngressPath[]): IngressPath[] {
  const ofType = (type: string): IngressPath[] =>
    paths.filter((path) => (path.pathType ?? 'ImplementationSpecific') === type);
  const length = (path: IngressPath): number => path.path?.length ?? 0;
  return [
    ...ofType('Exact'),
    ...ofType('Prefix').sort((left, right) => length(right) - length(left)),
    ...ofType('ImplementationSpecific'),
  ];
}

/** The conditions of the rule for one path. */
export function ruleConditions(host: string | undefined, path: IngressPath): RuleCondition[] {
  const paths = path.path ? pathPatterns(path.path, path.pathType) : [];
  const conditions: RuleCondition[] = [];
  if (host) conditions.push({ Field: 'host-header', HostHeaderConfig: { Values: [host] } });
  if (paths.length > 0) conditions.push({ Field: 'path-pattern', PathPatternConfig: { Values: paths } });
  return conditions.length > 0
    ? conditions
    : [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }];
}

/** A prefix `/foo` takes `/foo` and all below it. */
function pathPatterns(path: string, type = 'ImplementationSpecific'): string[] {
  if (type === 'ImplementationSpecific') return [path];
  if (type === 'Prefix' && path === '/') return ['/*'];
  if (/[*?]/.test(path)) throw new Error(`${type.toLowerCase()} path shouldn't contain wildcards: ${path}`);
  if (type === 'Exact') return [path];
  const prefix = path.replace(/\/$/, '');
  return [prefix, `${prefix}/*`];
}

/** A rule before it has a priority. */
export interface DraftRule {
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly ActionModel[];
  readonly tags: Readonly<Record<string, string>>;
}

const redirectOf = (rule: DraftRule) => rule.actions.find((action) => action.type === 'redirect');

const values = (conditions: readonly RuleCondition[], field: string): string[] =>
  conditions
    .filter((condition) => condition.Field === field)
    .flatMap((condition) => condition.HostHeaderConfig?.Values ?? condition.PathPatternConfig?.Values ?? []);

/** Leaves out redirects to themselves, and rules that a redirect before them has already answered. */
export function optimizeRules(port: number, protocol: string, rules: readonly DraftRule[]): DraftRule[] {
  const kept: DraftRule[] = [];
  for (const rule of rules) {
    const shadowed = kept.some((before) => redirectOf(before) !== undefined && covers(before, rule));
    if (!redirectsToItself(port, protocol, rule) && !shadowed) kept.push(rule);
  }
  return kept;
}

function redirectsToItself(port: number, protocol: string, rule: DraftRule): boolean {
  const target = redirectOf(rule);
  if (target === undefined) return false;
  const same = (given: string | undefined, placeholder: string, own: readonly string[]): boolean =>
    given === undefined || given === placeholder || own.includes(given);
  return (
    same(target.host, '#{host}', values(rule.conditions, 'host-header')) &&
    same(target.path, '/#{path}', values(rule.conditions, 'path-pattern')) &&
    same(target.port, '#{port}', [String(port)]) &&
    same(target.protocol, '#{protocol}', [protocol]) &&
    same(target.query, '#{query}', [])
  );
}

function covers(wide: DraftRule, narrow: DraftRule): boolean {
  const superset = (field: string, everything?: string): boolean => {
    const outer = values(wide.conditions, field);
    const inner = values(narrow.conditions, field);
    if (outer.length === 0 || (everything !== undefined && outer.includes(everything))) return true;
    return inner.length > 0 && inner.every((value) => outer.includes(value));
  };
  return superset('host-header') && superset('path-pattern', '/*');
}
