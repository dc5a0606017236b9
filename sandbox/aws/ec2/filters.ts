import type { Filter } from '@aws-sdk/client-ec2';
import { invalidValue } from './errors.ts';
import type { Tags } from './state.ts';

type Value = string | number | boolean | undefined;

/** Reads what a filter compares with; several values match when one of them does. */
type FilterAccessor<R> = (record: R) => Value | readonly Value[];

/** An operation's filters by name. `tag:KEY` and `tag-key` are added for records with tags. */
export type FilterTable<R> = Readonly<Record<string, FilterAccessor<R>>>;

/** Keeps the records that match every filter. Throws InvalidParameterValue for a filter that the table lacks. */
export function applyFilters<R extends { readonly tags?: Tags }>(
  records: Iterable<R>,
  filters: readonly Filter[] | undefined,
  table: FilterTable<R>,
): R[] {
  const tests = (filters ?? []).map((filter) => {
    const accessor = accessorOf(filter.Name ?? '', table);
    const patterns = (filter.Values ?? []).map(wildcard);
    return (record: R) => {
      const values = [accessor(record)].flat().filter((value) => value !== undefined);
      return values.some((value) => patterns.some((pattern) => pattern.test(String(value))));
    };
  });
  return [...records].filter((record) => tests.every((test) => test(record)));
}

function accessorOf<R extends { readonly tags?: Tags }>(
  name: string,
  table: FilterTable<R>,
): FilterAccessor<R> {
  const known = table[name];
  if (known) return known;
  if (name.startsWith('tag:')) return (record) => record.tags?.[name.slice('tag:'.length)];
  if (name === 'tag-key') return (record) => Object.keys(record.tags ?? {});
  throw invalidValue(`The filter '${name}' is invalid`);
}

/** EC2's wildcards: `*` for any characters, `?` for one, a backslash before a literal one. */
function wildcard(text: string): RegExp {
  const source = text.replace(/\\?[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return `\\${part.at(-1)}`;
  });
  return new RegExp(`^${source}$`, 's');
}
