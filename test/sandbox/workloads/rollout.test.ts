import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowance, rollingStep } from '../../../sandbox/kubernetes/controllers/rollout.ts';
import type { Deployment, ReplicaSet } from '../../../sandbox/kubernetes/controllers/types.ts';

const template = { spec: { containers: [] } };

const deployment = (
  replicas: number,
  maxSurge: number | string,
  maxUnavailable: number | string,
): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'demo' },
  spec: { replicas, selector: {}, template, strategy: { rollingUpdate: { maxSurge, maxUnavailable } } },
});

const replicaSet = (name: string, replicas: number): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name },
  spec: { replicas, selector: {}, template },
  status: { replicas, availableReplicas: replicas },
});

describe('the allowance of a rolling update', () => {
  it('rounds surge up and unavailability down', () => {
    expect(allowance(deployment(3, '25%', '25%'))).toEqual({ surge: 1, unavailable: 0 });
    expect(allowance(deployment(10, '25%', '25%'))).toEqual({ surge: 3, unavailable: 2 });
  });

  it('lets at least one pod be missing when nothing may be added', () => {
    expect(allowance(deployment(2, 0, 0))).toEqual({ surge: 0, unavailable: 1 });
  });
});

describe('a rolling update', () => {
  it('reaches its end within its allowance, whatever the numbers', () => {
    const numbers = fc.record({
      replicas: fc.integer({ min: 0, max: 12 }),
      old: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 }),
      surge: fc.integer({ min: 0, max: 4 }),
      unavailable: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(numbers, ({ replicas, old, surge, unavailable }) => {
        const rolled = deployment(replicas, surge, unavailable);
        const newSet = replicaSet('new', 0);
        const oldSets = old.map((count, index) => replicaSet(`old-${index}`, count));
        const sets = [newSet, ...oldSets];
        const total = () => sets.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0);
        const limit = Math.max(total(), replicas + allowance(rolled).surge);
        for (let step = 0; step < 200; step++) {
          const scalings = rollingStep(rolled, newSet, oldSets);
          if (scalings.length === 0) break;
          for (const { set, replicas: wanted } of scalings) {
            set.spec.replicas = wanted;
            set.status = { replicas: wanted, availableReplicas: wanted };
          }
          expect(total()).toBeLessThanOrEqual(limit);
        }
        expect(newSet.spec.replicas).toBe(replicas);
        expect(total()).toBe(replicas);
      }),
    );
  });
});
