import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Call, type Handler } from '../service.ts';
import { page } from './describe.ts';
import { invalidValue, missing } from './errors.ts';
import { applyFilters, type FilterTable } from './filters.ts';
import type { Ec2Context, Ec2Region, SecurityGroupRuleRecord, Tags } from './state.ts';

const maximumTags = 50;

/** Resource type (as in tag specifications) → the records of that type in a region. */
const taggables: Readonly<
  Record<string, (region: Ec2Region) => ReadonlyMap<string, { readonly tags: Tags }>>
> = {
  vpc: (region) => region.vpcs,
  subnet: (region) => region.subnets,
  'internet-gateway': (region) => region.internetGateways,
  'route-table': (region) => region.routeTables,
  'elastic-ip': (region) => region.addresses,
  natgateway: (region) =>
    new Map([...region.natGateways].filter(([, gateway]) => gateway.state !== 'deleted')),
  'security-group': (region) => region.securityGroups,
  'security-group-rule': (region) =>
    new Map(
      [...region.securityGroups.values()].flatMap((group): [string, SecurityGroupRuleRecord][] => [
        ...group.rules,
      ]),
    ),
  'network-interface': (region) => region.networkInterfaces,
};

const typeOfPrefix: Readonly<Record<string, string>> = {
  vpc: 'vpc',
  subnet: 'subnet',
  igw: 'internet-gateway',
  rtb: 'route-table',
  eipalloc: 'elastic-ip',
  nat: 'natgateway',
  sg: 'security-group',
  sgr: 'security-group-rule',
  eni: 'network-interface',
};

/** The types whose own error is given when one of them is to be tagged and does not exist; others get InvalidID. */
const missingOfType: Readonly<Record<string, (id: string) => AwsError>> = {
  vpc: missing.vpc,
  subnet: missing.subnet,
  'internet-gateway': missing.internetGateway,
  'route-table': missing.routeTable,
  'security-group': missing.securityGroup,
};

/** One tagged resource. */
export interface TaggedResource {
  readonly id: string;
  /** As in ARNs and tag specifications: `security-group`. */
  readonly type: string;
  readonly tags: Tags;
}

/** Every resource of a region that can carry tags. */
export function taggedResources(region: Ec2Region): TaggedResource[] {
  return Object.entries(taggables).flatMap(([type, records]) =>
    [...records(region)].map(([id, record]) => ({ id, type, tags: record.tags })),
  );
}

const typeOf = (id: string): string | undefined => typeOfPrefix[id.split('-')[0] ?? ''];

/** A resource by its id, whatever its type. */
export function findTaggable(region: Ec2Region, id: string): TaggedResource | undefined {
  const type = typeOf(id);
  const record = type ? taggables[type]?.(region).get(id) : undefined;
  return type && record ? { id, type, tags: record.tags } : undefined;
}

/** Tags as the API prints them. */
export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The tags of a create call. Specifications for another resource type are refused, as by EC2. */
export function tagsOf(
  specifications: readonly TagSpecification[] | undefined,
  type: string,
  call: Call,
): Tags {
  const tags: Tags = {};
  for (const specification of specifications ?? []) {
    if (specification.ResourceType !== type) {
      throw invalidValue(
        `'${specification.ResourceType}' is not a valid taggable resource type for this operation.`,
      );
    }
    assignTags(tags, specification.Tags ?? [], call);
  }
  return tags;
}

function assignTags(tags: Tags, added: readonly Tag[], call: Call): void {
  for (const { Key = '', Value = '' } of added) {
    if (Key.startsWith('aws:') && call.principal.kind !== 'service') {
      throw invalidValue(`Tag keys starting with 'aws:' are reserved for internal use`);
    }
    tags[Key] = Value;
  }
  if (Object.keys(tags).filter((key) => !key.startsWith('aws:')).length > maximumTags) {
    throw new AwsError('TagLimitExceeded', 'The maximum number of tags for a resource has been reached.');
  }
}

const filters: FilterTable<{ id: string; type: string; key: string; value: string; tags?: Tags }> = {
  key: (tag) => tag.key,
  value: (tag) => tag.value,
  'resource-id': (tag) => tag.id,
  'resource-type': (tag) => tag.type,
  'tag-key': (tag) => tag.key,
  'tag-value': (tag) => tag.value,
};

const noSuchResource = (id: string): AwsError =>
  missingOfType[typeOf(id) ?? '']?.(id) ?? new AwsError('InvalidID', `The ID '${id}' is not valid`);

/** CreateTags, DeleteTags and DescribeTags. */
export function tagHandlers(ec2: Ec2Context): Record<string, Handler> {
  const resources = (ids: readonly string[] | undefined, region: Ec2Region): TaggedResource[] =>
    (ids ?? []).map((id) => {
      const resource = findTaggable(region, id);
      if (!resource) throw noSuchResource(id);
      return resource;
    });
  return {
    CreateTags: operation(['Resources', 'Tags'], (input: CreateTagsRequest, call) => {
      const found = resources(input.Resources, ec2.region(call.region));
      for (const resource of found) assignTags(resource.tags, input.Tags ?? [], call);
      return {};
    }),
    DeleteTags: operation(['Resources', 'Tags'], (input: DeleteTagsRequest, call) => {
      for (const { tags } of resources(input.Resources, ec2.region(call.region))) {
        const removed = input.Tags ?? Object.keys(tags).map((Key): Tag => ({ Key }));
        for (const { Key = '', Value } of removed) {
          if (Key.startsWith('aws:')) continue;
          if (Value === undefined || tags[Key] === Value) delete tags[Key];
        }
      }
      return {};
    }),
    DescribeTags: operation(
      ['Filters', 'MaxResults', 'NextToken'],
      (input: DescribeTagsRequest, call): DescribeTagsResult => {
        const all = taggedResources(ec2.region(call.region)).flatMap(({ id, type, tags }) =>
          Object.entries(tags).map(([key, value]) => ({ id, type, key, value, tags: { [key]: value } })),
        );
        const { items, nextToken } = page(ec2, applyFilters(all, input.Filters, filters), {
          token: input.NextToken,
          limit: input.MaxResults,
        });
        return {
          Tags: items.map(({ id, type, key, value }) => ({
            ResourceId: id,
            ResourceType: type as never,
            Key: key,
            Value: value,
          })),
          NextToken: nextToken,
        };
      },
    ),
  };
}
