import { NotEmulated } from '../service.ts';
import type { Statement } from './document.ts';
import { matchesWildcard } from './wildcard.ts';

/** The values of a condition key in a request; undefined when the request has no such key. Throws NotEmulated for a key it cannot know. */
export type KeyLookup = (key: string) => readonly string[] | undefined;

type Comparison = (actual: string, expected: string) => boolean;

const equal: Comparison = (actual, expected) => actual === expected;
const equalIgnoringCase: Comparison = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();
const like: Comparison = (actual, expected) => matchesWildcard(expected, actual);

/** IAM user guide, "IAM JSON policy elements: Condition operators". */
const comparisons: Readonly<Record<string, { readonly compare: Comparison; readonly negated?: true }>> = {
  StringEquals: { compare: equal },
  StringNotEquals: { compare: equal, negated: true },
  StringEqualsIgnoreCase: { compare: equalIgnoringCase },
  StringNotEqualsIgnoreCase: { compare: equalIgnoringCase, negated: true },
  StringLike: { compare: like },
  StringNotLike: { compare: like, negated: true },
  ArnEquals: { compare: like },
  ArnLike: { compare: like },
  ArnNotEquals: { compare: like, negated: true },
  ArnNotLike: { compare: like, negated: true },
  Bool: { compare: equalIgnoringCase },
};

function checkVariables(values: readonly string[]): void {
  const variable = values.find((value) => value.includes('${'));
  if (variable !== undefined) throw new NotEmulated(`the policy variable in ${variable}`);
}

function holds(
  operator: string,
  expected: readonly string[],
  actual: readonly string[] | undefined,
): boolean {
  if (operator === 'Null') return expected.some((value) => (value === 'true') === (actual === undefined));
  const quantified = /^(ForAnyValue|ForAllValues):(.+)$/.exec(operator);
  const [, name = '', ifExists] = /^(.+?)(IfExists)?$/.exec(quantified?.[2] ?? operator) ?? [];
  const comparison = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  if (!comparison) throw new NotEmulated(`the condition operator ${operator}`);
  checkVariables(expected);
  const { compare, negated = false } = comparison;
  const matches = (value: string): boolean => expected.some((item) => compare(value, item)) !== negated;
  if (quantified?.[1] === 'ForAllValues') return (actual ?? []).every(matches);
  if (quantified) return (actual ?? []).some(matches);
  if (actual === undefined) return ifExists !== undefined || negated;
  return actual.every(matches);
}

/** Whether every condition of a statement holds. Throws NotEmulated for an operator or a key that is not known. */
export function conditionsHold(conditions: Statement['conditions'], lookup: KeyLookup): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holds(operator, expected, lookup(key))),
  );
}
