import type { World } from '../world.ts';
import type { Service, TaggedResource } from './service.ts';

/** What the tagging API believes: a copy of the services' tags that runs behind them. */
export interface TagIndex {
  /** The tagged resources of a region, as far as the index knows. */
  list(region: string): TaggedResource[];
  stop(): void;
}

interface Entry {
  tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, from when it is listed. */
  readonly shownFrom: number;
  /** Milliseconds since the epoch, until when it is listed though it is gone. */
  shownUntil?: number;
}

/** Simulated seconds. Deleted resources are listed for hours (facts/pitfalls.md, Audit); the rest is invented. */
const period = 15;
const appearance = { min: 5, max: 60 };
const haunting = { min: 3600, max: 3 * 3600 };
/** Real seconds between two looks at least, whatever the clock's speed. */
const minPeriod = 0.05;

/** Network interfaces are among what the tagging API misses (facts/pitfalls.md, Audit). */
const isIndexed = ({ arn }: TaggedResource): boolean => !/:network-interface\//.test(arn);

/** Makes an index of a region-scoped copy of all tags and keeps looking until it is stopped. */
export function createTagIndex(world: World, services: readonly Service[]): TagIndex {
  const { clock, random } = world;
  const regions = new Map<string, Map<string, Entry>>([[world.region, new Map()]]);
  const soon = (range: { min: number; max: number }): number =>
    clock.now().getTime() + (random.integer(range.min, range.max) * 1000) / clock.speed;

  function look(region: string, entries: Map<string, Entry>, firstLook: boolean): void {
    const present = new Map(
      services.flatMap((service) =>
        [...(service.tagged?.(region) ?? [])]
          .filter(isIndexed)
          .map(({ arn, tags }): [string, TaggedResource['tags']] => [arn, tags]),
      ),
    );
    for (const [arn, tags] of present) {
      const entry = entries.get(arn);
      if (entry && entry.shownUntil === undefined) entry.tags = tags;
      else if (Object.keys(tags).length > 0)
        entries.set(arn, { tags, shownFrom: firstLook ? 0 : soon(appearance) });
    }
    for (const [arn, entry] of entries) {
      if (!present.has(arn)) entry.shownUntil ??= soon(haunting);
      if ((entry.shownUntil ?? Number.POSITIVE_INFINITY) <= clock.now().getTime()) entries.delete(arn);
    }
  }

  const lookEverywhere = (): void => {
    for (const [region, entries] of regions) look(region, entries, false);
  };
  let cancel: () => void = () => {};
  const schedule = (): void => {
    cancel = clock.after(Math.max(period, minPeriod * clock.speed), () => {
      lookEverywhere();
      schedule();
    });
  };
  schedule();

  return {
    list(region) {
      const known = regions.get(region);
      const entries = known ?? new Map<string, Entry>();
      regions.set(region, entries);
      look(region, entries, known === undefined);
      const now = clock.now().getTime();
      return [...entries]
        .filter(([, { shownFrom, tags }]) => shownFrom <= now && Object.keys(tags).length > 0)
        .map(([arn, { tags }]) => ({ arn, tags }));
    },
    stop: () => cancel(),
  };
}
