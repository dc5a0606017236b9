import type { Tags } from './resource-tags.ts';

/** What to keep, to make and to take away. */
export interface Matches<D, E> {
  readonly matched: readonly { readonly desired: D; readonly existing: E }[];
  readonly missing: readonly D[];
  readonly surplus: readonly E[];
}

/**
 * Pairs desired with existing resources by resource identity, in its order. What `replaced` says true of is surplus
 * and made anew. Throws for a resource of the stack without identity.
 */
export function matchById<D, E extends { readonly tags: Tags }>(parts: {
  readonly desired: ReadonlyMap<string, D>;
  readonly existing: readonly E[];
  readonly resourceTag: string;
  /** Names a resource in the error: `loadBalancer`. */
  readonly kind: string;
  readonly nameOf: (existing: E) => string;
  readonly replaced: (desired: D, existing: E, at: number) => boolean;
}): Matches<D, E> {
  const { desired, resourceTag, kind, nameOf, replaced } = parts;
  const existing = new Map<string, E[]>();
  for (const each of parts.existing) {
    const id = each.tags[resourceTag];
    if (id === undefined) throw new Error(`unexpected ${kind} with no resourceID: ${nameOf(each)}`);
    existing.set(id, [...(existing.get(id) ?? []), each]);
  }
  const matched: { desired: D; existing: E }[] = [];
  const missing: D[] = [];
  const surplus: E[] = [];
  const ids = [...desired.keys()].sort();
  for (const id of ids) {
    const wanted = desired.get(id) as D;
    const candidates = existing.get(id) ?? [];
    const kept = candidates.filter((each, at) => !replaced(wanted, each, at));
    surplus.push(...candidates.filter((each) => !kept.includes(each)));
    matched.push(...kept.map((each) => ({ desired: wanted, existing: each })));
    if (kept.length === 0) missing.push(wanted);
  }
  for (const id of [...existing.keys()].sort()) {
    if (!desired.has(id)) surplus.push(...(existing.get(id) ?? []));
  }
  return { matched, missing, surplus };
}
