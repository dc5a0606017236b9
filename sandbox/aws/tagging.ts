import type {
  GetResourcesInput,
  GetResourcesOutput,
  TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { World } from '../world.ts';
import { paginate } from './paginate.ts';
import { AwsError, type Call, NotEmulated, type Service, type TaggedResource } from './service.ts';
import { createTagIndex } from './tag-index.ts';

/** The type by which a filter names an ARN's resource: `ec2:security-group`, `elasticloadbalancing:loadbalancer`. */
function hasType(arn: string, filter: string): boolean {
  const [, , service = '', , , ...rest] = arn.split(':');
  const [wantedService, wantedType] = filter.split(/:(.*)/s);
  if (service !== wantedService) return false;
  const resource = rest.join(':');
  return wantedType === undefined || ['/', ':'].some((end) => resource.startsWith(wantedType + end));
}

/** Filters are joined by AND, the values of one by OR; a filter without values asks for the key only. */
function fits({ tags }: TaggedResource, filters: readonly TagFilter[]): boolean {
  return filters.every(({ Key = '', Values = [] }) => {
    const value = tags[Key];
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  });
}

const unsupported = ['IncludeComplianceDetails', 'ExcludeCompliantResources', 'TagsPerPage'] as const;

/** Makes the Resource Groups Tagging API over what the other services say of their tags. It runs behind them. */
export function createTagging(world: World, services: readonly Service[]): Service {
  const index = createTagIndex(world, services);
  return {
    name: 'tagging',
    close: index.stop,
    handlers: {
      GetResources(input: GetResourcesInput, { region }: Call): GetResourcesOutput {
        const option = unsupported.find((name) => input[name] !== undefined);
        if (option) throw new NotEmulated(`the parameter ${option} of tag:GetResources`);
        const {
          TagFilters: filters = [],
          ResourceTypeFilters: types = [],
          ResourceARNList: arns = [],
        } = input;
        if (arns.length > 0 && filters.length + types.length > 0)
          throw new AwsError(
            'InvalidParameterException',
            'ResourceARNList cannot be combined with other filters.',
          );
        const found = index
          .list(region)
          .filter((resource) => fits(resource, filters))
          .filter(({ arn }) => types.length === 0 || types.some((type) => hasType(arn, type)))
          .filter(({ arn }) => arns.length === 0 || arns.includes(arn));
        const { items, nextToken = '' } = paginate(world, found, {
          token: input.PaginationToken,
          limit: input.ResourcesPerPage,
        });
        return {
          PaginationToken: nextToken,
          ResourceTagMappingList: items.map(({ arn, tags }) => ({
            ResourceARN: arn,
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          })),
        };
      },
    },
  };
}
