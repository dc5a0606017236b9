import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tags } from '../ec2/state.ts';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { kindOfArn } from './arns.ts';
import { invalid, type Kind, notFound } from './errors.ts';
import type { ElbContext, ElbRegion } from './state.ts';

const maximumTags = 50;
const maximumResources = 20;

const collections: Readonly<
  Record<string, { kind: Kind; all: (region: ElbRegion) => ReadonlyMap<string, { readonly tags: Tags }> }>
> = {
  loadbalancer: { kind: 'loadBalancer', all: (region) => region.loadBalancers },
  targetgroup: { kind: 'targetGroup', all: (region) => region.targetGroups },
  listener: { kind: 'listener', all: (region) => region.listeners },
  'listener-rule': { kind: 'rule', all: (region) => region.rules },
};

/** The tags of an existing resource, by its ARN. */
export function findTags(region: ElbRegion, arn: string): Tags | undefined {
  return collections[kindOfArn(arn)]?.all(region).get(arn)?.tags;
}

/** Every resource that can carry tags. */
export function taggableResources(region: ElbRegion): { arn: string; tags: Tags }[] {
  return Object.values(collections).flatMap(({ all }) =>
    [...all(region)].map(([arn, { tags }]) => ({ arn, tags })),
  );
}

/** The tags of a create call. */
export function newTags(list: readonly Tag[] | undefined): Tags {
  const tags: Tags = {};
  assign(tags, list);
  return tags;
}

function assign(tags: Tags, list: readonly Tag[] | undefined): void {
  for (const { Key = '' } of list ?? []) {
    if (Key.startsWith('aws:')) throw invalid('Tag keys cannot start with aws:');
  }
  for (const { Key = '', Value = '' } of list ?? []) tags[Key] = Value;
  if (Object.keys(tags).length > maximumTags) {
    throw new AwsError('TooManyTags', 'The maximum number of tags has been reached');
  }
}

/** AddTags, RemoveTags and DescribeTags. */
export function tagHandlers(elb: ElbContext): Record<string, Handler> {
  const resources = (region: ElbRegion, arns: readonly string[] | undefined) => {
    if (!arns?.length || arns.length > maximumResources) {
      throw invalid(`Between 1 and ${maximumResources} resource ARNs must be specified`);
    }
    return arns.map((arn) => {
      const tags = findTags(region, arn);
      if (tags) return { arn, tags };
      const kind = collections[kindOfArn(arn)]?.kind;
      throw kind ? notFound(kind, arn) : invalid(`'${arn}' is not a valid ARN`);
    });
  };
  return {
    AddTags: operation(['ResourceArns', 'Tags'], (input: AddTagsInput, call) => {
      for (const { tags } of resources(elb.region(call.region), input.ResourceArns)) assign(tags, input.Tags);
      return {};
    }),
    RemoveTags: operation(['ResourceArns', 'TagKeys'], (input: RemoveTagsInput, call) => {
      for (const { tags } of resources(elb.region(call.region), input.ResourceArns)) {
        for (const key of input.TagKeys ?? []) delete tags[key];
      }
      return {};
    }),
    DescribeTags: operation(
      ['ResourceArns'],
      (input: DescribeTagsInput, call): DescribeTagsOutput => ({
        TagDescriptions: resources(elb.region(call.region), input.ResourceArns).map(({ arn, tags }) => ({
          ResourceArn: arn,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        })),
      }),
    ),
  };
}
