import type { World } from '../../world.ts';
import { paginate } from '../paginate.ts';

/** IAM's way of asking for a page. */
export interface PageInput {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/** A page of a list and the members that IAM's list responses share. */
export function page<T>(world: World, items: readonly T[], input: PageInput) {
  const { items: shown, nextToken } = paginate(world, items, { token: input.Marker, limit: input.MaxItems });
  return { shown, truncation: { IsTruncated: nextToken !== undefined, Marker: nextToken } };
}
