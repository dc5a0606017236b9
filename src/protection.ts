import { DescribeLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { canAsk, describeCluster, ownsCluster } from './aws/cluster.ts';
import { findControllerResources } from './aws/controller-resources.ts';
import type { Config } from './config/config.ts';
import type { Context } from './context.ts';
import { UserError } from './errors/user-error.ts';
import { findBindingLoadBalancer } from './steps/binding-load-balancer.ts';
import type { KubeObject } from './tools/kubectl.ts';

/** Something that somebody has protected from deletion, and the command that lifts it. */
interface Protected {
  readonly what: string;
  readonly lift: string;
}

/**
 * Stops a removal before its first change when something of it is protected from deletion. Somebody has decided that:
 * the controller itself would lift what was set on its load balancers by hand.
 *
 * @throws UserError with the commands that lift the protection
 */
export async function refuseProtected(context: Context): Promise<void> {
  const found = [...(await protectedCluster(context)), ...(await protectedLoadBalancers(context))];
  if (found.length === 0) return;
  throw new UserError({
    what: 'nothing was removed: some of it is protected from deletion',
    why: found.map(({ what }) => what).join('\n'),
    fix: `${found.map(({ lift }) => lift).join('\n')}\nthen lbc-setup teardown once more`,
  });
}

async function protectedCluster(context: Context): Promise<Protected[]> {
  const cluster = await describeCluster(context);
  if (context.keepCluster || !cluster?.deletionProtection || !(await ownsCluster(context))) return [];
  return [{ what: `cluster ${cluster.name}`, lift: unprotectCluster(context.config) }];
}

/** The command that lets a cluster be deleted again. */
export const unprotectCluster = ({ cluster, region }: Config): string =>
  `aws eks update-cluster-config --name ${cluster} --no-deletion-protection --region ${region}`;

async function protectedLoadBalancers(context: Context): Promise<Protected[]> {
  const { loadBalancers, tags } = await findControllerResources(context);
  const { balancer } = await findBindingLoadBalancer(context);
  const arns = [...loadBalancers, ...(balancer ? [balancer] : [])].map(
    ({ LoadBalancerArn = '' }) => LoadBalancerArn,
  );
  const found = await Promise.all(
    [...new Set(arns)].map(async (arn) => {
      const { Attributes = [] } = await context.aws.elb.send(
        new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
      );
      const on = Attributes.some(({ Key, Value }) => Key === protection && Value === 'true');
      return on ? [await liftedBy(context, arn, tags.get(arn) ?? [])] : [];
    }),
  );
  return found.flat();
}

const protection = 'deletion_protection.enabled';

/** How the controller's kinds say which object a load balancer was made for, and where they take attributes. */
const owners = [
  {
    tag: 'service.k8s.aws/stack',
    kind: 'Service',
    annotation: 'service.beta.kubernetes.io/aws-load-balancer-attributes',
  },
  {
    tag: 'ingress.k8s.aws/stack',
    kind: 'Ingress',
    annotation: 'alb.ingress.kubernetes.io/load-balancer-attributes',
  },
] as const;

type Tags = readonly { readonly Key?: string; readonly Value?: string }[];

/** What an annotation asks for, the controller would set again: then that has to be changed. */
async function liftedBy(context: Context, arn: string, tags: Tags): Promise<Protected> {
  for (const { tag, kind, annotation } of owners) {
    const stack = tags.find(({ Key }) => Key === tag)?.Value;
    const object = stack ? await ownerOf(context, kind, stack) : undefined;
    const wanted = object?.metadata.annotations?.[annotation];
    if (!object || !wanted?.includes(`${protection}=true`)) continue;
    const { name, namespace } = object.metadata;
    const without = wanted.replace(`${protection}=true`, `${protection}=false`);
    return {
      what: `load balancer ${arn}, of ${kind} ${namespace}/${name}`,
      lift: `kubectl annotate ${kind.toLowerCase()} ${name} --namespace ${namespace} --overwrite ${annotation}=${without}`,
    };
  }
  return {
    what: `load balancer ${arn}`,
    lift: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${arn} --attributes Key=${protection},Value=false --region ${context.config.region}`,
  };
}

/** The object of a stack, `namespace/name`; a group of Ingresses has only a name, and no one owner. */
async function ownerOf(context: Context, kind: string, stack: string): Promise<KubeObject | undefined> {
  const [namespace, name] = stack.split('/');
  if (!name || !canAsk(context, await describeCluster(context))) return undefined;
  return context.kubectl.get(kind, name, namespace);
}
