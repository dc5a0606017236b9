import {
  AddTagsCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../log.ts';
import { createExpiringCache, createMutex } from '../time.ts';
import { tagChanges, tagList, tagMap } from '../tracking.ts';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** Tags of load balancing resources. What was read is remembered for 20 minutes. */
export interface ResourceTags {
  describe(arns: readonly string[]): Promise<Map<string, Tags>>;
  /** Sets and removes tags where `desired` differs from `current`; `untouched` keys stay as they are. */
  reconcile(arn: string, desired: Tags, current: Tags, untouched: readonly string[]): Promise<void>;
}

const cacheSeconds = 1200;

/** As many ARNs as one call takes. */
const chunk = 20;

/** Makes the reader and changer of tags. */
export function createResourceTags(
  elbv2: ElasticLoadBalancingV2Client,
  clock: Clock,
  log: Logger,
): ResourceTags {
  const cache = createExpiringCache<Tags>(clock, cacheSeconds);
  const exclusively = createMutex();
  const fetch = async (arns: readonly string[]): Promise<void> => {
    for (let at = 0; at < arns.length; at += chunk) {
      const { TagDescriptions } = await elbv2.send(
        new DescribeTagsCommand({ ResourceArns: arns.slice(at, at + chunk) }),
      );
      for (const { ResourceArn, Tags } of TagDescriptions ?? []) cache.set(ResourceArn ?? '', tagMap(Tags));
    }
  };
  return {
    describe: (arns) =>
      exclusively(async () => {
        await fetch(arns.filter((arn) => cache.get(arn) === undefined));
        return new Map(arns.map((arn) => [arn, cache.get(arn) ?? {}]));
      }),
    async reconcile(arn, desired, current, untouched) {
      const { set, remove } = tagChanges(desired, current, untouched);
      if (Object.keys(set).length > 0) {
        log.info('adding resource tags', { arn, change: set });
        await elbv2.send(new AddTagsCommand({ ResourceArns: [arn], Tags: tagList(set) }));
        cache.delete(arn);
        log.info('added resource tags', { arn });
      }
      if (remove.length > 0) {
        log.info('removing resource tags', { arn, change: remove });
        await elbv2.send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: remove }));
        cache.delete(arn);
        log.info('removed resource tags', { arn });
      }
    },
  };
}
