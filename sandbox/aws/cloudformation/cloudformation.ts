import type { World } from '../../world.ts';
import type { AccessQuestions, Service } from '../service.ts';
import { createLifecycle } from './lifecycle.ts';
import { readHandlers } from './reads.ts';
import { createStackStore } from './stack.ts';
import { templateHandlers } from './templates.ts';
import { writeHandlers } from './writes.ts';

/**
 * The emulated AWS CloudFormation. It runs the templates it is given through the other services, with the permissions
 * of whoever created the stack; it knows resource types, not templates. Updates and change sets are not emulated.
 */
export function createCloudFormation(world: World): Service {
  const store = createStackStore();
  const lifecycle = createLifecycle(world, store);
  const handlers = {
    ...writeHandlers(world, store, lifecycle),
    ...readHandlers(world, store),
    ...templateHandlers(store),
  };
  const stackAccess: AccessQuestions = ({ StackName }: { StackName?: string }, { region }) => {
    if (!StackName) return [{}];
    const prefix = `arn:${world.partition}:cloudformation:${region}:${world.account}:stack/`;
    return [{ resources: [{ arn: StackName.startsWith('arn:') ? StackName : `${prefix}${StackName}/*` }] }];
  };
  return {
    name: 'cloudformation',
    handlers,
    access: Object.fromEntries(Object.keys(handlers).map((name) => [name, stackAccess])),
    *tagged(region) {
      for (const stack of store.list(region)) {
        if (stack.status === 'DELETE_COMPLETE') continue;
        yield {
          arn: stack.id,
          tags: Object.fromEntries(stack.tags.map(({ Key, Value }) => [Key, Value ?? ''])),
        };
      }
    },
  };
}
