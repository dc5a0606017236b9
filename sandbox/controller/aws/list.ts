/** Reads all pages of a paginated SDK call. */
export async function allPages<Page, Item>(
  paginator: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of paginator) all.push(...(items(page) ?? []));
  return all;
}
