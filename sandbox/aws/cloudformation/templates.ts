import type {
  GetTemplateInput,
  GetTemplateOutput,
  GetTemplateSummaryInput,
  GetTemplateSummaryOutput,
  ParameterDeclaration,
  ValidateTemplateInput,
  ValidateTemplateOutput,
} from '@aws-sdk/client-cloudformation';
import { operation } from '../operation.ts';
import type { Handler } from '../service.ts';
import { requiredCapabilities } from './plan.ts';
import type { StackState, StackStore } from './stack.ts';
import { parseTemplate, type Template, validationError } from './template.ts';

const isNoEcho = (value: unknown): boolean => String(value) === 'true';

function declarations(template: Template): ParameterDeclaration[] {
  return Object.entries(template.Parameters ?? {}).map(([ParameterKey, declaration]) => ({
    ParameterKey,
    ParameterType: declaration.Type,
    DefaultValue: declaration.Default === undefined ? undefined : String(declaration.Default),
    NoEcho: isNoEcho(declaration.NoEcho),
    Description: declaration.Description,
  }));
}

function capabilities(
  template: Template,
): Pick<ValidateTemplateOutput, 'Capabilities' | 'CapabilitiesReason'> {
  const needed = requiredCapabilities(template).slice(-1);
  if (needed.length === 0) return {};
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  const reason = [...new Set(types.filter((type) => type.startsWith('AWS::IAM::')))].join(', ');
  return {
    Capabilities: needed as ValidateTemplateOutput['Capabilities'],
    CapabilitiesReason: `The following resource(s) require capabilities: [${reason}]`,
  };
}

/** GetTemplate, GetTemplateSummary and ValidateTemplate. */
export function templateHandlers(store: StackStore): Record<string, Handler> {
  const find = (region: string, name = ''): StackState => {
    const stack = store.find(region, name);
    if (!stack) throw validationError(`Stack with id ${name} does not exist`);
    return stack;
  };
  return {
    GetTemplate: operation<GetTemplateInput>(
      ['StackName', 'TemplateStage'],
      (input, call): GetTemplateOutput => ({
        TemplateBody: find(call.region, input.StackName).body,
        StagesAvailable: ['Original', 'Processed'],
      }),
    ),
    GetTemplateSummary: operation<GetTemplateSummaryInput>(
      ['StackName', 'TemplateBody'],
      (input, call): GetTemplateSummaryOutput => {
        const body = input.StackName ? find(call.region, input.StackName).body : (input.TemplateBody ?? '');
        const template = parseTemplate(body);
        return {
          Description: template.Description,
          Version: template.AWSTemplateFormatVersion,
          Parameters: declarations(template),
          ResourceTypes: Object.values(template.Resources).map(({ Type }) => Type),
          ...capabilities(template),
        };
      },
    ),
    ValidateTemplate: operation<ValidateTemplateInput>(['TemplateBody'], (input): ValidateTemplateOutput => {
      const template = parseTemplate(input.TemplateBody ?? '');
      const Parameters = declarations(template).map(({ ParameterType, ...declaration }) => declaration);
      return { Description: template.Description, Parameters, ...capabilities(template) };
    }),
  };
}
