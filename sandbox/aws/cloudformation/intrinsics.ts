import { NotEmulated } from '../service.ts';
import { validationError } from './template.ts';

/** What a value in a template can refer to while it is evaluated. */
export interface Scope {
  /** The value of a parameter, pseudo parameter or resource; undefined when there is none of that name. */
  reference(name: string): unknown;
  /** An attribute of a resource. */
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
  /** The value another stack exports under this name. */
  importValue(name: string): string;
  /** The Availability Zones of a region. */
  zones(region: string): readonly string[];
}

/** What `Ref: AWS::NoValue` evaluates to: the member or list item that holds it disappears. */
export const noValue = Symbol('AWS::NoValue');

type IntrinsicFunction = (argument: unknown, scope: Scope) => unknown;

const wrong = (name: string, need: string) => validationError(`Template error: every ${name} object ${need}`);

function list(name: string, argument: unknown, length?: number): unknown[] {
  if (!Array.isArray(argument) || (length !== undefined && argument.length !== length)) {
    throw wrong(name, `requires ${length ?? 'a list of'} parameters`);
  }
  return argument;
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  throw wrong(name, 'must evaluate to a String.');
}

function reference(name: string, scope: Scope): unknown {
  const value = scope.reference(name);
  if (value === undefined) {
    throw validationError(
      `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
    );
  }
  return value;
}

/** Splits `Logical.Attribute.Path` at its first dot. */
export function splitAttribute(argument: unknown): [logicalId: string, attribute: string] {
  const [logicalId, ...path] = Array.isArray(argument) ? argument : String(argument).split('.');
  if (typeof logicalId !== 'string' || path.length === 0) {
    throw validationError('Template error: every Fn::GetAtt object requires two non-empty parameters');
  }
  return [logicalId, path.join('.')];
}

/** The `${…}` expressions of an `Fn::Sub` text; `${!literal}` is none. */
export const substitutions = /\$\{([^!}][^}]*)\}/g;

function substitute(argument: unknown, scope: Scope): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = evaluate(variables, scope) as Record<string, unknown>;
  const value = (expression: string): unknown => {
    const name = expression.trim();
    if (Object.hasOwn(own, name)) return own[name];
    return name.includes('.') ? scope.attribute(...splitAttribute(name)) : reference(name, scope);
  };
  return text('Fn::Sub', template)
    .replace(substitutions, (_, expression: string) => text('Fn::Sub', value(expression)))
    .replaceAll('${!', '${');
}

/** Whether a condition expression holds. */
export function holds(expression: unknown, scope: Scope): boolean {
  const value = evaluate(expression, scope);
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw validationError('Template error: a condition must evaluate to true or false');
}

// CloudFormation user guide, intrinsic function reference. Arguments arrive unevaluated, because Fn::If
// must not evaluate the branch that is not taken.
const functions: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (name, scope) => reference(text('Ref', name), scope),
  Condition: (name, scope) => scope.condition(text('Condition', name)),
  'Fn::GetAtt': (argument, scope) => scope.attribute(...splitAttribute(evaluate(argument, scope))),
  'Fn::Sub': substitute,
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list('Fn::Join', evaluate(argument, scope), 2);
    return list('Fn::Join', items)
      .map((item) => text('Fn::Join', item))
      .join(text('Fn::Join', separator));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list('Fn::Select', evaluate(argument, scope), 2);
    const item = list('Fn::Select', items)[Number(index)];
    if (item === undefined) {
      throw validationError(`Template error: Fn::Select cannot select nonexistent value at index ${index}`);
    }
    return item;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = list('Fn::Split', evaluate(argument, scope), 2);
    return text('Fn::Split', whole).split(text('Fn::Split', separator));
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list('Fn::FindInMap', evaluate(argument, scope), 3);
    const name = (value: unknown) => text('Fn::FindInMap', value);
    return scope.mapping(name(map), name(first), name(second));
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = list('Fn::If', argument, 3);
    return evaluate(scope.condition(text('Fn::If', condition)) ? yes : no, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list('Fn::Equals', evaluate(argument, scope), 2);
    return text('Fn::Equals', left) === text('Fn::Equals', right);
  },
  'Fn::Not': (argument, scope) => !holds(list('Fn::Not', argument, 1)[0], scope),
  'Fn::And': (argument, scope) => list('Fn::And', argument).every((item) => holds(item, scope)),
  'Fn::Or': (argument, scope) => list('Fn::Or', argument).some((item) => holds(item, scope)),
  'Fn::GetAZs': (argument, scope) => {
    const region = text('Fn::GetAZs', evaluate(argument, scope));
    return scope.zones(region || text('Ref', scope.reference('AWS::Region')));
  },
  'Fn::ImportValue': (argument, scope) =>
    scope.importValue(text('Fn::ImportValue', evaluate(argument, scope))),
  'Fn::Base64': (argument, scope) =>
    Buffer.from(text('Fn::Base64', evaluate(argument, scope))).toString('base64'),
};

/**
 * The function call that a template value is, if it is one.
 * @throws NotEmulated for an intrinsic function the rehearsal lacks.
 */
export function asCall(value: object): [name: string, argument: unknown] | undefined {
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [''];
  if (entries.length !== 1) return undefined;
  // `Condition` is also an ordinary key (of IAM statements); as a function its argument is a name.
  if (name === 'Condition' && typeof argument !== 'string') return undefined;
  if (Object.hasOwn(functions, name)) return [name, argument];
  if (name.startsWith('Fn::')) throw new NotEmulated(`the intrinsic function ${name}`);
  return undefined;
}

/**
 * Evaluates a template value.
 * @throws AwsError `ValidationError` for a wrong use; NotEmulated for an intrinsic function the rehearsal lacks.
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => evaluate(item, scope)).filter((item) => item !== noValue);
  }
  if (typeof value !== 'object' || value === null) return value;
  const [name, argument] = asCall(value) ?? [];
  const apply = name === undefined ? undefined : functions[name];
  if (apply) return apply(argument, scope);
  const members = Object.entries(value).map(([key, member]) => [key, evaluate(member, scope)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== noValue));
}
