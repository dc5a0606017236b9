import type {
  OnFailure,
  Output,
  ResourceStatus,
  StackEvent,
  StackStatus,
  Tag,
} from '@aws-sdk/client-cloudformation';
import type { Principal } from '../service.ts';
import type { Template } from './template.ts';

/** One resource of a stack, from the first attempt to make it until it is gone. */
export interface StackResourceState {
  readonly logicalId: string;
  readonly type: string;
  readonly deletionPolicy: string;
  /** What it was made with; undefined until its dependencies were there. */
  properties?: object;
  physicalId?: string;
  attributes: Readonly<Record<string, unknown>>;
  status?: ResourceStatus;
  reason?: string;
  changedAt: Date;
}

/** A stack, alive or deleted. Plain data. */
export interface StackState {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** Who created it: CloudFormation acts with this caller's permissions. */
  readonly owner: Principal;
  readonly body: string;
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, string>;
  /** Which resources each resource of the stack needs; those with a false Condition are absent. */
  readonly graph: ReadonlyMap<string, ReadonlySet<string>>;
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly zones: ReadonlyMap<string, readonly string[]>;
  readonly tags: readonly Tag[];
  readonly capabilities: readonly string[];
  readonly onFailure: OnFailure;
  readonly clientRequestToken?: string;
  readonly createdAt: Date;
  deletedAt?: Date;
  status: StackStatus;
  reason?: string;
  terminationProtection: boolean;
  readonly resources: Map<string, StackResourceState>;
  /** Empty until the stack is complete. */
  outputs: readonly Output[];
  /** In order of time; DescribeStackEvents turns them round. */
  readonly events: StackEvent[];
}

/** Every stack of every region, by id. Deleted ones stay, as in AWS (for 90 days). */
export interface StackStore {
  readonly byId: Map<string, StackState>;
  /** A stack by id, or a stack that is not deleted by name. */
  find(region: string, nameOrId: string): StackState | undefined;
  /** The stacks of a region, newest first. */
  list(region: string): StackState[];
}

/** Makes an empty store. */
export function createStackStore(): StackStore {
  const byId = new Map<string, StackState>();
  const list = (region: string) => [...byId.values()].filter((stack) => stack.region === region).reverse();
  return {
    byId,
    list,
    find: (region, nameOrId) =>
      list(region).find(({ id }) => id === nameOrId) ??
      list(region).find(({ name, status }) => name === nameOrId && status !== 'DELETE_COMPLETE'),
  };
}
