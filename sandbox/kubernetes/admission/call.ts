import { setTimeout as delay } from 'node:timers/promises';
import { internalError } from '../model/errors.ts';
import { apiVersion } from '../model/resource.ts';
import type { ApiServer } from '../rest/context.ts';
import { uuid } from '../rest/metadata.ts';
import type { AdmissionAttributes } from './attributes.ts';
import type { Webhook } from './configuration.ts';
import { dialService, Unreachable } from './endpoint.ts';
import { verifyFailure } from './verify.ts';

/** `admission.k8s.io/v1.AdmissionResponse`. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  /** Base64 of a JSON patch. */
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly status?: {
    readonly code?: number;
    readonly reason?: string;
    readonly message?: string;
    readonly details?: object;
  };
}

const defaultTimeoutSeconds = 10;

/** Asks a webhook. Undefined when it could not be asked and its failure policy lets the request pass; else throws. */
export async function callWebhook(
  server: ApiServer,
  webhook: Webhook,
  attributes: AdmissionAttributes,
): Promise<AdmissionResponse | undefined> {
  try {
    return await post(server, webhook, attributes);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (webhook.failurePolicy === 'Ignore') return undefined;
    throw internalError(`failed calling webhook "${webhook.name}": failed to call webhook: ${error.message}`);
  }
}

async function post(
  server: ApiServer,
  webhook: Webhook,
  attributes: AdmissionAttributes,
): Promise<AdmissionResponse> {
  const seconds = webhook.timeoutSeconds ?? defaultTimeoutSeconds;
  const { service, url, caBundle = '' } = webhook.clientConfig;
  if (!service)
    throw new Unreachable(`Post "${url}?timeout=${seconds}s": the rehearsal reaches no webhook by URL`);
  const { namespace, name, path = '/', port = 443 } = service;
  const host = `${name}.${namespace}.svc`;
  const address = `https://${host}:${port}${path}?timeout=${seconds}s`;
  const fail = (why: string) => new Unreachable(`Post "${address}": ${why}`);
  if (webhook.matchConditions?.length) throw fail('the rehearsal does not evaluate matchConditions');
  const request = { uid: uuid(server.world), ...reviewed(attributes) };
  try {
    const listener = dialService(server, namespace, name, port);
    if (!listener.certificate) throw fail('http: server gave HTTP response to HTTPS client');
    const ca = Buffer.from(caBundle, 'base64').toString('utf8');
    const untrusted = verifyFailure(listener.certificate(), ca, host);
    if (untrusted) throw fail(untrusted);
    const body = JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request });
    const headers = { host, 'content-type': 'application/json', 'user-agent': 'kube-apiserver-admission' };
    const answer = await Promise.race([
      listener.handle({ method: 'POST', path: `${path}?timeout=${seconds}s`, headers, body }),
      // Real seconds: the listener's work is real and does not get faster with the clock.
      delay(seconds * 1000, undefined, { ref: false }),
    ]);
    if (!answer) throw fail('context deadline exceeded');
    if (answer.status !== 200) throw new Unreachable('the server rejected our request for an unknown reason');
    const { response } = JSON.parse(answer.body) as { response?: AdmissionResponse };
    if (response?.uid !== request.uid)
      throw new Unreachable(`expected response.uid="${request.uid}", got "${response?.uid}"`);
    return response;
  } catch (error) {
    if (error instanceof Unreachable && error.message.startsWith('Post ')) throw error;
    throw fail((error as Error).message);
  }
}

function reviewed({
  resource,
  subresource,
  name,
  namespace,
  operation,
  object,
  old,
  context,
}: AdmissionAttributes) {
  const { group, version, kind, plural } = resource;
  const part = subresource ? { subResource: subresource, requestSubResource: subresource } : {};
  return {
    kind: { group, version, kind },
    resource: { group, version, resource: plural },
    requestKind: { group, version, kind },
    requestResource: { group, version, resource: plural },
    ...part,
    name,
    ...(namespace ? { namespace } : {}),
    operation,
    userInfo: context.user,
    object: object ? { ...object, apiVersion: apiVersion(resource), kind } : null,
    oldObject: old ?? null,
    dryRun: context.dryRun,
    options: {
      kind: `${operation[0]}${operation.slice(1).toLowerCase()}Options`,
      apiVersion: 'meta.k8s.io/v1',
    },
  };
}
