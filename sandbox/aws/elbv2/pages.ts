import { paginate } from '../paginate.ts';
import type { ElbContext } from './state.ts';

/** One page of a list, by the marker and page size that ELBv2's requests carry. */
export function page<T>(
  elb: ElbContext,
  items: readonly T[],
  request: { readonly Marker?: string; readonly PageSize?: number },
): { items: T[]; next?: string } {
  const { items: shown, nextToken } = paginate(elb.world, items, {
    token: request.Marker,
    limit: request.PageSize,
  });
  return { items: shown, next: nextToken };
}
