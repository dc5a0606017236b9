import { DescribeSecurityGroupsCommand, paginateDescribeSecurityGroups } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { findClassicLoadBalancer } from './aws/classic-load-balancing.ts';
import type { AwsClients } from './aws/clients.ts';
import { isNotFound } from './aws/errors.ts';
import { Failure, messageOf, notEmulated, wrap } from './failure.ts';
import { ApiFailure, type Kubernetes, type KubernetesObject } from './kubernetes/client.ts';
import type { Session } from './session.ts';

/** What a load balancer is taken for; the numbers are those of eksctl's log. */
const kinds = { classic: 0, network: 1, application: 2 } as const;

interface Tracked {
  readonly name: string;
  readonly kind: keyof typeof kinds;
  /** Security groups with the cluster's tag. */
  readonly groups: readonly string[];
}

interface Service extends KubernetesObject {
  readonly spec?: { readonly type?: string };
}

interface Ingress extends KubernetesObject {
  readonly spec?: { readonly ingressClassName?: string };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly hostname?: string }[] };
  };
}

/** The whole clean-up has ten minutes (transcripts/eksctl/h4-delete-nlb-annot-and-class-alb.txt). */
const limit = 600;
const pollInterval = 2;

/** Security groups of a load balancer, or undefined when it is not there. */
async function groupsOf(
  clients: AwsClients,
  name: string,
  kind: Tracked['kind'],
): Promise<string[] | undefined> {
  if (kind === 'classic') return findClassicLoadBalancer(clients, name);
  try {
    const { LoadBalancers = [] } = await clients.loadBalancing.send(
      new DescribeLoadBalancersCommand({ Names: [name] }),
    );
    return LoadBalancers[0]?.SecurityGroups ?? [];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Groups by id; with no id the filter goes out empty, as eksctl sends it. */
async function describeGroups(
  { ec2 }: AwsClients,
  ids: readonly string[],
): Promise<{ id: string; tags: string[] }[]> {
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [...ids] }] }),
  );
  return SecurityGroups.map(({ GroupId = '', Tags = [] }) => ({
    id: GroupId,
    tags: Tags.map(({ Key = '' }) => Key),
  }));
}

async function ownedGroups(
  clients: AwsClients,
  clusterName: string,
  name: string,
  kind: Tracked['kind'],
): Promise<string[]> {
  const ids = await groupsOf(clients, name, kind);
  if (ids === undefined) return [];
  const marks = [`kubernetes.io/cluster/${clusterName}`, 'elbv2.k8s.aws/cluster'];
  return (await describeGroups(clients, ids))
    .filter(({ tags }) => tags.some((tag) => marks.includes(tag)))
    .map(({ id }) => id);
}

/** `a` and the Service's uid without hyphens, 32 characters: the name that the old cloud provider gave. */
const legacyName = ({ metadata }: Service): string =>
  `a${(metadata.uid ?? '').replaceAll('-', '')}`.slice(0, 32);

const objectName = ({ metadata }: KubernetesObject): string => `${metadata.namespace}/${metadata.name}`;

/** The load balancer's name in an ALB's hostname: `internal-` and the number at its end do not belong to it. */
function nameInHostname(hostname: string): string {
  const label = (hostname.split('.')[0] ?? '').replace(/^internal-/, '');
  return label.includes('-') ? label.slice(0, label.lastIndexOf('-')) : label;
}

/**
 * The load balancer that eksctl believes a Service has. A type other than `nlb`, `external` too, counts as
 * classic, so that the real one is never found (facts/eksctl.md §9).
 */
async function trackService(
  service: Service,
  clients: AwsClients,
  clusterName: string,
): Promise<Tracked | undefined> {
  if (service.spec?.type !== 'LoadBalancer') return undefined;
  const type = service.metadata.annotations?.['service.beta.kubernetes.io/aws-load-balancer-type'];
  const kind = type === 'nlb' ? 'network' : 'classic';
  const name = legacyName(service);
  try {
    return { name, kind, groups: await ownedGroups(clients, clusterName, name, kind) };
  } catch (error) {
    throw new Failure(
      `cannot obtain information for ELB ${name} from LoadBalancer Service ${objectName(service)}: cannot obtain security groups for ELB ${name}: ${messageOf(error)}`,
    );
  }
}

/** The load balancer of an Ingress of class `alb`; every other class is skipped (facts/eksctl.md §9). */
async function trackIngress(
  ingress: Ingress,
  clients: AwsClients,
  clusterName: string,
  { log }: Session,
): Promise<Tracked | undefined> {
  const { metadata, spec, status } = ingress;
  const ingressClass = spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'] ?? '';
  if (ingressClass !== 'alb') {
    log.debug(`${metadata.name} is not ALB Ingress, Ingress Class is '${ingressClass}', skip`);
    return undefined;
  }
  const hostname = status?.loadBalancer?.ingress?.[0]?.hostname;
  if (hostname === undefined) {
    log.debug(`${metadata.name} is ALB Ingress, but probably not provisioned, skip`);
    return undefined;
  }
  const name = nameInHostname(hostname);
  log.debug(`ALB resource name: ${name}`);
  const groups = await ownedGroups(clients, clusterName, name, 'application').catch((error: unknown) => {
    throw wrap(
      `cannot obtain information for ALB from Ingress ${objectName(ingress)}`,
      wrap(`cannot obtain security groups for ALB ${name}`, error),
    );
  });
  return { name, kind: 'application', groups };
}

