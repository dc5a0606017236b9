import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { type Billed, billedKinds } from '../../src/cost/billed.ts';
import { describeEstimate, describeRate, estimate } from '../../src/cost/estimate.ts';
import { costOfLeftover } from '../../src/cost/leftovers.ts';
import { type PricedItem, priceOf } from '../../src/cost/prices.ts';
import { steps } from '../../src/steps/list.ts';

const cluster: readonly Billed[] = [
  { kind: 'eksCluster', count: 1 },
  { kind: 'natGateway', count: 1 },
  { kind: 'publicIpv4', count: 1 },
  { kind: 'fargatePod', count: 2 },
];

it('adds equal things up, and prices them per hour and day', () => {
  const found = estimate([...cluster, { kind: 'publicIpv4', count: 3 }], 'ap-northeast-1');
  expect(found.lines.map(({ what }) => what)).toEqual([
    '1 EKS control plane',
    '1 NAT gateway',
    '4 public IPv4 addresses',
    '2 Fargate pods of 0.25 vCPU and 0.5 GB',
  ]);
  const hourly = 0.1 + 0.062 + 4 * 0.005 + 2 * (0.25 * 0.05056 + 0.5 * 0.00553);
  expect(found.hourly).toBeCloseTo(hourly, 10);
  expect(describeRate(found)).toBe(
    `about $${hourly.toFixed(2)} per hour, $${(hourly * 24).toFixed(2)} per day`,
  );
});

it('says what is unknown, in the lines and in the sum', () => {
  const found = estimate(cluster, 'eu-west-1');
  expect(describeEstimate(found, 'eu-west-1').join('\n')).toMatch(/1 NAT gateway +unknown/);
  expect(describeRate(found)).toMatch(
    /^more than \$0\.1[01] per hour, .* the price of 1 NAT gateway and 2 Fargate pods/,
  );
  expect(describeRate(estimate([{ kind: 'natGateway', count: 1 }], 'eu-west-1'))).toBe('unknown');
});

describe('prices', () => {
  it('of the commercial regions are not taken for those of others', () => {
    expect(priceOf('eksCluster', 'eu-west-1')).toBe(0.1);
    for (const region of ['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1'])
      expect(priceOf('eksCluster', region), region).toBeUndefined();
  });

  it.each(['us-east-1', 'ap-northeast-1'])('of everything that a run makes are known in %s', (region) => {
    for (const { items } of Object.values(billedKinds))
      for (const item of Object.keys(items))
        expect(priceOf(item as PricedItem, region), item).toBeGreaterThan(0);
  });
});

it('everything billed belongs to a step that makes and removes something', () => {
  const billing = steps.filter(({ bills }) => bills);
  expect(billing.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['cluster', 'release', 'sample-nlb', 'sample-alb', 'binding-load-balancer']),
  );
  for (const { id, apply, remove } of billing) expect(apply && remove, id).toBeTruthy();
});

it('an internal load balancer has no public addresses', async () => {
  const bills = async (scheme: string) => {
    const annotations = { nlb: {}, alb: { 'alb.ingress.kubernetes.io/scheme': scheme } };
    const context = { config: { region: 'us-east-1', annotations } } as unknown as Context;
    return steps.find(({ id }) => id === 'sample-alb')?.bills?.(context);
  };
  expect(await bills('internet-facing')).toContainEqual({ kind: 'publicIpv4', count: 2 });
  expect((await bills('internal'))?.map(({ kind }) => kind)).toEqual([
    'applicationLoadBalancer',
    'fargatePod',
  ]);
});

it('leftovers show what they cost, where they cost by the hour', () => {
  const cost = (kind: string, id: string) => costOfLeftover({ kind, id, remove: '' }, 'us-east-1');
  expect(cost('NAT gateway', 'nat-1')).toBe('about $0.04 per hour, $1.08 per day');
  expect(cost('Load balancer', 'arn:aws:elasticloadbalancing:r:1:loadbalancer/net/a/b')).toMatch(
    /^about \$0\.02/,
  );
  expect(cost('VPC', 'vpc-1')).toBeUndefined();
});
