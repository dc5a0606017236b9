import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { PodRequest } from '../../kubernetes/network.ts';
import { cidrHolds } from '../ec2/cidr.ts';
import { NotEmulated } from '../service.ts';
import { invalid } from './errors.ts';

interface Field {
  /** The condition's values, in either of the API's two forms. */
  readonly values: (condition: RuleCondition) => readonly string[] | undefined;
  /** Stores values in the condition's own structure. */
  readonly configure?: (values: string[]) => RuleCondition;
  readonly matches: (value: string, request: PodRequest, clientIp: string) => boolean;
}

const fields: Readonly<Record<string, Field>> = {
  'path-pattern': {
    values: (condition) => condition.PathPatternConfig?.Values,
    configure: (Values) => ({ PathPatternConfig: { Values } }),
    matches: (value, request) => wildcard(value).test(request.path.split('?')[0] ?? ''),
  },
  'host-header': {
    values: (condition) => condition.HostHeaderConfig?.Values,
    configure: (Values) => ({ HostHeaderConfig: { Values } }),
    matches: (value, request) =>
      wildcard(value, 'i').test((headerOf(request, 'host') ?? '').replace(/:\d+$/, '')),
  },
  'http-request-method': {
    values: (condition) => condition.HttpRequestMethodConfig?.Values,
    matches: (value, request) => value === request.method,
  },
  'source-ip': {
    values: (condition) => condition.SourceIpConfig?.Values,
    matches: (value, _request, clientIp) => cidrHolds(value, clientIp),
  },
};

/** The conditions of a rule as the API keeps them: values are shown in both forms where there are two. */
export function checkConditions(conditions: readonly RuleCondition[] | undefined): RuleCondition[] {
  if (!conditions?.length) throw invalid('A rule must have at least one condition');
  return conditions.map((condition) => {
    const field = fieldOf(condition);
    if (condition.RegexValues?.length) throw new NotEmulated('regular expressions in rule conditions');
    const values = [...(field.values(condition) ?? condition.Values ?? [])];
    if (values.length === 0) throw invalid('A condition value must be specified');
    if (!field.configure) return condition;
    return { Field: condition.Field, Values: values, ...field.configure(values) };
  });
}

/** Whether a request meets all conditions of a rule; each is met by any of its values. */
export function meets(conditions: readonly RuleCondition[], request: PodRequest, clientIp: string): boolean {
  return conditions.every((condition) => {
    const field = fieldOf(condition);
    return (field.values(condition) ?? []).some((value) => field.matches(value, request, clientIp));
  });
}

function fieldOf(condition: RuleCondition): Field {
  const field = fields[condition.Field ?? ''];
  if (!field) throw new NotEmulated(`the rule condition ${condition.Field}`);
  return field;
}

/** A request's header, whatever the case of its name. */
export function headerOf(request: PodRequest, name: string): string | undefined {
  return Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** `*` stands for any characters, `?` for one (API reference, RuleCondition). */
function wildcard(text: string, flags = ''): RegExp {
  const source = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, flags);
}