async function listAll(kubernetes: Kubernetes, path: string, kind: string): Promise<KubernetesObject[]> {
  try {
    return await kubernetes.list(path);
  } catch (error) {
    const hint =
      error instanceof ApiFailure && error.status === 403
        ? ` (deleting a cluster requires permission to list Kubernetes ${kind})`
        : '';
    throw new Failure(`cannot list Kubernetes ${kind}: ${messageOf(error)}${hint}`);
  }
}

/** Without the Gateway API there is nothing to do; with it the rehearsal cannot go on. */
async function checkGateways(kubernetes: Kubernetes, { log }: Session): Promise<void> {
  const gateways = await kubernetes.find<{ items?: unknown[] }>(
    '/apis/gateway.networking.k8s.io/v1/gateways',
  );
  if (gateways === undefined) log.debug('Gateway API v1 CRDs not found, skipping Gateway cleanup');
  else if ((gateways.items ?? []).length > 0) throw notEmulated('the deletion of Gateways');
}

async function stillThere(tracked: Tracked, clients: AwsClients): Promise<boolean> {
  if ((await groupsOf(clients, tracked.name, tracked.kind)) !== undefined) return true;
  return (await describeGroups(clients, tracked.groups)).length > 0;
}

/** Polls every 2 s, in silence, until the load balancers are gone. Throws Failure at the deadline. */
async function waitUntilGone(
  tracked: readonly Tracked[],
  deadline: number,
  clients: AwsClients,
  { clock, log }: Session,
): Promise<void> {
  let left = [...tracked];
  while (left.length > 0 && clock.now() < deadline) {
    const remaining: Tracked[] = [];
    for (const candidate of left) {
      const exists = await stillThere(candidate, clients).catch((error: unknown) => {
        log.warning(`error when checking existence of load balancer ${candidate.name}: ${messageOf(error)}`);
        return false;
      });
      if (exists) remaining.push(candidate);
      else
        log.debug(
          `load balancer ${candidate.name} and its security groups were deleted by the cloud provider`,
        );
    }
    left = remaining;
    await clock.sleep(pollInterval);
  }
  if (left.length > 0)
    throw new Failure(
      `deadline surpassed waiting for AWS load balancers to be deleted: ${left.map(({ name }) => name).join(',')}`,
    );
}

/** Looks at the cluster's security groups and deletes none: eksctl's pattern never matches (facts/eksctl.md §9). */
async function inspectOrphanGroups(
  { ec2 }: AwsClients,
  clusterName: string,
  { log }: Session,
): Promise<void> {
  log.debug('deleting load balancer Security Group orphans');
  const filter = { Name: 'tag-key', Values: [`kubernetes.io/cluster/${clusterName}`] };
  for await (const page of paginateDescribeSecurityGroups({ client: ec2 }, { Filters: [filter] }))
    for (const { GroupName } of page.SecurityGroups ?? [])
      log.debug(`ignoring non-matching security group "${GroupName}"`);
}

/**
 * What `delete cluster` does about load balancers: deletes the Services and Ingresses that it recognises and
 * waits for load balancers of the names that it derives (facts/eksctl.md §9). Throws Failure.
 */
export async function cleanUpLoadBalancers(
  session: Session,
  clients: AwsClients,
  kubernetes: Kubernetes,
  clusterName: string,
): Promise<void> {
  const { log, clock } = session;
  const deadline = clock.now() + limit;
  const services = (await listAll(kubernetes, '/api/v1/services', 'Services')) as Service[];
  const ingresses = (await listAll(
    kubernetes,
    '/apis/networking.k8s.io/v1/ingresses',
    'Ingresses',
  )) as Ingress[];
  await checkGateways(kubernetes, session);
  const tracked: Tracked[] = [];
  const track = async (
    found: Tracked,
    what: string,
    path: string,
    kind: string,
    object: KubernetesObject,
  ) => {
    log.debug(
      `tracking deletion of load balancer ${found.name} of kind ${kinds[found.kind]} with security groups [${found.groups.join(' ')}]`,
    );
    tracked.push(found);
    log.debug(`deleting ${what} ${objectName(object)}`);
    await kubernetes.request('DELETE', path).catch((error: unknown) => {
      throw new Failure(`cannot delete Kubernetes ${kind} ${objectName(object)}: ${messageOf(error)}`);
    });
  };
  for (const service of services) {
    const found = await trackService(service, clients, clusterName);
    const { namespace, name } = service.metadata;
    const path = `/api/v1/namespaces/${namespace}/services/${name}`;
    if (found) await track(found, "'type: LoadBalancer' Service", path, 'Service', service);
  }
  for (const ingress of ingresses) {
    const found = await trackIngress(ingress, clients, clusterName, session);
    const { namespace, name } = ingress.metadata;
    const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}`;
    if (found) await track(found, 'ALB Ingress', path, 'Ingress', ingress);
  }
  await waitUntilGone(tracked, deadline, clients, session);
  await inspectOrphanGroups(clients, clusterName, session);
}
