import { type GroupIdentity, groupText } from './naming.ts';

/** Tag that marks everything of a cluster's controller. */
export const clusterTag = 'elbv2.k8s.aws/cluster';

/** Which kind of Kubernetes object owns a stack of AWS resources. */
export type StackOwner = 'service' | 'ingress';

/** How the AWS resources of one Service or Ingress group are found again (facts/lbc.md §4, "Tags"). */
export interface Tracking {
  /** Tag whose value tells the resources of one stack apart. */
  readonly resourceTag: string;
  /** Tags common to a stack. Adoption of orphans works by these. */
  readonly stackTags: Readonly<Record<string, string>>;
  /** The stack's tags as the controller's predecessor set them; looked for as well. */
  readonly legacyStackTags: Readonly<Record<string, string>>;
  /** Labels of the stack's Kubernetes objects. */
  readonly labels: Readonly<Record<string, string>>;
  /** All tags of one resource; additional tags never displace the tracking ones. */
  resourceTags(resource: string, additional?: Readonly<Record<string, string>>): Record<string, string>;
}

/** Makes the tracking of one stack. A Service's identity is its namespace and name. */
export function createTracking(cluster: string, owner: StackOwner, stack: GroupIdentity): Tracking {
  const key = (name: string): string => `${owner}.k8s.aws/${name}`;
  const stackTags = { [clusterTag]: cluster, [key('stack')]: groupText(stack) };
  return {
    resourceTag: key('resource'),
    stackTags,
    legacyStackTags: { 'ingress.k8s.aws/cluster': cluster, [key('stack')]: groupText(stack) },
    labels:
      stack.namespace === ''
        ? { [key('stack')]: stack.name }
        : { [key('stack-namespace')]: stack.namespace, [key('stack-name')]: stack.name },
    resourceTags: (resource, additional = {}) => ({
      ...additional,
      ...stackTags,
      [key('resource')]: resource,
    }),
  };
}

/** Tags as both SDK clients take them, in the order of their keys. */
export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.keys(tags)
    .sort()
    .map((Key) => ({ Key, Value: tags[Key] as string }));

/** A tag list as a map. */
export const tagMap = (
  tags: readonly { Key?: string; Value?: string }[] | undefined,
): Record<string, string> => Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));

/** True when every wanted tag is there with its value. */
export const hasTags = (
  tags: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean => Object.entries(wanted).every(([key, value]) => tags[key] === value);

/** Tags to set and to remove so that `current` becomes `desired`. AWS's own tags and those named are left alone. */
export function tagChanges(
  desired: Readonly<Record<string, string>>,
  current: Readonly<Record<string, string>>,
  untouched: readonly string[],
): { set: Record<string, string>; remove: string[] } {
  const free = (key: string): boolean => !key.startsWith('aws:') && !untouched.includes(key);
  return {
    set: Object.fromEntries(
      Object.entries(desired).filter(([key, value]) => free(key) && current[key] !== value),
    ),
    remove: Object.keys(current)
      .filter((key) => free(key) && desired[key] === undefined)
      .sort(),
  };
}

/** Tag keys of the controller's predecessor, kept where they are found. */
export const legacyTagKeys = (cluster: string): string[] => [
  `kubernetes.io/cluster/${cluster}`,
  'kubernetes.io/cluster-name',
  'kubernetes.io/namespace',
  'kubernetes.io/ingress-name',
  'kubernetes.io/service-name',
  'kubernetes.io/service-port',
  'ingress.k8s.aws/cluster',
];
