import type { Filter } from '@aws-sdk/client-ec2';
import { paginate } from '../paginate.ts';
import type { AwsError } from '../service.ts';
import { applyFilters, type FilterTable } from './filters.ts';
import type { Ec2Context, Tags } from './state.ts';

/** The selection part that EC2's Describe calls have in common. */
export interface Selection<R> {
  readonly ids?: readonly string[];
  readonly filters?: readonly Filter[];
  readonly token?: string;
  readonly limit?: number;
  readonly table: FilterTable<R>;
  /** The error for an id that does not exist. */
  readonly missing: (id: string) => AwsError;
}

/**
 * The records that a Describe call asks for: one page when it names a page size, else all of them, as EC2 does
 * (its clients, eksctl among them, rely on that). The order is drawn.
 */
export function select<R extends { readonly tags?: Tags }>(
  ec2: Ec2Context,
  all: ReadonlyMap<string, R>,
  selection: Selection<R>,
): { items: R[]; nextToken?: string } {
  const named = selection.ids?.length ? selection.ids : [...all.keys()];
  const records = named.map((id) => {
    const record = all.get(id);
    if (!record) throw selection.missing(id);
    return record;
  });
  return page(ec2, applyFilters(records, selection.filters, selection.table), selection);
}

/** A list's page, or the whole list in a drawn order when no page size was named. */
export function page<T>(
  ec2: Ec2Context,
  items: readonly T[],
  request: { readonly token?: string; readonly limit?: number },
): { items: T[]; nextToken?: string } {
  if (request.limit === undefined && !request.token) return { items: ec2.world.random.shuffle(items) };
  return paginate(ec2.world, items, request);
}
