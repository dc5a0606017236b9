import { CreateRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, it } from 'vitest';
import type { PodListener, PodRequest } from '../../../sandbox/kubernetes/network.ts';
import {
  createListener,
  createLoadBalancer,
  createTargetGroup,
  get,
  healthOf,
  openPods,
  openToAll,
  register,
  sample,
  startBalancing,
  startPod,
  waitForActive,
} from './fixture.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function begin(type: 'application' | 'network', scheme?: 'internal') {
  const balancing = await startBalancing();
  close = balancing.cloud.close;
  const made = await createLoadBalancer(balancing, { Type: type, Scheme: scheme });
  const protocol = type === 'application' ? 'HTTP' : 'TCP';
  const targetGroup = await createTargetGroup(balancing, protocol);
  const serve = async (...listeners: (PodListener | undefined)[]) => {
    const addresses = listeners.map((listener, index) =>
      startPod(balancing, index % 2 === 0 ? 0 : 1, listener),
    );
    await register(balancing, targetGroup, ...addresses);
    return addresses;
  };
  const ask = (path: string, port = 80) =>
    balancing.elbv2.routeRequest(made.host, port, get(path, made.host));
  const settle = (state: string) =>
    expect.poll(async () => new Set(await healthOf(balancing, targetGroup))).toEqual(new Set([state]));
  return { ...balancing, ...made, protocol, targetGroup, serve, ask, settle } as const;
}

describe('a name', () => {
  it('does not resolve before its load balancer is active, nor if nobody has it', async () => {
    const balancing = await begin('application');
    await openToAll(balancing);
    await createListener(balancing, balancing.arn, 'not-found');
    await expect.poll(() => balancing.ask('/')).toMatchObject({ status: 404 });
    expect(await balancing.elbv2.routeRequest('example.com', 80, get('/'))).toBe('unknown-host');
  });
});

describe('an application load balancer', () => {
  it('sends requests by its rules, in turn, to healthy pods', async () => {
    const balancing = await begin('application');
    await openToAll(balancing);
    await openPods(balancing);
    const seen: PodRequest[] = [];
    const noting: PodListener = {
      handle: (request) => {
        seen.push(request);
        return sample('Hello version: v1').handle(request);
      },
    };
    const listener = await createListener(balancing, balancing.arn, 'not-found');
    await balancing.elb.send(
      new CreateRuleCommand({
        ListenerArn: listener,
        Priority: 1,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/hello'] } }],
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: { TargetGroups: [{ TargetGroupArn: balancing.targetGroup }] },
          },
        ],
      }),
    );
    await balancing.serve(noting, noting);
    await balancing.settle('healthy');
    const answer = await balancing.ask('/hello');
    expect(answer).toMatchObject({ status: 200, body: 'Hello version: v1' });
    expect(seen.at(-1)?.headers).toMatchObject({ 'x-forwarded-port': '80', 'x-forwarded-proto': 'http' });
    expect(await balancing.ask('/other')).toMatchObject({ status: 404, headers: { server: 'awselb/2.0' } });
  });

  it('answers 503 without targets', async () => {
    const balancing = await begin('application');
    await openToAll(balancing);
    await createListener(balancing, balancing.arn, balancing.targetGroup);
    await waitForActive(balancing, balancing.arn);
    expect(await balancing.ask('/hello')).toMatchObject({
      status: 503,
      body: expect.stringContaining('503 Service Temporarily Unavailable'),
    });
  });

  it('tries unhealthy pods when it has no others: 502 where nothing listens', async () => {
    const balancing = await begin('application');
    await openToAll(balancing);
    await openPods(balancing);
    await createListener(balancing, balancing.arn, balancing.targetGroup);
    await balancing.serve(undefined);
    await balancing.settle('unhealthy Target.FailedHealthChecks');
    expect(await balancing.ask('/hello')).toMatchObject({ status: 502 });
  });

  it('answers 504 for pods behind a closed security group', async () => {
    const balancing = await begin('application');
    await openToAll(balancing);
    await createListener(balancing, balancing.arn, balancing.targetGroup);
    await balancing.serve(sample('v1'));
    await balancing.settle('unhealthy Target.Timeout');
    expect(await balancing.ask('/hello')).toMatchObject({ status: 504 });
  });
});

describe('a network load balancer', () => {
  it('lets the pod answer, whatever the path', async () => {
    const balancing = await begin('network');
    await openToAll(balancing);
    await openPods(balancing);
    await createListener(balancing, balancing.arn, balancing.targetGroup, 'TCP');
    await balancing.serve(sample('Hello version: v1'));
    await balancing.settle('healthy');
    expect(await balancing.ask('/hello')).toMatchObject({ status: 200, body: 'Hello version: v1' });
    expect(await balancing.ask('/other')).toMatchObject({ status: 404, body: 'not found' });
  });

  it('resets the connection without targets', async () => {
    const balancing = await begin('network');
    await openToAll(balancing);
    await createListener(balancing, balancing.arn, balancing.targetGroup, 'TCP');
    await waitForActive(balancing, balancing.arn);
    expect(await balancing.ask('/hello')).toBe('reset');
  });
});

describe('from the internet', () => {
  it('nothing passes a security group that does not let it in', async () => {
    const balancing = await begin('application');
    await createListener(balancing, balancing.arn, 'not-found');
    await waitForActive(balancing, balancing.arn);
    expect(await balancing.ask('/')).toBe('timed-out');
    await openToAll(balancing);
    expect(await balancing.ask('/')).toMatchObject({ status: 404 });
    expect(await balancing.ask('/', 8080)).toBe('timed-out');
  });

  it('an internal load balancer is not reached', async () => {
    const balancing = await begin('application', 'internal');
    await openToAll(balancing);
    await createListener(balancing, balancing.arn, 'not-found');
    await waitForActive(balancing, balancing.arn);
    expect(await balancing.ask('/')).toBe('timed-out');
  });
});
