import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  type CreateListenerCommandInput,
  DeleteListenerCommand,
  DescribeListenerAttributesCommand,
  DescribeListenerCertificatesCommand,
  type Listener,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  type ProtocolEnum,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { failureCode } from '../aws/failure.ts';
import { messageOf } from '../log.ts';
import type { ListenerModel } from '../model/types.ts';
import { retryWhile } from '../time.ts';
import { tagList } from '../tracking.ts';
import { sameActions, targetGroupArn, toActions } from './actions.ts';
import { reconcileAttributes } from './attributes.ts';
import type { Deployment } from './deployment.ts';
import type { Tagged } from './existing.ts';

/** How long a new listener may not be found by the calls after it; seconds. */
export const listenerLag = { interval: 2, timeout: 20 };

/** True while a new listener is not known everywhere. */
export const isListenerUnknown = (error: unknown): boolean => failureCode(error) === 'ListenerNotFound';

/** Deploys the listeners of a load balancer; gives their ARNs by port. */
export async function deployListeners(
  deployment: Deployment,
  loadBalancerArn: string,
  groupArns: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<number, string>> {
  const { tools, stack, log } = deployment;
  const existing = await tools.existing.listeners(loadBalancerArn);
  const byPort = new Map(existing.map((each) => [each.resource.Port ?? 0, each]));
  const desired = new Map(stack.listeners.map((each) => [each.port, each]));
  const ports = [...desired.keys()].sort((left, right) => left - right);
  const arns = new Map<number, string>();
  for (const [port, { resource }] of [...byPort].sort(([left], [right]) => left - right)) {
    if (desired.has(port)) continue;
    log.info('deleting listener', { arn: resource.ListenerArn });
    await tools.aws.elbv2.send(new DeleteListenerCommand({ ListenerArn: resource.ListenerArn }));
    log.info('deleted listener', { arn: resource.ListenerArn });
  }
  for (const port of ports) {
    if (byPort.has(port)) continue;
    const settings = settingsOf(desired.get(port) as ListenerModel, groupArns);
    arns.set(port, await create(deployment, loadBalancerArn, settings));
  }
  for (const port of ports) {
    const present = byPort.get(port);
    if (present === undefined) continue;
    await update(deployment, settingsOf(desired.get(port) as ListenerModel, groupArns), present);
    arns.set(port, present.resource.ListenerArn ?? '');
  }
  return arns;
}

/** A listener as the API takes it, and the certificates beyond the default one. */
interface Settings {
  readonly model: ListenerModel;
  readonly request: Pick<
    CreateListenerCommandInput,
    'Port' | 'Protocol' | 'DefaultActions' | 'Certificates' | 'SslPolicy'
  >;
  readonly extraCertificates: readonly string[];
}

function settingsOf(model: ListenerModel, groupArns: ReadonlyMap<string, string>): Settings {
  const [first, ...extraCertificates] = model.certificates;
  return {
    model,
    request: {
      Port: model.port,
      Protocol: model.protocol as ProtocolEnum,
      DefaultActions: toActions(model.actions, targetGroupArn(groupArns)),
      Certificates: first === undefined ? undefined : [{ CertificateArn: first }],
      SslPolicy: model.sslPolicy,
    },
    extraCertificates,
  };
}

async function create(
  deployment: Deployment,
  LoadBalancerArn: string,
  { model, request, extraCertificates }: Settings,
): Promise<string> {
  const { tools, tracking, stackId, log } = deployment;
  const resourceID = String(model.port);
  const about = { stackID: stackId, resourceID };
  log.info('creating listener', about);
  const Tags = tagList(tracking.resourceTags(resourceID, model.tags));
  const { Listeners } = await tools.aws.elbv2.send(
    new CreateListenerCommand({ LoadBalancerArn, ...request, Tags }),
  );
  const arn = Listeners?.[0]?.ListenerArn ?? '';
  log.info('created listener', { ...about, arn });
  try {
    await retryWhile(tools.clock, tools.signal, listenerLag, isListenerUnknown, () =>
      changeCertificates(deployment, model, arn, extraCertificates, []),
    );
  } catch (error) {
    throw new Error(`failed to update extra certificates on listener: ${messageOf(error)}`, {
      cause: error,
    });
  }
  await attributes(deployment, model, arn);
  return arn;
}

async function update(
  deployment: Deployment,
  { model, request, extraCertificates }: Settings,
  { resource, tags }: Tagged<Listener>,
): Promise<void> {
  const { tools, tracking, stackId, log } = deployment;
  const arn = resource.ListenerArn ?? '';
  const resourceID = String(model.port);
  await tools.tags.reconcile(
    arn,
    tracking.resourceTags(resourceID, model.tags),
    tags,
    tools.config.externalManagedTags,
  );
  if (isDrifted(request, resource)) {
    const about = { stackID: stackId, resourceID, arn };
    log.info('modifying listener', about);
    await tools.aws.elbv2.send(new ModifyListenerCommand({ ListenerArn: arn, ...request }));
    log.info('modified listener', about);
  }
  if (request.SslPolicy !== undefined || resource.SslPolicy !== undefined) {
    const { Certificates } = await tools.aws.elbv2.send(
      new DescribeListenerCertificatesCommand({ ListenerArn: arn }),
    );
    const present = (Certificates ?? [])
      .filter((each) => each.IsDefault !== true)
      .map((each) => each.CertificateArn ?? '');
    await changeCertificates(deployment, model, arn, extraCertificates, present);
  }
  await attributes(deployment, model, arn);
}

const certificateOf = (listener: Pick<Listener, 'Certificates'>): string | undefined =>
  listener.Certificates?.[0]?.CertificateArn;

const isDrifted = (desired: Settings['request'], current: Listener): boolean =>
  desired.Protocol !== current.Protocol ||
  !sameActions(desired.DefaultActions ?? [], current.DefaultActions) ||
  certificateOf(desired) !== certificateOf(current) ||
  (desired.SslPolicy !== undefined && desired.SslPolicy !== current.SslPolicy);

async function changeCertificates(
  { tools, stackId, log }: Deployment,
  model: ListenerModel,
  ListenerArn: string,
  desired: readonly string[],
  present: readonly string[],
): Promise<void> {
  const about = { stackID: stackId, resourceID: String(model.port), arn: ListenerArn };
  for (const CertificateArn of present.filter((each) => !desired.includes(each)).sort()) {
    const Certificates = [{ CertificateArn }];
    await tools.aws.elbv2.send(new RemoveListenerCertificatesCommand({ ListenerArn, Certificates }));
    log.info('removed certificate from listener', { ...about, certificateARN: CertificateArn });
  }
  for (const CertificateArn of desired.filter((each) => !present.includes(each)).sort()) {
    const Certificates = [{ CertificateArn }];
    await tools.aws.elbv2.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates }));
    log.info('added certificate to listener', { ...about, certificateARN: CertificateArn });
  }
}

const attributes = (
  { tools, stackId, log }: Deployment,
  model: ListenerModel,
  ListenerArn: string,
): Promise<void> =>
  reconcileAttributes({
    what: 'listener attributes',
    desired: {},
    describe: () => tools.aws.elbv2.send(new DescribeListenerAttributesCommand({ ListenerArn })),
    modify: (Attributes) =>
      tools.aws.elbv2.send(new ModifyListenerAttributesCommand({ ListenerArn, Attributes })),
    log,
    about: { stackID: stackId, resourceID: String(model.port), arn: ListenerArn },
  });
