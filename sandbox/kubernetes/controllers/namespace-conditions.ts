import { type Condition, findCondition, withCondition } from './conditions.ts';

/** What one pass over a Terminating namespace found. */
export interface ContentReport {
  /** Group versions that could not be discovered. */
  readonly undiscovered: readonly string[];
  /** Errors of deletions. */
  readonly errors: readonly string[];
  /** How many objects are left, by `plural.group`. */
  readonly remaining: ReadonlyMap<string, number>;
  /** How many objects each finalizer holds. */
  readonly finalizers: ReadonlyMap<string, number>;
}

const fine: readonly Condition[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    status: 'False',
    reason: 'ResourcesDiscovered',
    message: 'All resources successfully discovered',
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    status: 'False',
    reason: 'ParsedGroupVersions',
    message: 'All legacy kube types successfully parsed',
  },
  {
    type: 'NamespaceDeletionContentFailure',
    status: 'False',
    reason: 'ContentDeleted',
    message: 'All content successfully deleted, may be waiting on finalization',
  },
  {
    type: 'NamespaceContentRemaining',
    status: 'False',
    reason: 'ContentRemoved',
    message: 'All content successfully removed',
  },
  {
    type: 'NamespaceFinalizersRemaining',
    status: 'False',
    reason: 'ContentHasNoFinalizers',
    message: 'All content-preserving finalizers finished',
  },
];

const count = (counts: ReadonlyMap<string, number>, line: (name: string, number: number) => string): string =>
  [...counts]
    .map(([name, number]) => line(name, number))
    .sort()
    .join(', ');

function troubles(report: ContentReport): Condition[] {
  const list: Condition[] = [];
  const add = (type: string, reason: string, message: string) =>
    list.push({ type, status: 'True', reason, message });
  if (report.undiscovered.length > 0) {
    const stale = report.undiscovered.map(
      (version) => `${version}: stale GroupVersion discovery: ${version}`,
    );
    add(
      'NamespaceDeletionDiscoveryFailure',
      'DiscoveryFailed',
      `Discovery failed for some groups, ${stale.length} failing: unable to retrieve the complete list of server APIs: ${stale.join(', ')}`,
    );
  }
  if (report.errors.length > 0)
    add(
      'NamespaceDeletionContentFailure',
      'ContentDeletionFailed',
      `Failed to delete all resource types, ${report.errors.length} remaining: ${report.errors.join(', ')}`,
    );
  if (report.remaining.size > 0)
    add(
      'NamespaceContentRemaining',
      'SomeResourcesRemain',
      `Some resources are remaining: ${count(report.remaining, (name, number) => `${name} has ${number} resource instances`)}`,
    );
  if (report.finalizers.size > 0)
    add(
      'NamespaceFinalizersRemaining',
      'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${count(report.finalizers, (name, number) => `${name} in ${number} resource instances`)}`,
    );
  return list;
}

/** The conditions of a Terminating namespace; texts as in transcripts/lbc/e2-dead.txt. */
export function namespaceConditions(
  present: readonly Condition[] | undefined,
  report: ContentReport,
  now: Date,
): Condition[] {
  const found = troubles(report);
  return fine.reduce<Condition[]>(
    (list, condition) => withCondition(list, findCondition(found, condition.type) ?? condition, now),
    [...(present ?? [])],
  );
}
