import type {
  DescribeStackEventsInput,
  DescribeStackEventsOutput,
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  DescribeStacksInput,
  DescribeStacksOutput,
  ListExportsInput,
  ListExportsOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
  ListStacksInput,
  ListStacksOutput,
} from '@aws-sdk/client-cloudformation';
import type { World } from '../../world.ts';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import type { AwsError, Handler } from '../service.ts';
import {
  begunResources,
  resourceDescription,
  resourceSummary,
  stackDescription,
  stackSummary,
} from './describe.ts';
import type { StackState, StackStore } from './stack.ts';
import { validationError } from './template.ts';

// CloudFormation words the same absence differently, by operation.
const noStackWithId = (name: string): AwsError => validationError(`Stack with id ${name} does not exist`);
const noStack = (name: string): AwsError => validationError(`Stack [${name}] does not exist`);
const noQuotedStack = (name: string): AwsError => validationError(`Stack '${name}' does not exist`);

/** The Describe and List operations on stacks, their events and their resources. */
export function readHandlers(world: World, store: StackStore): Record<string, Handler> {
  const find = (region: string, name = '', absent = noStackWithId): StackState => {
    const stack = store.find(region, name);
    if (!stack) throw absent(name);
    return stack;
  };
  const alive = (region: string): StackState[] =>
    store.list(region).filter(({ status }) => status !== 'DELETE_COMPLETE');
  return {
    DescribeStacks: operation<DescribeStacksInput>(
      ['StackName', 'NextToken'],
      (input, call): DescribeStacksOutput => {
        const stacks = input.StackName ? [find(call.region, input.StackName)] : alive(call.region);
        const { items, nextToken } = paginate(world, stacks, { token: input.NextToken });
        return { Stacks: items.map(stackDescription), NextToken: nextToken };
      },
    ),
    ListStacks: operation<ListStacksInput>(
      ['StackStatusFilter', 'NextToken'],
      (input, call): ListStacksOutput => {
        const wanted = input.StackStatusFilter ?? [];
        const stacks = store
          .list(call.region)
          .filter(({ status }) => wanted.length === 0 || wanted.includes(status));
        const { items, nextToken } = paginate(world, stacks, { token: input.NextToken });
        return { StackSummaries: items.map(stackSummary), NextToken: nextToken };
      },
    ),
    DescribeStackEvents: operation<DescribeStackEventsInput>(
      ['StackName', 'NextToken'],
      (input, call): DescribeStackEventsOutput => {
        const newestFirst = [...find(call.region, input.StackName, noStack).events].reverse();
        const page = { token: input.NextToken, ordered: true };
        const { items, nextToken } = paginate(world, newestFirst, page);
        return { StackEvents: items, NextToken: nextToken };
      },
    ),
    DescribeStackResource: operation<DescribeStackResourceInput>(
      ['StackName', 'LogicalResourceId'],
      (input, call): DescribeStackResourceOutput => {
        const stack = find(call.region, input.StackName, noQuotedStack);
        const resource = begunResources(stack).find(({ logicalId }) => logicalId === input.LogicalResourceId);
        if (!resource) {
          throw validationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
        }
        const { Timestamp, ...detail } = resourceDescription(stack, resource);
        return { StackResourceDetail: { ...detail, LastUpdatedTimestamp: Timestamp, Metadata: '{}' } };
      },
    ),
    DescribeStackResources: operation<DescribeStackResourcesInput>(
      ['StackName', 'LogicalResourceId', 'PhysicalResourceId'],
      (input, call): DescribeStackResourcesOutput => {
        const { LogicalResourceId: logical, PhysicalResourceId: physical } = input;
        const owner = alive(call.region).find((stack) =>
          begunResources(stack).some(({ physicalId }) => physicalId === physical),
        );
        if (physical && !owner) throw validationError(`Stack for ${physical} does not exist`);
        const stack = physical && owner ? owner : find(call.region, input.StackName);
        const resources = begunResources(stack).filter(
          ({ logicalId }) => logical === undefined || logicalId === logical,
        );
        return { StackResources: resources.map((resource) => resourceDescription(stack, resource)) };
      },
    ),
    ListStackResources: operation<ListStackResourcesInput>(
      ['StackName', 'NextToken'],
      (input, call): ListStackResourcesOutput => {
        const resources = begunResources(find(call.region, input.StackName));
        const { items, nextToken } = paginate(world, resources, { token: input.NextToken });
        return { StackResourceSummaries: items.map(resourceSummary), NextToken: nextToken };
      },
    ),
    ListExports: operation<ListExportsInput>(['NextToken'], (input, call): ListExportsOutput => {
      const exports = alive(call.region).flatMap(({ id, outputs }) =>
        outputs.flatMap(({ ExportName, OutputValue }) =>
          ExportName ? [{ ExportingStackId: id, Name: ExportName, Value: OutputValue }] : [],
        ),
      );
      const { items, nextToken } = paginate(world, exports, { token: input.NextToken });
      return { Exports: items, NextToken: nextToken };
    }),
  };
}
