import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { AwsError, type Handler, type TaggedResource } from '../service.ts';
import { checkTags } from './cluster-request.ts';
import type { EksContext } from './state.ts';

/** Every taggable resource of a region. */
function* taggableResources(
  eks: EksContext,
  region: string,
): Iterable<{ arn: string; tags: Record<string, string> }> {
  for (const cluster of eks.list(region)) {
    yield cluster;
    yield* cluster.fargateProfiles.values();
    yield* cluster.addons.values();
    yield* cluster.accessEntries.values();
  }
}

/** Every resource with its tags, for the tagging API and for the rehearsal's inventory. */
export const taggedResources = (eks: EksContext, region: string): TaggedResource[] =>
  [...taggableResources(eks, region)].map(({ arn, tags }) => ({ arn, tags }));

/** TagResource, UntagResource and ListTagsForResource. */
export function tagHandlers(eks: EksContext): Record<string, Handler> {
  const tagsOf = (region: string, arn: string | undefined): Record<string, string> => {
    const found = [...taggableResources(eks, region)].find((resource) => resource.arn === arn);
    if (!found) throw new AwsError('NotFoundException', `Resource ${arn} could not be found`, 404);
    return found.tags;
  };
  return {
    TagResource: operation<TagResourceRequest>(['resourceArn', 'tags'], (input, call) => {
      checkTags(input.tags, call.principal.kind === 'service');
      Object.assign(tagsOf(call.region, input.resourceArn), input.tags);
      return {};
    }),
    UntagResource: operation<UntagResourceRequest>(['resourceArn', 'tagKeys'], (input, call) => {
      const tags = tagsOf(call.region, input.resourceArn);
      for (const key of input.tagKeys ?? []) if (!key.startsWith('aws:')) delete tags[key];
      return {};
    }),
    ListTagsForResource: operation<ListTagsForResourceRequest>(
      ['resourceArn'],
      (input, call): ListTagsForResourceResponse => ({ tags: { ...tagsOf(call.region, input.resourceArn) } }),
    ),
  };
}
