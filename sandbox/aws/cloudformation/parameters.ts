import type { Parameter } from '@aws-sdk/client-cloudformation';
import { NotEmulated } from '../service.ts';
import { noValue } from './intrinsics.ts';
import { type ParameterDeclaration, type Template, validationError } from './template.ts';

const types = /^(String|Number|CommaDelimitedList|List<Number>|(List<)?AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+>?)$/;

function check(name: string, declaration: ParameterDeclaration, value: string): void {
  const { Type, AllowedValues, AllowedPattern } = declaration;
  if (Type === 'Number' && Number.isNaN(Number(value))) {
    throw validationError(`Parameter '${name}' must be a number.`);
  }
  if (AllowedValues && !AllowedValues.map(String).includes(value)) {
    throw validationError(`Parameter '${name}' must be one of AllowedValues`);
  }
  if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    throw validationError(`Parameter '${name}' must match pattern ${AllowedPattern}`);
  }
}

/**
 * The value of every declared parameter, as given or by default.
 * @throws AwsError `ValidationError` for missing, unknown or wrong values.
 */
export function resolveParameters(template: Template, given: readonly Parameter[]): Map<string, string> {
  const declared = template.Parameters ?? {};
  const unknown = given.filter(({ ParameterKey }) => !ParameterKey || !Object.hasOwn(declared, ParameterKey));
  if (unknown.length > 0) {
    const names = unknown.map(({ ParameterKey }) => ParameterKey).join(', ');
    throw validationError(`Parameters: [${names}] do not exist in the template`);
  }
  const values = new Map<string, string>();
  for (const [name, declaration] of Object.entries(declared)) {
    if (!types.test(declaration.Type)) throw new NotEmulated(`parameters of type ${declaration.Type}`);
    const own = given.find(({ ParameterKey }) => ParameterKey === name)?.ParameterValue;
    const value = own ?? declaration.Default;
    if (value === undefined) continue;
    check(name, declaration, String(value));
    values.set(name, String(value));
  }
  const missing = Object.keys(declared).filter((name) => !values.has(name));
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return values;
}

/** What `Ref` to a parameter gives: list types are lists. */
export function parameterValue(declaration: ParameterDeclaration, value: string): string | string[] {
  return /List/.test(declaration.Type) ? value.split(',').map((item) => item.trim()) : value;
}

// CloudFormation user guide, pseudo parameters reference; the suffix by partition is that of AWS's endpoints.
const urlSuffixes: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn' };

/** The pseudo parameters of a stack. */
export function pseudoParameters(stack: {
  id: string;
  name: string;
  region: string;
  account: string;
  partition: string;
}): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ['AWS::AccountId', stack.account],
    ['AWS::NotificationARNs', []],
    ['AWS::NoValue', noValue],
    ['AWS::Partition', stack.partition],
    ['AWS::Region', stack.region],
    ['AWS::StackId', stack.id],
    ['AWS::StackName', stack.name],
    ['AWS::URLSuffix', urlSuffixes[stack.partition] ?? 'amazonaws.com'],
  ]);
}
