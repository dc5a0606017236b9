import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { curable } from '../../src/doctor/cure.ts';
import type { Found } from '../../src/doctor/diagnosis.ts';
import { merge } from '../../src/doctor/examine.ts';
import { objectDiagnoses } from '../../src/doctor/load-balancers.ts';
import { diagnoses } from '../../src/doctor/table.ts';
import { lastWord } from '../../src/steps/events.ts';
import type { KubeObject } from '../../src/tools/kubectl.ts';

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', uid: 'one', finalizers: ['service.k8s.aws/resources'] },
  spec: { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' },
  status: { loadBalancer: { ingress: [{ hostname: 'web.elb.example.com' }] } },
};

const event = (
  type: string,
  reason: string,
  lastTimestamp: string,
  message = '',
  uid = 'one',
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `${reason}-${lastTimestamp}` },
  involvedObject: { uid },
  ...{ type, reason, lastTimestamp, message },
});

describe('the last word of the controller', () => {
  it.each([
    ['a failure after a success', ['Normal 10', 'Warning 11'], true],
    ['a success after a failure', ['Warning 10', 'Normal 11'], false],
    ['both within a second', ['Normal 10', 'Warning 10'], false],
  ])('%s', (_, told, failed) => {
    const events = told.map((one) => {
      const [type = '', second] = one.split(' ');
      const reason = type === 'Normal' ? 'SuccessfullyReconciled' : 'FailedBuildModel';
      return event(type, reason, `2026-11-23T10:00:${second}Z`);
    });
    expect(lastWord(events, service)?.failed).toBe(failed);
    expect(lastWord([...events].reverse(), service)?.failed).toBe(failed);
  });

  it('is about that object, and from the controller', () => {
    const events = [
      event('Warning', 'FailedBuildModel', '2026-11-23T10:00:10Z', '', 'another'),
      event('Warning', 'Unhealthy', '2026-11-23T10:00:10Z'),
    ];
    expect(lastWord(events, service)).toBeUndefined();
  });
});

describe('an object that the controller does not get done with', () => {
  const [diagnosis] = objectDiagnoses.filter(({ id }) => id === 'load-balancer-objects');
  const denied =
    'Failed deploy model due to operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: User: x is not authorized to perform: elasticloadbalancing:CreateLoadBalancer on resource: y';
  const look = (...causes: string[]) => {
    const objects = [service, event('Warning', 'FailedDeployModel', '2026-11-23T10:00:10Z', denied)];
    const kubectl = {
      list: async (kinds: string) => (kinds.includes('services') ? objects : []),
    };
    return diagnosis?.look({ kubectl } as unknown as Context, new Map(causes.map((id) => [id, []])));
  };

  it('is told with its cause while that is there', async () => {
    expect(await look('policy')).toMatchObject([
      { what: 'the controller lacks the permission elasticloadbalancing:CreateLoadBalancer' },
    ]);
    expect((await look('policy'))?.[0]).not.toHaveProperty('cure');
  });

  it('is touched when the cause is gone, since the next try is minutes away', async () => {
    const [finding] = (await look('crds')) ?? [];
    expect(finding?.fix).toMatch(/^kubectl annotate service web --namespace shop --overwrite/);
    expect(finding?.cure).toBeDefined();
  });
});

const found = (id: string, fix: string, extra: Partial<Found> = {}): Found => ({
  ...{ id, fix, what: id, evidence: [`seen at ${id}`], symptom: false },
  ...extra,
});

describe('findings', () => {
  it('of the same kind with the same thing to do are one, and symptoms are evidence of their cause', () => {
    const merged = merge([
      found('a', 'mend'),
      found('a', 'mend', { evidence: ['elsewhere'] }),
      found('b', 'mend'),
      found('c', 'mend', { symptom: true }),
      found('d', 'look', { symptom: true }),
    ]);
    expect(merged.map(({ id }) => id)).toEqual(['a', 'b', 'd']);
    expect(merged[0]?.evidence).toEqual(['seen at a', 'elsewhere', 'seen at c']);
  });

  it('are cured causes first, and what was tried is not tried again', () => {
    const cause = found('a', 'x', { cure: {} });
    const symptom = found('b', 'y', { cure: {}, symptom: true });
    const examination = { findings: [cause, symptom, found('c', 'z')], unknown: [], looked: [] };
    expect(curable(examination)).toEqual([cause]);
    expect(curable(examination, [cause])).toEqual([symptom]);
    expect(curable(examination, [cause, symptom])).toEqual([]);
  });
});

it('every diagnosis has a name of its own, and causes come before symptoms', () => {
  const ids = diagnoses.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const symptoms = diagnoses.map(({ symptom }) => symptom === true);
  expect(symptoms.lastIndexOf(false)).toBeLessThan(symptoms.indexOf(true));
});
