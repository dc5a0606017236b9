import jsonPatch from 'fast-json-patch';
import type { PodRequest, PodResponse } from '../../kubernetes/network.ts';
import type { KubeObject } from '../kube/types.ts';
import { messageOf } from '../log.ts';

/** What a webhook is asked about. */
export interface AdmissionRequest {
  readonly namespace: string;
  readonly operation: 'CREATE' | 'UPDATE';
  readonly object: KubeObject;
  /** The object before an update. */
  readonly oldObject: KubeObject | undefined;
}

/** Changes the object, a copy, in place; what it throws is the reason of a refusal. */
export type Mutate = (request: AdmissionRequest) => Promise<void>;

/** Throws the reason of a refusal. */
export type Validate = (request: AdmissionRequest) => Promise<void>;

/** A webhook by how it may act. */
export type Webhook = { readonly mutate: Mutate } | { readonly validate: Validate };

interface Review {
  readonly request?: {
    readonly uid: string;
    readonly operation: string;
    readonly namespace?: string;
    readonly object?: KubeObject | null;
    readonly oldObject?: KubeObject | null;
  };
}

const json = { 'content-type': 'application/json' };

/** Answers an AdmissionReview (admission.k8s.io/v1) posted to one of the webhooks. */
export async function answerReview(
  webhooks: ReadonlyMap<string, Webhook>,
  request: PodRequest,
): Promise<PodResponse> {
  const webhook = webhooks.get(request.path.split('?')[0] ?? '');
  if (webhook === undefined) return { status: 404, body: '404 page not found\n' };
  const review = (JSON.parse(request.body) as Review).request;
  if (review === undefined) return { status: 400, body: 'request is missing' };
  return {
    status: 200,
    headers: json,
    body: JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: review.uid, ...(await judge(webhook, review)) },
    }),
  };
}

async function judge(webhook: Webhook, review: NonNullable<Review['request']>): Promise<object> {
  const { operation, object } = review;
  const allowed = { allowed: true, status: { code: 200 } };
  if ((operation !== 'CREATE' && operation !== 'UPDATE') || !object) return allowed;
  const request: AdmissionRequest = {
    namespace: review.namespace ?? '',
    operation,
    object: structuredClone(object),
    oldObject: review.oldObject ?? undefined,
  };
  try {
    if ('validate' in webhook) {
      await webhook.validate(request);
      return allowed;
    }
    await webhook.mutate(request);
  } catch (error) {
    return { allowed: false, status: { code: 403, reason: 'Forbidden', message: messageOf(error) } };
  }
  const operations = jsonPatch.compare(object, request.object);
  if (operations.length === 0) return { allowed: true };
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { allowed: true, patch, patchType: 'JSONPatch' };
}
