import { type AccessQuestion, type Judgement, NotEmulated, type Principal } from '../service.ts';
import { conditionsHold, type KeyLookup } from './conditions.ts';
import { readDocument, type Statement } from './document.ts';
import type { IamState, Role } from './state.ts';
import { matchesAction, matchesWildcard } from './wildcard.ts';

type Resource = Required<AccessQuestion>['resources'][number];

/** Keys that a request may lack: a tag is created by itself, not by creating what carries it. */
const optionalKeys: ReadonlySet<string> = new Set(['ec2:createaction', 'elasticloadbalancing:createaction']);

/** `…:security-group/*`: what a request is about to create has no tags. */
const isYetToBeMade = ({ arn }: Resource): boolean => arn.endsWith('/*');

/** The condition keys of one request on one resource. */
function createLookup(question: Required<AccessQuestion>, resource: Resource): KeyLookup {
  const conditions = new Map(
    Object.entries(question.conditions).map(([key, value]) => [key.toLowerCase(), value]),
  );
  return (key) => {
    const given = conditions.get(key.toLowerCase());
    if (given !== undefined) return [given];
    const [kind = '', tagKey] = key.split(/\/(.*)/s);
    if (/^aws:requesttag$/i.test(kind) && tagKey) return values(question.requestTags[tagKey]);
    if (/^(aws|ec2|elasticloadbalancing|eks|iam):resourcetag$/i.test(kind) && tagKey) {
      if (!resource.tags && !isYetToBeMade(resource)) throw new NotEmulated(`${key} of ${question.action}`);
      return values(resource.tags?.[tagKey]);
    }
    if (/^aws:tagkeys$/i.test(key)) {
      const keys = Object.keys(question.requestTags);
      return keys.length > 0 ? keys : undefined;
    }
    if (optionalKeys.has(key.toLowerCase())) return undefined;
    throw new NotEmulated(`the condition key ${key} of ${question.action}`);
  };
}

const values = (value: string | undefined): string[] | undefined =>
  value === undefined ? undefined : [value];

function checkVariables(patterns: readonly string[]): void {
  const variable = patterns.find((pattern) => pattern.includes('${'));
  if (variable !== undefined) throw new NotEmulated(`the policy variable in ${variable}`);
}

/** Whether a statement speaks of an action on a resource, its conditions aside. */
function concerns(statement: Statement, action: string, arn: string): boolean {
  const { actions, notActions, resources, notResources } = statement;
  const named = (actions ?? notActions ?? []).some((pattern) => matchesAction(pattern, action));
  if (named !== (actions !== undefined)) return false;
  const patterns = resources ?? notResources ?? [];
  checkVariables(patterns);
  return patterns.some((pattern) => matchesWildcard(pattern, arn)) === (resources !== undefined);
}

/** Judges one resource by statements: a Deny wins, else an Allow is needed (IAM user guide, "Policy evaluation logic"). */
function judgeResource(
  statements: readonly Statement[],
  question: Required<AccessQuestion>,
  resource: Resource,
): Judgement {
  const lookup = createLookup(question, resource);
  const relevant = statements.filter((statement) => concerns(statement, question.action, resource.arn));
  const applies = ({ conditions }: Statement): boolean => conditionsHold(conditions, lookup);
  if (relevant.some((statement) => statement.effect === 'Deny' && applies(statement))) return 'deny';
  let unknown: unknown;
  for (const statement of relevant.filter(({ effect }) => effect === 'Allow')) {
    try {
      if (applies(statement)) return 'allow';
    } catch (error) {
      unknown = error;
    }
  }
  if (unknown) throw unknown;
  return 'none';
}

interface Permissions {
  readonly statements: readonly Statement[];
  /** The ARN of an attached policy whose contents the rehearsal does not know. */
  readonly unknown?: string;
}

function permissionsOf(state: IamState, role: Role): Permissions {
  const attached = [...role.attached].flatMap((arn) => state.policies.get(arn) ?? []);
  const documents = attached.flatMap(({ versions, defaultVersion }) =>
    versions.filter(({ id }) => id === defaultVersion).map(({ document }) => document),
  );
  return {
    statements: [...role.inline.values(), ...documents].flatMap((text) => readDocument(text, 'permissions')),
    unknown: attached.find(({ versions }) => versions.length === 0)?.arn,
  };
}

/**
 * Judges a question by a role's inline and attached policies. Throws NotEmulated when the answer hangs on a condition
 * operator, a condition key, a policy variable or an AWS-managed policy that the rehearsal does not know.
 */
export function judgeRole(state: IamState, role: Role, question: Required<AccessQuestion>): Judgement {
  const { statements, unknown } = permissionsOf(state, role);
  const judgements = question.resources.map((resource) => judgeResource(statements, question, resource));
  if (judgements.includes('deny')) return 'deny';
  if (judgements.every((judgement) => judgement === 'allow')) return 'allow';
  if (unknown) throw new NotEmulated(`the contents of ${unknown}, which decide on ${question.action}`);
  return 'none';
}

/** Judges a principal: users and services are allowed everything; the session of a deleted role nothing. */
export function judge(state: IamState, principal: Principal, question: Required<AccessQuestion>): Judgement {
  if (principal.kind !== 'role') return 'allow';
  const role = [...state.roles.values()].find(({ arn }) => arn === principal.roleArn);
  return role ? judgeRole(state, role, question) : 'none';
}
