import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { orAbsent } from '../aws/absent.ts';
import { type ListenPort, listenPorts } from '../config/sample-annotations.ts';
import { type AnnotatedSample, sampleSettings } from '../config/sample-settings.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { sampleObject, samples } from './sample-manifests.ts';

/** Where a sample can be called, according to the cluster. What AWS has made of it may lag behind. */
export interface SampleLoadBalancer {
  readonly hostname: string;
  /** Undefined while AWS knows no load balancer of that name. */
  readonly balancer: LoadBalancer | undefined;
  /** Its own target groups: a load balancer can be shared with others. */
  readonly targetGroups: readonly TargetGroup[];
  readonly listeners: readonly ListenPort[];
}

const annotationOf = (owner: KubeObject, key: keyof typeof sampleSettings): string | undefined =>
  owner.metadata.annotations?.[sampleSettings[key].annotation];

/** The object of a sample that the controller makes a load balancer for. */
export const sampleOwner = ({ kubectl, config }: Context, name: AnnotatedSample) =>
  kubectl.get(samples[name].kind, sampleObject(name), config.namespace);

/** The host name that the controller has given a sample's object, if it has. */
export const hostnameOf = (owner: KubeObject | undefined): string | undefined =>
  owner?.status?.loadBalancer?.ingress?.[0]?.hostname;

/** The load balancer that the controller made for a deployed sample; undefined while it has no host name. */
export async function findSampleLoadBalancer(
  context: Context,
  name: AnnotatedSample,
): Promise<SampleLoadBalancer | undefined> {
  const owner = await sampleOwner(context, name);
  const hostname = hostnameOf(owner);
  if (!owner || !hostname) return undefined;
  return {
    hostname,
    balancer: await findByHostname(context, hostname),
    targetGroups: await targetGroupsOf(context, name),
    listeners: wantedListeners(owner, name),
  };
}

/** Where a deployed sample wants to be called. */
function wantedListeners(owner: KubeObject, name: AnnotatedSample): ListenPort[] {
  if (name === 'nlb') {
    const ports: readonly { port: number }[] = owner.spec?.ports ?? [];
    return ports.map(({ port }) => ({ protocol: 'HTTP', port }));
  }
  const certificate = annotationOf(owner, 'albCertificateArn');
  const listed = annotationOf(owner, 'albListenPorts');
  try {
    return listenPorts(listed, certificate !== undefined);
  } catch (error) {
    throw new UserError({
      what: `the ports of ${owner.kind} ${owner.metadata.name} cannot be read`,
      why: `${sampleSettings.albListenPorts.annotation} is ${listed}: ${(error as Error).message}`,
      fix: `lbc-setup deploy-sample ${name}`,
    });
  }
}

async function findByHostname({ aws }: Context, hostname: string): Promise<LoadBalancer | undefined> {
  // The name is the first part of the host name: NLB `<name>-<hash>.elb.…`, ALB `<name>-<digits>.<region>.elb.…`.
  const [label = ''] = hostname.split('.');
  const name = label.replace(/^internal-/, '').replace(/-[^-]+$/, '');
  const answer = await orAbsent(
    aws.elb.send(new DescribeLoadBalancersCommand({ Names: [name] })),
    'LoadBalancerNotFoundException',
  );
  return answer?.LoadBalancers?.find(({ DNSName }) => DNSName === hostname);
}

/** The target groups that the controller has bound to the sample's Service. */
async function targetGroupsOf(context: Context, name: AnnotatedSample): Promise<TargetGroup[]> {
  const { aws, config, kubectl } = context;
  const bindings = await kubectl.list('TargetGroupBinding', { namespace: config.namespace });
  const arns: string[] = bindings
    .filter(({ spec }) => spec?.serviceRef?.name === sampleObject(name))
    .map(({ spec }) => spec.targetGroupARN);
  if (arns.length === 0) return [];
  const answer = await orAbsent(
    aws.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: arns })),
    'TargetGroupNotFoundException',
  );
  return answer?.TargetGroups ?? [];
}

/**
 * What AWS has not made of a sample's annotations yet, in words; undefined when everything is as they say. The
 * controller answers an update with nothing: the host name stays while it works, and when it fails.
 */
export async function lagOf(context: Context, name: AnnotatedSample): Promise<string | undefined> {
  const found = await findSampleLoadBalancer(context, name);
  const owner = await sampleOwner(context, name);
  if (!found || !owner) return 'the controller has not made the load balancer yet';
  const { balancer, targetGroups, listeners, hostname } = found;
  if (!balancer) return `no load balancer has the name ${hostname}`;
  const scheme = annotationOf(owner, name === 'nlb' ? 'nlbScheme' : 'albScheme');
  if (scheme && balancer.Scheme !== scheme) return `the load balancer is still ${balancer.Scheme}`;
  return (
    (await listenerLag(context, balancer, name, owner, listeners)) ??
    healthCheckLag(owner, name, targetGroups)
  );
}

async function listenerLag(
  { aws }: Context,
  { LoadBalancerArn }: LoadBalancer,
  name: AnnotatedSample,
  owner: KubeObject,
  wanted: readonly ListenPort[],
): Promise<string | undefined> {
  const { Listeners = [] } = await aws.elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const protocolOf = ({ protocol }: ListenPort) => (name === 'nlb' ? 'TCP' : protocol);
  const missing = wanted.find(
    (one) => !Listeners.some(({ Port, Protocol }) => Port === one.port && Protocol === protocolOf(one)),
  );
  if (missing) return `there is no ${protocolOf(missing)} listener on port ${missing.port} yet`;
  // In a group, the others' Ingresses may listen on more.
  if (annotationOf(owner, 'albGroupName') !== undefined) return undefined;
  const surplus = Listeners.find(({ Port }) => !wanted.some(({ port }) => port === Port));
  return surplus && `the listener on port ${surplus.Port} is still there`;
}

function healthCheckLag(
  owner: KubeObject,
  name: AnnotatedSample,
  groups: readonly TargetGroup[],
): string | undefined {
  const [group] = groups;
  if (!group) return 'there is no target group yet';
  const wanted = [
    ['port', annotationOf(owner, `${name}HealthcheckPort`), group.HealthCheckPort],
    ['protocol', annotationOf(owner, `${name}HealthcheckProtocol`)?.toUpperCase(), group.HealthCheckProtocol],
    ['path', annotationOf(owner, `${name}HealthcheckPath`), group.HealthCheckPath],
  ] as const;
  const wrong = wanted.find(([, want, is]) => want !== undefined && want !== is);
  return wrong && `the ${wrong[0]} of the health check is still ${wrong[2]}`;
}
