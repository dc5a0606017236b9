import { parse } from 'yaml';
import { AwsError, NotEmulated } from '../service.ts';
import { shortFormTags } from './short-form.ts';

/** A template as its author wrote it; intrinsic functions are still plain `{ "Fn::…": … }` objects. */
export interface Template {
  readonly AWSTemplateFormatVersion?: string;
  readonly Description?: string;
  readonly Parameters?: Readonly<Record<string, ParameterDeclaration>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly Outputs?: Readonly<Record<string, OutputDeclaration>>;
}

export interface ParameterDeclaration {
  readonly Type: string;
  readonly Default?: string | number;
  readonly AllowedValues?: readonly (string | number)[];
  readonly AllowedPattern?: string;
  readonly NoEcho?: boolean | string;
  readonly Description?: string;
}

export interface ResourceDeclaration {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
}

export interface OutputDeclaration {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** The error that CloudFormation answers to most wrong requests. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

const sections = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Mappings'].concat([
  'Conditions',
  'Resources',
  'Outputs',
]);
const sectionsNotEmulated = ['Transform', 'Rules', 'Hooks'];
const resourceMembers = ['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'Metadata'];
const resourceMembersNotEmulated = ['CreationPolicy', 'UpdatePolicy', 'UpdateReplacePolicy'];
const maximumBytes = 51_200;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseBody(body: string): unknown {
  const json = body.trimStart().startsWith('{');
  try {
    return json ? JSON.parse(body) : parse(body, { customTags: shortFormTags });
  } catch (error) {
    const detail = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw validationError(`Template format error: ${json ? 'JSON' : 'YAML'} not well-formed. (${detail})`);
  }
}

function checkMembers(
  found: object,
  known: readonly string[],
  refused: readonly string[],
  message: (names: string) => string,
): void {
  const names = Object.keys(found);
  const unsupported = names.find((name) => refused.includes(name));
  if (unsupported) throw new NotEmulated(`${unsupported} in a CloudFormation template`);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw validationError(message(unknown.join(', ')));
}

function checkResource(logicalId: string, declaration: unknown): void {
  const path = `[/Resources/${logicalId}]`;
  if (!/^[A-Za-z0-9]+$/.test(logicalId)) {
    throw validationError(`Template format error: Resource name ${logicalId} is non alphanumeric.`);
  }
  if (!isObject(declaration)) {
    throw validationError(`Template format error: ${path} Every Resources object must be an object.`);
  }
  if (typeof declaration.Type !== 'string') {
    throw validationError(
      `Template format error: ${path} Every Resources object must contain a Type member.`,
    );
  }
  checkMembers(
    declaration,
    resourceMembers,
    resourceMembersNotEmulated,
    (names) => `Invalid template resource property '${names}'`,
  );
}

/**
 * Reads a template body, JSON or YAML, and checks its shape.
 * @throws AwsError `ValidationError` with CloudFormation's wording; NotEmulated for sections the rehearsal lacks.
 */
export function parseTemplate(body: string): Template {
  if (Buffer.byteLength(body) > maximumBytes) {
    throw validationError(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${maximumBytes}`,
    );
  }
  const template = parseBody(body);
  if (!isObject(template)) throw validationError('Template format error: unsupported structure.');
  checkMembers(
    template,
    sections,
    sectionsNotEmulated,
    (names) => `Invalid template property or properties [${names}]`,
  );
  if (!isObject(template.Resources) || Object.keys(template.Resources).length === 0) {
    throw validationError('Template format error: At least one Resources member must be defined.');
  }
  for (const [logicalId, declaration] of Object.entries(template.Resources)) {
    checkResource(logicalId, declaration);
  }
  return template as unknown as Template;
}
