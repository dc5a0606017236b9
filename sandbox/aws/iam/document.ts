import { AwsError } from '../service.ts';

/** One statement of a policy, with every list made a list. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  /** Type (`AWS`, `Service`, `Federated`, or `*`) → principals. */
  readonly principals?: Readonly<Record<string, readonly string[]>>;
  /** Operator → condition key → values. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Whether a document grants permissions or says who may assume a role. */
export type DocumentKind = 'permissions' | 'trust';

const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const syntaxError = () => malformed('Syntax errors in policy.');

/** A string or a list of strings, as a list. Booleans and numbers stand for their text. */
function strings(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  const items = Array.isArray(value) ? value : [value];
  if (items.some((item) => !['string', 'boolean', 'number'].includes(typeof item))) throw syntaxError();
  return items.map(String);
}

const statementKeys: ReadonlySet<string> = new Set(
  'Sid Effect Action NotAction Resource NotResource Principal Condition'.split(' '),
);

function readPrincipals(value: unknown): Statement['principals'] {
  if (value === undefined) return undefined;
  if (value === '*') return { '*': ['*'] };
  if (!isRecord(value)) throw syntaxError();
  return Object.fromEntries(Object.entries(value).map(([type, ids]) => [type, strings(ids) ?? []]));
}

function readConditions(value: unknown): Statement['conditions'] {
  if (value === undefined) return {};
  if (!isRecord(value)) throw syntaxError();
  const readKeys = (keys: unknown) => {
    if (!isRecord(keys)) throw syntaxError();
    return Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, strings(values) ?? []]));
  };
  return Object.fromEntries(Object.entries(value).map(([operator, keys]) => [operator, readKeys(keys)]));
}

function checkActions(actions: readonly string[], kind: DocumentKind): void {
  if (actions.some((action) => action !== '*' && !/^[\w-]+:[\w*?]+$/.test(action)))
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  if (kind === 'trust' && actions.some((action) => !/^sts:/i.test(action)))
    throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
}

function readStatement(value: unknown, kind: DocumentKind): Statement {
  if (!isRecord(value) || Object.keys(value).some((key) => !statementKeys.has(key))) throw syntaxError();
  const { Effect: effect } = value;
  if (effect !== 'Allow' && effect !== 'Deny') throw syntaxError();
  const statement: Statement = {
    effect,
    actions: strings(value.Action),
    notActions: strings(value.NotAction),
    resources: strings(value.Resource),
    notResources: strings(value.NotResource),
    principals: readPrincipals(value.Principal),
    conditions: readConditions(value.Condition),
  };
  const actions = statement.actions ?? statement.notActions;
  const resources = statement.resources ?? statement.notResources;
  if (!actions?.length) throw malformed('Policy statement must contain actions.');
  checkActions(actions, kind);
  if (kind === 'trust') {
    if (resources) throw malformed('Has prohibited field Resource');
    if (!statement.principals) throw malformed('Missing required field Principal');
    return statement;
  }
  if (statement.principals) throw malformed('Policy document should not specify a principal.');
  if (!resources?.length) throw malformed('Policy statement must contain resources.');
  const wrong = resources.find((resource) => resource !== '*' && !resource.startsWith('arn:'));
  if (wrong !== undefined) throw malformed(`Resource ${wrong} must be in ARN format or "*".`);
  return statement;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
}

/**
 * Reads a policy document. Throws MalformedPolicyDocument with IAM's words; the order in which IAM finds several
 * faults in one document is not known.
 */
export function readDocument(text: string, kind: DocumentKind): Statement[] {
  const document = parseJson(text);
  if (!isRecord(document)) throw syntaxError();
  const { Version: version, Statement: statement, Id: _id, ...rest } = document;
  if (Object.keys(rest).length > 0 || statement === undefined) throw syntaxError();
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') throw syntaxError();
  const statements = Array.isArray(statement) ? statement : [statement];
  if (statements.length === 0) throw syntaxError();
  return statements.map((item) => readStatement(item, kind));
}

/** A document's size as IAM counts it: characters without whitespace (IAM quotas page). */
export const documentSize = (text: string): number => text.replace(/\s/g, '').length;
