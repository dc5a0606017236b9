import { readFile } from 'node:fs/promises';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TargetGroupBinding } from '../../../sandbox/controller/kube/types.ts';
import type { RecordedCall } from '../../../sandbox/record.ts';
import { type Lab, soon, startLab } from './lab.ts';
import { clusterService, ingress, networkService } from './sample.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What was distilled from a recording of the real controller. */
interface Golden {
  readonly source: string;
  readonly create: readonly string[];
  readonly delete: readonly string[];
  readonly created: readonly { call: string; name?: string; tags: Record<string, string> }[];
}

const golden = async (name: string): Promise<Golden> =>
  JSON.parse(await readFile(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));

/** Calls that a process makes or not, depending on what it remembers and since when. */
const remembered = [
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVpcs',
  'ec2:DescribeSecurityGroups',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetHealth',
];
const always = (calls: readonly string[]): string[] => calls.filter((call) => !remembered.includes(call));

/** What was sent to be created, told like the recording's. */
function creation({ call, input }: RecordedCall) {
  const { GroupName, Name, Tags, TagSpecifications } = input as {
    GroupName?: string;
    Name?: string;
    Tags?: Tag[];
    TagSpecifications?: { Tags: Tag[] }[];
  };
  const tags = Object.fromEntries(
    (Tags ?? TagSpecifications?.[0]?.Tags ?? []).map(({ Key, Value }) => [Key, Value]),
  );
  const name = GroupName ?? Name;
  return name === undefined ? { call, tags } : { call, tags, name };
}

/** Names that contain the UID of a Service differ from one run to the next. */
const withoutHash = <T extends { name?: string }>(made: T): T =>
  made.name === undefined ? made : { ...made, name: made.name.replace(/^(k8s-sample-\w+)-\w+$/, '$1') };

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ speed: 300 });
  await lab.install();
  await lab.deploySample();
}, 60_000);
afterAll(() => lab.stop());

/** Runs one load balancer up and down; gives the controller's successful calls of both halves. */
async function cycle(up: () => Promise<void>, down: () => Promise<void>) {
  const start = lab.calls().length;
  await up();
  await soon(async () => {
    expect(
      lab
        .calls()
        .slice(start)
        .some(({ call }) => call.endsWith(':RegisterTargets')),
    ).toBe(true);
    expect(await lab.client.list('targetgroupbindings.elbv2.k8s.aws')).toMatchObject([
      { status: { observedGeneration: 1 } },
    ]);
  });
  const middle = lab.calls().length;
  await down();
  const done = lab.calls().filter(({ status }) => status < 400);
  const ends = lab.calls()[middle]?.sequence ?? Number.POSITIVE_INFINITY;
  const from = lab.calls()[start]?.sequence ?? 0;
  return {
    created: done.filter(({ sequence }) => sequence >= from && sequence < ends),
    deleted: done.filter(({ sequence }) => sequence >= ends),
  };
}

const names = (calls: readonly RecordedCall[]): string[] => calls.map(({ call }) => call);

/** The first pass ends where interfaces still hold the security group up, which the recording's AWS did not emulate. */
const firstPass = (calls: readonly string[]): string[] =>
  calls.slice(0, calls.indexOf('elasticloadbalancing:DeleteTargetGroup') + 1);

describe('the calls for a load balancer', () => {
  it('are those of the recorded Network Load Balancer', async () => {
    const expected = await golden('golden-nlb-cycle');
    const { created, deleted } = await cycle(
      async () => {
        await lab.client.create('services', networkService());
        await lab.hostname('services', 'helloworld');
      },
      async () => {
        await lab.client.delete('services', 'helloworld', 'sample');
        await lab.gone('services', 'helloworld');
      },
    );
    expect(names(created).slice(0, expected.create.length)).toEqual(expected.create);
    expect(firstPass(always(names(deleted)))).toEqual(firstPass(always(expected.delete)));
    expect(names(deleted).slice(-2)).toEqual(['ec2:DeleteSecurityGroup', 'ec2:DeleteSecurityGroup']);
    const made = created.filter(({ call }) => /:Create/.test(call)).map(creation);
    expect(made.map(withoutHash)).toEqual(expected.created.map(withoutHash));
  });

  it('are those of the recorded Application Load Balancer', async () => {
    const expected = await golden('golden-alb-cycle');
    await lab.client.create('services', clusterService());
    const { created, deleted } = await cycle(
      async () => {
        await lab.client.create('ingresses.networking.k8s.io', ingress());
        await lab.hostname('ingresses.networking.k8s.io', 'helloworld');
      },
      async () => {
        await lab.client.delete('ingresses.networking.k8s.io', 'helloworld', 'sample');
        await lab.gone('ingresses.networking.k8s.io', 'helloworld');
      },
    );
    const made = created.filter(({ call }) => /:Create/.test(call)).map(creation);
    const stable = ({ call }: { call: string }): boolean => !call.endsWith(':CreateTargetGroup');
    expect(made.filter(stable)).toEqual(expected.created.filter(stable));
    expect(made.map(withoutHash)).toEqual(expected.created.map(withoutHash));
    expect(always(names(created))).toEqual(always(expected.create));
    expect(firstPass(always(names(deleted)))).toEqual(firstPass(always(expected.delete)));
    expect(names(deleted).slice(-2)).toEqual(['ec2:DeleteSecurityGroup', 'ec2:DeleteSecurityGroup']);
  });
});

describe('a pass that finds nothing to do', () => {
  const steady = async (name: string): Promise<string[]> =>
    JSON.parse(await readFile(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')).calls;

  it.each([
    ['services', 'steady-nlb', networkService('steady')],
    ['ingresses.networking.k8s.io', 'steady-alb', ingress('steady')],
  ])('over one of the %s asks what the recorded one asked', async (resource, fixture, object) => {
    await lab.client.create(resource, object);
    await lab.hostname(resource, 'steady');
    await soon(async () => {
      const { LoadBalancers } = await lab.elbv2.send(new DescribeLoadBalancersCommand({}));
      expect(LoadBalancers?.map(({ State }) => State?.Code)).toEqual(['active']);
      const [binding] = (await lab.client.list('targetgroupbindings.elbv2.k8s.aws')) as TargetGroupBinding[];
      expect(binding?.status?.observedGeneration).toBe(1);
    });
    const start = lab.calls().length;
    const touch = { metadata: { annotations: { touched: 'yes' } } };
    await lab.client.patch(resource, 'steady', 'sample', touch);
    const expected = always(await steady(fixture));
    await soon(async () => expect(always(names(lab.calls().slice(start)))).toEqual(expected));
    await lab.client.delete(resource, 'steady', 'sample');
    await lab.gone(resource, 'steady');
  });
});
