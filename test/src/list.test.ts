import { expect, it } from 'vitest';
import { steps } from '../../src/steps/list.ts';

it('every step comes after the steps that it needs', () => {
  const seen = new Set<string>();
  for (const { id, needs } of steps) {
    for (const need of needs) expect(seen, `${id} needs ${need}`).toContain(need);
    expect(seen).not.toContain(id);
    seen.add(id);
  }
});

it('removal takes load balancers before class, namespace, release, role, shared security group and cluster', () => {
  const order = ['cluster', 'controller-resources', 'release', 'ingress-class', 'sample-alb'];
  const needs = (id: string): Set<string> => {
    const direct = steps.find((step) => step.id === id)?.needs ?? [];
    return new Set([...direct, ...direct.flatMap((need) => [...needs(need)])]);
  };
  for (const [index, id] of order.entries()) {
    for (const later of order.slice(index + 1)) expect(needs(later), `${later} needs ${id}`).toContain(id);
  }
  expect(needs('sample-nlb')).toContain('release');
  expect(needs('sample-alb')).toContain('namespace');
  expect(needs('namespace')).toContain('sample-profile');
  expect(needs('release')).toContain('service-account');
  expect(needs('service-account')).toContain('policy');
});

it('removal takes the binding before its target group, and both before the cluster', () => {
  const needs = (id: string) => steps.find((step) => step.id === id)?.needs;
  expect(needs('sample-tgb')).toContain('binding-load-balancer');
  expect(needs('sample-tgb')).toContain('controller');
  expect(needs('binding-load-balancer')).toContain('cluster');
});
