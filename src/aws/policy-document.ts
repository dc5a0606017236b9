import * as v from 'valibot';
import { renderTemplate } from '../templates.ts';

/** A statement of an IAM policy document (IAM User Guide, "IAM JSON policy element reference"). */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: object;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
}

const texts = v.optional(v.union([v.string(), v.array(v.string())]));
const statement = v.looseObject({
  Sid: v.optional(v.string()),
  Effect: v.picklist(['Allow', 'Deny']),
  Action: texts,
  NotAction: texts,
  Resource: texts,
  NotResource: texts,
  Condition: v.optional(v.record(v.string(), v.unknown())),
});
const policyDocument = v.object({
  Version: v.optional(v.string()),
  // One statement may stand without a list.
  Statement: v.pipe(
    v.union([v.array(statement), statement]),
    v.transform((given) => [given].flat()),
  ),
});

/** Reads a document as IAM gives it: JSON, percent-encoded (RFC 3986). Undefined when it is something else. */
export function parsePolicyDocument(encoded: string): PolicyDocument | undefined {
  try {
    const result = v.safeParse(policyDocument, JSON.parse(decodeURIComponent(encoded)));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

interface Template {
  readonly statements: readonly {
    readonly sid: string;
    readonly actions: readonly string[];
    readonly resources: readonly string[];
    readonly condition?: object;
  }[];
  readonly unknownActions: readonly {
    readonly partitions: readonly string[];
    readonly actions: readonly string[];
  }[];
}

/** The controller's IAM policy for one partition (`aws`, `aws-cn`, …). */
export async function controllerPolicy(partition: string): Promise<PolicyDocument> {
  const [template] = (await renderTemplate('controller-policy.yaml', { partition })) as [Template];
  const unknown = template.unknownActions
    .filter(({ partitions }) => partitions.includes(partition))
    .flatMap(({ actions }) => actions);
  return {
    Version: '2012-10-17',
    Statement: template.statements.map(({ sid, actions, resources, condition }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: actions.filter((action) => !unknown.includes(action)),
      Resource: resources,
      ...(condition && { Condition: condition }),
    })),
  };
}

/**
 * What a policy document means, as sorted lines: one per effect, action, resource and condition, without duplicates.
 * Two documents with the same lines grant the same, however they are grouped, ordered and named. What stands in a `Not…`
 * element counts as a whole: it is not the sum of its parts.
 */
export function meaning(document: PolicyDocument): string[] {
  const lines = document.Statement.flatMap(({ Effect, Condition = {}, ...one }) => {
    const actions = one.NotAction === undefined ? list(one.Action) : [{ not: sorted(list(one.NotAction)) }];
    const resources =
      one.NotResource === undefined ? list(one.Resource) : [{ not: sorted(list(one.NotResource)) }];
    return actions.flatMap((action) =>
      resources.map((resource) => JSON.stringify([Effect, action, resource, sorted(Condition)])),
    );
  });
  return [...new Set(lines)].sort();
}

/** Whether two policy documents mean the same. */
export const meansTheSame = (one: PolicyDocument, other: PolicyDocument): boolean =>
  meaning(one).join('\n') === meaning(other).join('\n');

const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

/** Sorts keys and value lists, so that equal conditions print equally. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
