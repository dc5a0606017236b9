import { type Annotations, readAnnotations } from '../annotations.ts';
import type { KubeCache } from '../kube/cache.ts';
import { hasFinalizer, type Ingress, type IngressClassParams, isAlive, keyOf } from '../kube/types.ts';
import { type GroupIdentity, groupText } from '../naming.ts';
import type { ControllerConfig } from '../process/config.ts';
import { annotationPrefixes, finalizers } from './constants.ts';
import { classify, InvalidIngressClass } from './ingress-class.ts';

/** An Ingress that shares the group's load balancer. */
export interface GroupMember {
  readonly ingress: Ingress;
  readonly annotations: Annotations;
  readonly params?: IngressClassParams;
}

/** The Ingresses of one load balancer. */
export interface IngressGroup {
  readonly id: GroupIdentity;
  /** In the order of their rules. */
  readonly members: readonly GroupMember[];
  /** Those that have left, or are being deleted, and still carry the group's finalizer. */
  readonly inactive: readonly Ingress[];
}

const namePattern = /^([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/;
const orderLimit = 1000;

class InvalidGroup extends Error {
  constructor(cause: string) {
    super(`invalid ingress group: ${cause}`);
  }
}

/** The annotations of an Ingress that concern its load balancer. */
export const ingressAnnotations = (...sources: (Record<string, string> | undefined)[]): Annotations =>
  readAnnotations(annotationPrefixes.ingress, ...sources);

/** The finalizer that an Ingress carries while it belongs to the group. */
export const groupFinalizer = (id: GroupIdentity): string =>
  id.namespace === '' ? finalizers.group(id.name) : finalizers.ingress;

const ownGroup = (ingress: Ingress): GroupIdentity => ({
  namespace: ingress.metadata.namespace ?? '',
  name: ingress.metadata.name,
});

/** The groups whose finalizers an Ingress carries. */
export function pendingGroups(ingress: Ingress): GroupIdentity[] {
  return (ingress.metadata.finalizers ?? []).flatMap((finalizer) => {
    if (finalizer === finalizers.ingress) return [ownGroup(ingress)];
    const prefix = finalizers.group('');
    return finalizer.startsWith(prefix) ? [{ namespace: '', name: finalizer.slice(prefix.length) }] : [];
  });
}

type Kube = Pick<KubeCache, 'ingresses' | 'classes' | 'classParams' | 'namespaces'>;

/** The group that an Ingress belongs to now, undefined when it is none of ours or being deleted. May throw. */
export function groupOf(
  kube: Kube,
  config: ControllerConfig,
  ingress: Ingress,
): { id: GroupIdentity; member: GroupMember } | undefined {
  if (!isAlive(ingress)) return undefined;
  const { ours, params } = classify(kube, ingress, config);
  if (!ours) return undefined;
  const annotations = ingressAnnotations(ingress.metadata.annotations);
  const name = params?.spec?.group?.name ?? annotations.text('group.name');
  if (name !== undefined) checkGroupName(name);
  return {
    id: name === undefined ? ownGroup(ingress) : { namespace: '', name },
    member: { ingress, annotations, params },
  };
}

function checkGroupName(name: string): void {
  if (!namePattern.test(name)) {
    throw new InvalidGroup(
      "groupName must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    );
  }
  if (name.length > 63) throw new InvalidGroup('groupName must be no more than 63 characters');
}

/**
 * Collects a group. An Ingress that belongs to it and whose class has become invalid is an error rather than a
 * leaver: the class may have been changed by accident (transcripts/lbc/e1-class-first.txt).
 */
export function loadGroup(kube: Kube, config: ControllerConfig, id: GroupIdentity): IngressGroup {
  const members: GroupMember[] = [];
  const inactive: Ingress[] = [];
  for (const ingress of kube.ingresses.list()) {
    const marked =
      hasFinalizer(ingress, groupFinalizer(id)) &&
      (id.namespace === '' || groupText(ownGroup(ingress)) === groupText(id));
    try {
      const found = groupOf(kube, config, ingress);
      if (
        found !== undefined &&
        groupText(found.id) === groupText(id) &&
        found.id.namespace === id.namespace
      ) {
        members.push(found.member);
      } else if (marked) inactive.push(ingress);
    } catch (error) {
      if (error instanceof InvalidIngressClass) {
        if (!marked) continue;
        throw new Error(
          `Ingress: ${keyOf(ingress)}: Ingress has invalid IngressClass configuration: ${error.message}`,
        );
      }
      if (!(error instanceof InvalidGroup)) throw error;
      if (marked) inactive.push(ingress);
    }
  }
  return { id, members: inOrder(members), inactive };
}

function inOrder(members: readonly GroupMember[]): GroupMember[] {
  const withOrder = members.map((member) => {
    const order = member.annotations.integer('group.order') ?? 0;
    if (Math.abs(order) > orderLimit) {
      throw new Error(
        `explicit Ingress group order must be within [-${orderLimit}:${orderLimit}], Ingress: ${keyOf(member.ingress)}, order: ${order}`,
      );
    }
    return { member, order, name: keyOf(member.ingress) };
  });
  return withOrder
    .sort((left, right) => left.order - right.order || (left.name < right.name ? -1 : 1))
    .map(({ member }) => member);
}

/** The one value that members agree on, undefined when none has an opinion. Throws `conflicting …`. */
export function agreed(what: string, values: readonly (string | undefined)[]): string | undefined {
  const distinct = [...new Set(values.filter((value) => value !== undefined))].sort();
  if (distinct.length > 1) throw new Error(`conflicting ${what}: [${distinct.join(' ')}]`);
  return distinct[0];
}
