import type { Output } from '@aws-sdk/client-cloudformation';
import { evaluate, type Scope } from './intrinsics.ts';
import type { StackState, StackStore } from './stack.ts';
import { type OutputDeclaration, validationError } from './template.ts';

function text(value: unknown, member: string): string {
  if (typeof value === 'object') {
    throw validationError(
      `Template format error: The ${member} field of every Outputs member must evaluate to a String.`,
    );
  }
  return String(value);
}

function output(key: string, declaration: OutputDeclaration, scope: Scope): Output {
  const exported = declaration.Export && evaluate(declaration.Export.Name, scope);
  return {
    OutputKey: key,
    OutputValue: text(evaluate(declaration.Value, scope), 'Value'),
    Description: declaration.Description,
    ExportName: exported === undefined ? undefined : text(exported, 'Name'),
  };
}

/**
 * A finished stack's outputs.
 * @throws AwsError `ValidationError` when an export's name is taken in the region.
 */
export function stackOutputs(store: StackStore, stack: StackState, scope: Scope): Output[] {
  const declared = Object.entries(stack.template.Outputs ?? {});
  const outputs = declared
    .filter(([, { Condition }]) => !Condition || scope.condition(Condition))
    .map(([key, declaration]) => output(key, declaration, scope));
  for (const { ExportName } of outputs) {
    const holder = store
      .list(stack.region)
      .find((other) => other.outputs.some((known) => ExportName && known.ExportName === ExportName));
    if (holder) {
      throw validationError(`Export with name ${ExportName} is already exported by stack ${holder.name}.`);
    }
  }
  return outputs;
}

/** The stacks that import one of this stack's exports, with the export's name. */
export function importers(store: StackStore, stack: StackState): { name: string; importer: string }[] {
  const names = stack.outputs.flatMap(({ ExportName }) => ExportName ?? []);
  const others = store
    .list(stack.region)
    .filter((other) => other !== stack && other.status !== 'DELETE_COMPLETE');
  // The names of imports may be computed, so the body is searched for the text: enough for the rehearsal.
  return names.flatMap((name) =>
    others
      .filter((other) => other.body.includes('ImportValue') && other.body.includes(name))
      .map((other) => ({ name, importer: other.name })),
  );
}
