import { describe, expect, it } from 'vitest';
import { createClock } from '../../../sandbox/clock.ts';
import { createLogger } from '../../../sandbox/controller/log.ts';
import { answerReview, type Webhook } from '../../../sandbox/controller/webhooks/admission.ts';
import { validateIngressClassParams } from '../../../sandbox/controller/webhooks/ingress-class-params.ts';
import { mutateService } from '../../../sandbox/controller/webhooks/service.ts';

const log = createLogger(createClock(1), () => undefined);

/** Posts a review to a webhook; gives its response. */
async function review(webhook: Webhook, object: object, oldObject?: object) {
  const request = {
    uid: 'u1',
    operation: oldObject === undefined ? 'CREATE' : 'UPDATE',
    namespace: 'sample',
    object,
    oldObject: oldObject ?? null,
  };
  const { status, body } = await answerReview(new Map([['/hook', webhook]]), {
    method: 'POST',
    path: '/hook?timeout=10s',
    headers: {},
    body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }),
  });
  expect(status).toBe(200);
  const { response, ...rest } = JSON.parse(body);
  expect(rest).toEqual({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' });
  expect(response.uid).toBe('u1');
  const patch = response.patch && JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8'));
  return { allowed: response.allowed, status: response.status, patch };
}

describe('the webhook for Services', () => {
  const webhook = { mutate: mutateService('service.k8s.aws/nlb', log) };
  const service = (spec: object) => ({ metadata: { name: 'web', namespace: 'sample' }, spec });

  it('gives new ones of type LoadBalancer a class', async () => {
    expect(await review(webhook, service({ type: 'LoadBalancer' }))).toEqual({
      allowed: true,
      patch: [{ op: 'add', path: '/spec/loadBalancerClass', value: 'service.k8s.aws/nlb' }],
    });
  });

  it('leaves others alone', async () => {
    const foreign = service({ type: 'LoadBalancer', loadBalancerClass: 'example.com/lb' });
    expect(await review(webhook, foreign)).toEqual({ allowed: true });
    expect(await review(webhook, service({ type: 'ClusterIP' }))).toEqual({ allowed: true });
  });

  it('keeps the class of an update that forgets it', async () => {
    const before = service({ type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' });
    const { patch } = await review(webhook, service({ type: 'LoadBalancer' }), before);
    expect(patch).toEqual([{ op: 'add', path: '/spec/loadBalancerClass', value: 'service.k8s.aws/nlb' }]);
  });
});

describe('the webhook for IngressClassParams', () => {
  const refusal = async (spec: object) =>
    (await review({ validate: validateIngressClassParams }, { spec })).status;

  it.each([
    [{ subnets: { ids: ['subnet-1', 'subnet-1'] } }, 'spec.subnets.ids[1]: Duplicate value: "subnet-1"'],
    [{ subnets: {} }, 'spec.subnets: Required value: must have either `ids` or `tags`'],
    [
      { subnets: { ids: ['a'], tags: { x: ['y'] } } },
      'spec.subnets.tags: Forbidden: may not have both `ids` and `tags` set',
    ],
    [
      { inboundCIDRs: ['10.0.0.1'] },
      'spec.inboundCIDRs[0]: Invalid value: "10.0.0.1": Could not be parsed as a CIDR (did you mean "10.0.0.1/32")',
    ],
    [
      { inboundCIDRs: ['10.0.0.1/8'] },
      'spec.inboundCIDRs[0]: Invalid value: "10.0.0.1/8": Network contains bits outside prefix (did you mean "10.0.0.0/8")',
    ],
  ])('refuses %j', async (spec, message) => {
    expect(await refusal(spec)).toEqual({ code: 403, reason: 'Forbidden', message });
  });

  it('accepts what fits', async () => {
    const spec = {
      scheme: 'internal',
      inboundCIDRs: ['10.0.0.0/8'],
      subnets: { ids: ['subnet-1', 'subnet-2'] },
    };
    expect(await refusal(spec)).toEqual({ code: 200 });
  });
});

describe('a webhook that does not exist', () => {
  it('is not found', async () => {
    const request = { method: 'POST', path: '/nosuch', headers: {}, body: '{}' };
    expect((await answerReview(new Map(), request)).status).toBe(404);
  });
});
