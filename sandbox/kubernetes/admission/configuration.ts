import type { KubeObject } from '../api.ts';
import type { ApiServer } from '../rest/context.ts';
import { matchesLabelSelector } from '../storage/selectors.ts';
import type { AdmissionAttributes } from './attributes.ts';

/** One entry of `webhooks` of a Mutating- or ValidatingWebhookConfiguration. */
export interface Webhook {
  readonly name: string;
  readonly clientConfig: {
    readonly url?: string;
    readonly caBundle?: string;
    readonly service?: {
      readonly namespace: string;
      readonly name: string;
      readonly path?: string;
      readonly port?: number;
    };
  };
  readonly rules?: readonly Rule[];
  readonly failurePolicy?: 'Fail' | 'Ignore';
  readonly sideEffects?: string;
  readonly timeoutSeconds?: number;
  readonly namespaceSelector?: object;
  readonly objectSelector?: object;
  readonly matchConditions?: readonly object[];
}

interface Rule {
  readonly operations: readonly string[];
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  readonly scope?: string;
}

interface Configuration extends KubeObject {
  readonly webhooks?: readonly Webhook[];
}

/** The webhooks that a write must pass, in the order of their configurations' names. */
export function matchingWebhooks(
  server: ApiServer,
  kind: 'mutating' | 'validating',
  attributes: AdmissionAttributes,
): Webhook[] {
  // Webhook configurations are never subject to webhooks: a broken one could not be repaired.
  if (attributes.resource.group === 'admissionregistration.k8s.io') return [];
  return server.store
    .list(`${kind}webhookconfigurations.admissionregistration.k8s.io`)
    .flatMap((configuration) => (configuration as Configuration).webhooks ?? [])
    .filter(
      (webhook) =>
        (webhook.rules ?? []).some((rule) => ruleMatches(rule, attributes)) &&
        inNamespaces(server, webhook, attributes) &&
        hasWantedLabels(webhook, attributes),
    );
}

const includes = (list: readonly string[], value: string): boolean =>
  list.includes('*') || list.includes(value);

function ruleMatches(rule: Rule, { operation, resource, subresource }: AdmissionAttributes): boolean {
  const namespaced = resource.namespaced && resource.plural !== 'namespaces';
  const scope = rule.scope ?? '*';
  const named = subresource
    ? [`${resource.plural}/${subresource}`, `${resource.plural}/*`, `*/${subresource}`, '*/*']
    : [resource.plural, '*', '*/*'];
  return (
    includes(rule.operations, operation) &&
    includes(rule.apiGroups, resource.group) &&
    includes(rule.apiVersions, resource.version) &&
    (scope === '*' || (scope === 'Namespaced') === namespaced) &&
    named.some((name) => rule.resources.includes(name))
  );
}

function inNamespaces(
  server: ApiServer,
  { namespaceSelector }: Webhook,
  attributes: AdmissionAttributes,
): boolean {
  const { resource, object, old, namespace } = attributes;
  if (resource.plural === 'namespaces' && resource.group === '')
    return matchesLabelSelector(namespaceSelector, (object ?? old)?.metadata.labels ?? {});
  if (!resource.namespaced || namespace === undefined) return true;
  const home = server.store.get('namespaces', undefined, namespace);
  return matchesLabelSelector(namespaceSelector, home?.metadata.labels ?? {});
}

const hasWantedLabels = ({ objectSelector }: Webhook, { object, old }: AdmissionAttributes): boolean =>
  [object, old].some((one) => one && matchesLabelSelector(objectSelector, one.metadata.labels ?? {}));
