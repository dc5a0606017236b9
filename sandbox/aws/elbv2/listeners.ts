import type {
  AddListenerCertificatesInput,
  AddListenerCertificatesOutput,
  CreateListenerInput,
  CreateListenerOutput,
  DeleteListenerInput,
  DescribeListenerAttributesInput,
  DescribeListenerAttributesOutput,
  DescribeListenerCertificatesInput,
  DescribeListenerCertificatesOutput,
  DescribeListenersInput,
  DescribeListenersOutput,
  Listener,
  ModifyListenerAttributesInput,
  ModifyListenerAttributesOutput,
  ModifyListenerInput,
  ModifyListenerOutput,
  RemoveListenerCertificatesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { operation } from '../operation.ts';
import { AwsError, type Handler, NotEmulated } from '../service.ts';
import { checkActions } from './actions.ts';
import { childArn } from './arns.ts';
import { attributeList, changeAttributes, newListenerAttributes } from './attributes.ts';
import { find, invalid, someNotFound } from './errors.ts';
import { checkLimit } from './limits.ts';
import { removeListener } from './load-balancers.ts';
import { page } from './pages.ts';
import type { ElbContext, ElbRegion, ListenerRecord, LoadBalancerRecord } from './state.ts';
import { newTags } from './tags.ts';

const protocols = { application: ['HTTP', 'HTTPS'], network: ['TCP', 'TLS', 'UDP', 'TCP_UDP'] } as const;

/** The listener operations. */
export function listenerHandlers(elb: ElbContext): Record<string, Handler> {
  return {
    CreateListener: operation(
      ['LoadBalancerArn', 'Protocol', 'Port', 'SslPolicy', 'Certificates', 'DefaultActions', 'Tags'],
      (input: CreateListenerInput, call): CreateListenerOutput => {
        const region = elb.region(call.region);
        const owner = find(region.loadBalancers, input.LoadBalancerArn, 'loadBalancer');
        const port = checkPort(region, owner, input.Port);
        const protocol = checkProtocol(owner, input.Protocol);
        const security = checkSecurity(elb, protocol, input);
        const actions = checkActions(region, owner, input.DefaultActions);
        const count = [...region.listeners.values()].filter(
          (other) => other.loadBalancerArn === owner.arn,
        ).length;
        checkLimit(count, `listeners-per-${owner.type}-load-balancer`, 'TooManyListeners');
        const listener: ListenerRecord = {
          arn: childArn(elb, owner.arn, 'loadbalancer', 'listener'),
          loadBalancerArn: owner.arn,
          attributes: newListenerAttributes(protocol),
          tags: newTags(input.Tags),
          port,
          protocol,
          ...security,
        };
        region.listeners.set(listener.arn, listener);
        const ruleArn = childArn(elb, listener.arn, 'listener', 'listener-rule');
        region.rules.set(ruleArn, {
          arn: ruleArn,
          listenerArn: listener.arn,
          tags: {},
          priority: 'default',
          conditions: [],
          actions,
        });
        return { Listeners: [render(region, listener)] };
      },
    ),

    ModifyListener: operation(
      ['ListenerArn', 'Protocol', 'Port', 'SslPolicy', 'Certificates', 'DefaultActions'],
      (input: ModifyListenerInput, call): ModifyListenerOutput => {
        const region = elb.region(call.region);
        const listener = find(region.listeners, input.ListenerArn, 'listener');
        const owner = find(region.loadBalancers, listener.loadBalancerArn, 'loadBalancer');
        const protocol = checkProtocol(owner, input.Protocol ?? listener.protocol);
        const security = checkSecurity(elb, protocol, input, listener);
        if (input.Port !== undefined && input.Port !== listener.port) {
          listener.port = checkPort(region, owner, input.Port);
        }
        if (input.DefaultActions) {
          defaultRule(region, listener).actions = checkActions(region, owner, input.DefaultActions);
        }
        Object.assign(listener, { protocol, ...security });
        return { Listeners: [render(region, listener)] };
      },
    ),

    DeleteListener: operation(['ListenerArn'], (input: DeleteListenerInput, call) => {
      const region = elb.region(call.region);
      removeListener(region, find(region.listeners, input.ListenerArn, 'listener').arn);
      return {};
    }),

    DescribeListeners: operation(
      ['LoadBalancerArn', 'ListenerArns', 'Marker', 'PageSize'],
      (input: DescribeListenersInput, call): DescribeListenersOutput => {
        const region = elb.region(call.region);
        const { LoadBalancerArn: owner, ListenerArns: arns = [] } = input;
        if (!owner && arns.length === 0) {
          throw invalid('You must specify either listener ARNs or a load balancer ARN');
        }
        if (owner) find(region.loadBalancers, owner, 'loadBalancer');
        if (arns.some((arn) => !region.listeners.has(arn))) throw someNotFound('listener');
        const found = [...region.listeners.values()].filter(
          (listener) =>
            (!owner || listener.loadBalancerArn === owner) &&
            (arns.length === 0 || arns.includes(listener.arn)),
        );
        const { items, next } = page(elb, found, input);
        return { Listeners: items.map((listener) => render(region, listener)), NextMarker: next };
      },
    ),

    DescribeListenerAttributes: operation(
      ['ListenerArn'],
      (input: DescribeListenerAttributesInput, call): DescribeListenerAttributesOutput => {
        const listener = find(elb.region(call.region).listeners, input.ListenerArn, 'listener');
        return { Attributes: attributeList(listener.attributes) };
      },
    ),

    ModifyListenerAttributes: operation(
      ['ListenerArn', 'Attributes'],
      (input: ModifyListenerAttributesInput, call): ModifyListenerAttributesOutput => {
        const listener = find(elb.region(call.region).listeners, input.ListenerArn, 'listener');
        changeAttributes(listener.attributes, input.Attributes, 'Listener');
        return { Attributes: attributeList(listener.attributes) };
      },
    ),

    DescribeListenerCertificates: operation(
      ['ListenerArn', 'Marker', 'PageSize'],
      (input: DescribeListenerCertificatesInput, call): DescribeListenerCertificatesOutput => {
        const { certificates } = find(elb.region(call.region).listeners, input.ListenerArn, 'listener');
        const all = certificates.map((arn, index) => ({ CertificateArn: arn, IsDefault: index === 0 }));
        const { items, next } = page(elb, all, input);
        return { Certificates: items, NextMarker: next };
      },
    ),

    AddListenerCertificates: operation(
      ['ListenerArn', 'Certificates'],
      (input: AddListenerCertificatesInput, call): AddListenerCertificatesOutput => {
        const listener = find(elb.region(call.region).listeners, input.ListenerArn, 'listener');
        const added = (input.Certificates ?? []).map(({ CertificateArn }) => knownArn(elb, CertificateArn));
        if (listener.certificates.length === 0)
          throw new NotEmulated('adding a certificate to a listener that ends no TLS');
        listener.certificates = [...new Set([...listener.certificates, ...added])];
        return { Certificates: added.map((arn) => ({ CertificateArn: arn, IsDefault: false })) };
      },
    ),

    RemoveListenerCertificates: operation(
      ['ListenerArn', 'Certificates'],
      (input: RemoveListenerCertificatesInput, call) => {
        const listener = find(elb.region(call.region).listeners, input.ListenerArn, 'listener');
        const removed = (input.Certificates ?? []).map(({ CertificateArn }) => CertificateArn);
        // The default one is not in the list that this takes from.
        listener.certificates = listener.certificates.filter(
          (arn, index) => index === 0 || !removed.includes(arn),
        );
        return {};
      },
    ),
  };
}

/** The rule that a listener falls back to. */
function defaultRule(region: ElbRegion, listener: ListenerRecord) {
  const rule = [...region.rules.values()].find(
    ({ listenerArn, priority }) => listenerArn === listener.arn && priority === 'default',
  );
  if (!rule) throw new Error(`the listener ${listener.arn} has no default rule`);
  return rule;
}

function checkPort(region: ElbRegion, owner: LoadBalancerRecord, port: number | undefined): number {
  if (port === undefined) throw invalid('A port must be specified');
  if (port < 1 || port > 65535) throw invalid(`The port '${port}' must be in the range 1-65535`);
  for (const listener of region.listeners.values()) {
    if (listener.loadBalancerArn === owner.arn && listener.port === port) {
      throw new AwsError(
        'DuplicateListener',
        `A listener already exists on this port for this load balancer '${owner.arn}'`,
      );
    }
  }
  return port;
}

function checkProtocol(owner: LoadBalancerRecord, protocol: string | undefined): string {
  if (!protocol) throw invalid('A listener protocol must be specified');
  const supported: readonly string[] = protocols[owner.type];
  if (supported.includes(protocol)) return protocol;
  throw new AwsError(
    'UnsupportedProtocol',
    `The protocol '${protocol}' is not supported by ${owner.type} load balancers`,
  );
}

/** The policy that the API takes when none is named (user guide, "Security policies"). It has no effect here. */
const defaultSslPolicy = 'ELBSecurityPolicy-2016-08';

/** What a listener that ends TLS has besides others: exactly one default certificate, and a policy. */
function checkSecurity(
  elb: ElbContext,
  protocol: string,
  { Certificates: given, SslPolicy }: Pick<CreateListenerInput, 'Certificates' | 'SslPolicy'>,
  before?: ListenerRecord,
): Pick<ListenerRecord, 'certificates' | 'sslPolicy'> {
  const arns = given?.map(({ CertificateArn }) => knownArn(elb, CertificateArn)) ?? [];
  if (arns.length > 1) throw new NotEmulated('several certificates at once on a listener');
  if (protocol !== 'HTTPS' && protocol !== 'TLS') {
    if (arns.length > 0) throw new NotEmulated(`a certificate on a ${protocol} listener`);
    return { certificates: [], sslPolicy: undefined };
  }
  const [old, ...extra] = before?.certificates ?? [];
  const certificate = arns[0] ?? old;
  if (!certificate) throw invalid(`A certificate must be specified for ${protocol} listeners`);
  return {
    certificates: [certificate, ...extra.filter((arn) => arn !== certificate)],
    sslPolicy: SslPolicy ?? before?.sslPolicy ?? defaultSslPolicy,
  };
}

function knownArn(elb: ElbContext, arn: string | undefined): string {
  if (arn === undefined || !elb.certificate(arn)) throw certificateNotFound(arn);
  return arn;
}

function certificateNotFound(arn: string | undefined): AwsError {
  return new AwsError('CertificateNotFound', `Certificate '${arn}' not found`);
}

function render(region: ElbRegion, listener: ListenerRecord): Listener {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol as Listener['Protocol'],
    ...(listener.certificates.length > 0 && {
      Certificates: [{ CertificateArn: listener.certificates[0] }],
      SslPolicy: listener.sslPolicy,
    }),
    DefaultActions: [...defaultRule(region, listener).actions],
  };
}
