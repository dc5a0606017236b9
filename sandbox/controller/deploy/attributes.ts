import type { Logger } from '../log.ts';

interface Attribute {
  readonly Key?: string;
  readonly Value?: string;
}

/** Reads a resource's attributes and changes those that differ from the desired ones, in the order of their keys. */
export async function reconcileAttributes(parts: {
  /** `targetGroup attributes`, as log lines call them. */
  readonly what: string;
  readonly desired: Readonly<Record<string, string>>;
  readonly describe: () => Promise<{ Attributes?: readonly Attribute[] }>;
  readonly modify: (attributes: { Key: string; Value: string }[]) => Promise<unknown>;
  readonly log: Logger;
  /** Fields of the log lines. */
  readonly about: object;
}): Promise<void> {
  const { what, desired, log, about } = parts;
  const { Attributes = [] } = await parts.describe();
  const current = new Map(Attributes.map(({ Key, Value }) => [Key, Value ?? '']));
  const change = Object.entries(desired)
    .filter(([key, value]) => current.get(key) !== value)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  if (change.length === 0) return;
  log.info(`modifying ${what}`, { ...about, change: Object.fromEntries(change) });
  await parts.modify(change.map(([Key, Value]) => ({ Key, Value })));
  log.info(`modified ${what}`, about);
}
