import type { Config } from './config/config.ts';

/**
 * The mark that everything made by this tool carries: an AWS tag (stack, policy, OIDC provider, Fargate profile, cluster),
 * a Kubernetes label (namespace, Ingress, …) and a helm release label of the same name. What has no mark is foreign.
 */
export const markKey = 'lbc-setup/cluster';

/** What the load balancer controller tags with its cluster's name: load balancers, target groups, security groups. */
export const controllerTagKey = 'elbv2.k8s.aws/cluster';

/** The mark as labels, or as tags in map form (EKS, eksctl). */
export const mark = ({ cluster }: Pick<Config, 'cluster'>): Record<string, string> => ({
  [markKey]: cluster,
});

/** The mark as a tag list (IAM, CloudFormation, EC2). */
export const markTags = (config: Pick<Config, 'cluster'>): { Key: string; Value: string }[] =>
  Object.entries(mark(config)).map(([Key, Value]) => ({ Key, Value }));

type Marks = Readonly<Record<string, string>> | readonly { Key?: string; Value?: string }[] | undefined;

/** Whether these tags or labels carry the mark of this cluster. */
export function isOurs({ cluster }: Pick<Config, 'cluster'>, marks: Marks): boolean {
  if (marks === undefined) return false;
  if (Array.isArray(marks)) return marks.some(({ Key, Value }) => Key === markKey && Value === cluster);
  return (marks as Readonly<Record<string, string>>)[markKey] === cluster;
}
