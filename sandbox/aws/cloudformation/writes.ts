import type {
  CreateStackInput,
  CreateStackOutput,
  DeleteStackInput,
  UpdateTerminationProtectionInput,
} from '@aws-sdk/client-cloudformation';
import type { World } from '../../world.ts';
import { operation } from '../operation.ts';
import { AwsError, type Call, type Handler } from '../service.ts';
import type { StackLifecycle } from './lifecycle.ts';
import { planStack } from './plan.ts';
import type { StackState, StackStore } from './stack.ts';
import { validationError } from './template.ts';

const stackName = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

function checkRequest(input: CreateStackInput): void {
  if (!stackName.test(input.StackName ?? '')) {
    throw validationError(
      `1 validation error detected: Value '${input.StackName}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  if (input.TemplateBody === undefined) {
    throw validationError('Either Template URL or Template Body must be specified.');
  }
  if (input.DisableRollback && input.OnFailure) {
    throw validationError('You can specify either DisableRollback or OnFailure, but not both.');
  }
}

function checkDeletion(stack: StackState, input: DeleteStackInput): void {
  if (stack.terminationProtection) {
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  const needsFailure =
    (input.RetainResources ?? []).length > 0 || input.DeletionMode === 'FORCE_DELETE_STACK';
  if (needsFailure && stack.status !== 'DELETE_FAILED') {
    throw validationError(
      `Invalid operation on stack [${stack.id}]. You can only retain resources of a stack that is in DELETE_FAILED state`,
    );
  }
  const unknown = (input.RetainResources ?? []).find((id) => !stack.resources.has(id));
  if (unknown) throw validationError(`Resource ${unknown} does not exist for stack ${stack.name}`);
}

/** CreateStack, DeleteStack and UpdateTerminationProtection. */
export function writeHandlers(
  world: World,
  store: StackStore,
  lifecycle: StackLifecycle,
): Record<string, Handler> {
  return {
    CreateStack: operation<CreateStackInput>(
      [
        'StackName',
        'TemplateBody',
        'Parameters',
        'Capabilities',
        'Tags',
        'DisableRollback',
        'OnFailure',
        'EnableTerminationProtection',
        'ClientRequestToken',
      ],
      async (input, call: Call): Promise<CreateStackOutput> => {
        checkRequest(input);
        const refuseDuplicate = () => {
          if (!store.find(call.region, input.StackName ?? '')) return;
          throw new AwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
        };
        refuseDuplicate();
        const stack = await planStack(world, store, input, call);
        // Planning may ask EC2 for zones; two requests may have passed the first look meanwhile.
        refuseDuplicate();
        lifecycle.create(stack);
        return { StackId: stack.id };
      },
    ),
    DeleteStack: operation<DeleteStackInput>(
      ['StackName', 'RetainResources', 'DeletionMode', 'ClientRequestToken'],
      (input, call) => {
        const stack = store.find(call.region, input.StackName ?? '');
        // A stack that is not there is as good as deleted (CloudFormation API reference, DeleteStack).
        if (!stack || stack.status === 'DELETE_COMPLETE') return {};
        checkDeletion(stack, input);
        lifecycle.remove(stack, input.RetainResources ?? [], input.DeletionMode === 'FORCE_DELETE_STACK');
        return {};
      },
    ),
    UpdateTerminationProtection: operation<UpdateTerminationProtectionInput>(
      ['StackName', 'EnableTerminationProtection'],
      (input, call) => {
        const stack = store.find(call.region, input.StackName ?? '');
        if (!stack || stack.status === 'DELETE_COMPLETE') {
          throw validationError(`Stack [${input.StackName}] does not exist`);
        }
        stack.terminationProtection = input.EnableTerminationProtection ?? false;
        return { StackId: stack.id };
      },
    ),
  };
}
