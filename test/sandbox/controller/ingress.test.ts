import {
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allPages } from '../../../sandbox/controller/aws/list.ts';
import type { Ingress } from '../../../sandbox/controller/kube/types.ts';
import { type Lab, soon, startLab } from './lab.ts';
import { clusterService, ingress, ingressClass } from './sample.ts';

const resource = 'ingresses.networking.k8s.io';
const classes = 'ingressclasses.networking.k8s.io';
const prefix = 'alb.ingress.kubernetes.io';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ speed: 1000, pageSize: 2 });
  await lab.install();
  await lab.deploySample();
  await lab.client.create('services', clusterService());
}, 60_000);
afterAll(() => lab.stop());

const remove = async (name: string): Promise<void> => {
  await lab.client.delete(resource, name, 'sample');
  await lab.gone(resource, name);
};
const eventually = (name: string, text: string): Promise<void> =>
  soon(async () => expect(await lab.events(name)).toContainEqual(expect.stringContaining(text)));

const loadBalancers = () =>
  allPages(paginateDescribeLoadBalancers({ client: lab.elbv2 }, {}), (page) => page.LoadBalancers);

/** The rules of the one load balancer there is, as `PORT:PRIORITY PATH`. */
async function rules(): Promise<string[]> {
  const client = { client: lab.elbv2 };
  const [only, ...others] = await loadBalancers();
  expect(others).toEqual([]);
  const { LoadBalancerArn } = only ?? {};
  const listeners = await allPages(
    paginateDescribeListeners(client, { LoadBalancerArn }),
    (page) => page.Listeners,
  );
  const told = [];
  for (const { ListenerArn, Port } of listeners) {
    const present = await allPages(paginateDescribeRules(client, { ListenerArn }), (page) => page.Rules);
    for (const { IsDefault, Priority, Conditions } of present) {
      if (!IsDefault) told.push(`${Port}:${Priority} ${Conditions?.[0]?.PathPatternConfig?.Values}`);
    }
  }
  return told.sort();
}

describe('an Ingress', () => {
  it('gets a load balancer with a name that only its own name decides', async () => {
    await lab.client.create(resource, ingress());
    const host = await lab.hostname(resource, 'helloworld');
    expect(host).toMatch(/^k8s-sample-hellowor-cc0d73bbee-/);
    const found = await lab.get<Ingress>(resource, 'helloworld');
    expect(found?.metadata.finalizers).toEqual(['ingress.k8s.aws/resources']);
    expect(found?.status?.loadBalancer?.ingress).toMatchObject([{ hostname: host, ports: [{ port: 80 }] }]);
    expect(await rules()).toEqual(['80:1 /hello']);
    await eventually('helloworld', 'SuccessfullyReconciled: Successfully reconciled');
    await remove('helloworld');
    expect(await lab.securityGroups()).not.toContain('k8s-traffic-lab-a51146d380');
  });

  it.each([
    ['target-type', 'pod', 'ingress: sample/bad: unknown targetType: pod'],
    ['scheme', 'public', 'unknown scheme: public'],
    ['listen-ports', '[{HTTP:80}]', 'failed to parse listen-ports configuration: `[{HTTP:80}]`'],
    ['wafv2-acl-arn', 'arn:aws:wafv2:x', 'not emulate'],
  ])('with the wrong %s is accepted and told so in an event', async (suffix, value, text) => {
    await lab.client.create(resource, ingress('bad', { [`${prefix}/${suffix}`]: value }));
    await eventually('bad', `FailedBuildModel: Failed build model due to `);
    await eventually('bad', text);
    expect((await lab.get(resource, 'bad'))?.metadata.finalizers).toEqual(['ingress.k8s.aws/resources']);
    await remove('bad');
  });

  it('that leads to a Service which does not exist is reconciled all the same', async () => {
    const lonely = ingress('lonely') as Ingress;
    const path = {
      path: '/',
      pathType: 'Prefix',
      backend: { service: { name: 'none', port: { number: 80 } } },
    };
    lonely.spec = { ...lonely.spec, rules: [{ http: { paths: [path] } }] };
    await lab.client.create(resource, lonely);
    await eventually('lonely', 'SuccessfullyReconciled');
    await remove('lonely');
  });

  it('of a class that does not exist is refused', async () => {
    const wrong = ingress('wrong') as Ingress;
    wrong.spec = { ...wrong.spec, ingressClassName: 'nosuch' };
    await expect(lab.client.create(resource, wrong)).rejects.toThrow(
      'admission webhook "vingress.elbv2.k8s.aws" denied the request: invalid ingress class: IngressClass.networking.k8s.io "nosuch" not found',
    );
  });
});

describe('Ingresses of a group', () => {
  const shared = (order: number) => ({
    [`${prefix}/group.name`]: 'shared-demo',
    [`${prefix}/group.order`]: String(order),
  });

  it('share one load balancer, with their rules in their order, and leave it one by one', async () => {
    await lab.client.create(resource, ingress('one', shared(2), '/one'));
    await lab.client.create(
      resource,
      ingress('two', { ...shared(1), [`${prefix}/listen-ports`]: '[{"HTTP":80},{"HTTP":8080}]' }, '/two'),
    );
    await soon(async () => expect(await rules()).toEqual(['8080:1 /two', '80:1 /two', '80:2 /one']));
    const host = await lab.hostname(resource, 'one');
    expect(host).toMatch(/^k8s-shareddemo-116a6bff27-/);
    await soon(async () => {
      const { status } = (await lab.get<Ingress>(resource, 'one')) as Ingress;
      expect(status?.loadBalancer?.ingress?.[0]?.ports?.map(({ port }) => port)).toEqual([80, 8080]);
    });
    expect(await lab.get(resource, 'one')).toMatchObject({
      metadata: { finalizers: ['group.ingress.k8s.aws/shared-demo'] },
    });
    await remove('two');
    expect(await rules()).toEqual(['80:1 /one']);
    await remove('one');
    expect(await loadBalancers()).toEqual([]);
  });
});

describe('an Ingress that has lost its class', () => {
  beforeEach(async () => {
    await lab.client.create(resource, ingress('left'));
    await lab.hostname(resource, 'left');
  });

  it('stays for ever, although its load balancer goes, until the class is back', async () => {
    await lab.client.delete(classes, 'alb-ingress');
    await eventually(
      'left',
      'FailedLoadGroupID: failed load groupID due to invalid ingress class: IngressClass.networking.k8s.io "alb-ingress" not found',
    );
    await lab.client.delete(resource, 'left', 'sample');
    await soon(async () => expect(await loadBalancers()).toEqual([]));
    const pull = lab.client.patch(resource, 'left', 'sample', { metadata: { finalizers: null } });
    await expect(pull).rejects.toThrow('denied the request: invalid ingress class');
    expect(await lab.get(resource, 'left')).toBeDefined();
    await lab.client.create(classes, ingressClass);
    await lab.gone(resource, 'left');
  });
});
