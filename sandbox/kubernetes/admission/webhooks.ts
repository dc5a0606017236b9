import jsonPatch, { type Operation } from 'fast-json-patch';
import { KubeError, type KubeObject } from '../api.ts';
import { badRequest, internalError } from '../model/errors.ts';
import type { ApiServer } from '../rest/context.ts';
import type { AdmissionAttributes } from './attributes.ts';
import { type AdmissionResponse, callWebhook } from './call.ts';
import { matchingWebhooks, type Webhook } from './configuration.ts';

const harmless = new Set(['None', 'NoneOnDryRun']);

/** Passes an object through the mutating webhooks, one after another. */
export async function mutateByWebhooks(
  server: ApiServer,
  attributes: AdmissionAttributes,
  object: KubeObject,
): Promise<KubeObject> {
  let result = object;
  for (const webhook of matchingWebhooks(server, 'mutating', { ...attributes, object })) {
    const response = await ask(server, webhook, { ...attributes, object: result });
    if (response?.patch) result = patched(webhook, result, response.patch);
  }
  return result;
}

/** Asks the validating webhooks, all at once; the first refusal in their order counts. */
export async function validateByWebhooks(server: ApiServer, attributes: AdmissionAttributes): Promise<void> {
  const webhooks = [
    // Deletes have nothing to mutate, yet mutating webhooks are asked as well.
    ...(attributes.operation === 'DELETE' ? matchingWebhooks(server, 'mutating', attributes) : []),
    ...matchingWebhooks(server, 'validating', attributes),
  ];
  const results = await Promise.allSettled(webhooks.map((webhook) => ask(server, webhook, attributes)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function ask(
  server: ApiServer,
  webhook: Webhook,
  attributes: AdmissionAttributes,
): Promise<AdmissionResponse | undefined> {
  if (attributes.context.dryRun && !harmless.has(webhook.sideEffects ?? ''))
    throw badRequest(`admission webhook "${webhook.name}" does not support dry run`);
  const response = await callWebhook(server, webhook, attributes);
  attributes.context.warnings.push(...(response?.warnings ?? []));
  if (response && !response.allowed) throw denial(webhook, response);
  return response;
}

// apiserver/pkg/admission/plugin/webhook/errors: ToStatusErr
function denial({ name }: Webhook, { status = {} }: AdmissionResponse): KubeError {
  const by = `admission webhook "${name}" denied the request`;
  const why = status.message || status.reason;
  const code = Math.max(status.code ?? 0, 400);
  return new KubeError(
    code,
    status.reason ?? '',
    why ? `${by}: ${why}` : `${by} without explanation`,
    status.details,
  );
}

function patched({ name }: Webhook, object: KubeObject, patch: string): KubeObject {
  try {
    const operations = JSON.parse(Buffer.from(patch, 'base64').toString('utf8')) as Operation[];
    return jsonPatch.applyPatch(structuredClone(object), operations, true).newDocument;
  } catch (error) {
    throw internalError(
      `applying the patch of webhook "${name}": ${(error as Error).message.split('\n')[0]}`,
    );
  }
}
