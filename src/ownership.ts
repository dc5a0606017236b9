import type { Config } from './config/config.ts';

/** The key of the mark that everything made by this tool carries; its value is the cluster's name. */
export const markKey = 'lbc-setup/cluster';

/** Stands beside it in AWS: IAM is global, and a cluster of the same name may live in another region. */
const regionKey = 'lbc-setup/region';

/** What the load balancer controller tags with its cluster's name: load balancers, target groups, security groups. */
export const controllerTagKey = 'elbv2.k8s.aws/cluster';

/**
 * How each kind of thing carries the mark. What has none is foreign: used where it fits, shown, and never changed or
 * deleted.
 *
 * - `tags`: AWS tags. What a CloudFormation stack makes (cluster, network, roles) has its stack's.
 * - `labels`: Kubernetes labels. helm puts a release's labels on the Secrets that it keeps the release in.
 * - `extension`: a named extension of a kubeconfig entry (client.config.k8s.io/v1 NamedExtension).
 */
const carriers = {
  stack: 'tags',
  cluster: 'tags',
  'Fargate profile': 'tags',
  'OIDC provider': 'tags',
  policy: 'tags',
  role: 'tags',
  'load balancer': 'tags',
  'target group': 'tags',
  'security group': 'tags',
  'log group': 'tags',
  object: 'labels',
  release: 'labels',
  'kubeconfig entry': 'extension',
} as const;

/** A kind of thing that this tool makes; `object` is any Kubernetes object. */
export type Kind = keyof typeof carriers;

type Owner = Pick<Config, 'cluster' | 'region'>;

/** The mark as a map: labels, and tags as EKS and eksctl take them. */
export const mark = (
  { cluster, region }: Owner,
  kind: Exclude<Kind, 'kubeconfig entry'> = 'object',
): Record<string, string> => ({
  [markKey]: cluster,
  ...(carriers[kind] === 'tags' && { [regionKey]: region }),
});

/** The mark as a tag list (IAM, CloudFormation, EC2, ELB). */
export const markTags = (config: Owner): { Key: string; Value: string }[] =>
  Object.entries(mark(config, 'stack')).map(([Key, Value]) => ({ Key, Value }));

/** Selects marked objects in a Kubernetes list. */
export const markSelector = (config: Owner): string =>
  Object.entries(mark(config))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

type Marks = Readonly<Record<string, string>> | readonly { Key?: string; Value?: string }[] | undefined;

/** Whether these tags or labels carry the mark of this cluster. */
export function isOurs({ cluster, region }: Owner, marks: Marks): boolean {
  const value = (key: string): string | undefined =>
    Array.isArray(marks)
      ? marks.find(({ Key }) => Key === key)?.Value
      : (marks as Readonly<Record<string, string>> | undefined)?.[key];
  return value(markKey) === cluster && (value(regionKey) ?? region) === region;
}
