import { printable } from '../output/printable.ts';

/** Something that could not be looked at. */
interface Unknown {
  readonly subject: string;
  readonly why: string;
  readonly fix: string;
}

/** One entry a reason: when the cluster or a service does not answer, dozens have the same. */
export function describeUnknown(unknown: readonly Unknown[]): string[] {
  const reasons = new Map<string, Unknown[]>();
  for (const one of unknown) reasons.set(one.why, [...(reasons.get(one.why) ?? []), one]);
  return [...reasons].map(([why, ones]) =>
    printable(
      `Not known, since it cannot be read: ${ones.map(({ subject }) => subject).join(', ')}\n   ${why}\n   next: ${ones[0]?.fix}`,
    ),
  );
}

/** What an audit could not look for, as text. */
export const describeUnseen = (
  unseen: readonly { readonly kind: string; readonly why: string; readonly fix: string }[],
): string[] => describeUnknown(unseen.map(({ kind, why, fix }) => ({ subject: kind, why, fix })));
