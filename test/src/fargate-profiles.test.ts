import type { Stack } from '@aws-sdk/client-cloudformation';
import type { FargateProfile } from '@aws-sdk/client-eks';
import { EKSClient } from '@aws-sdk/client-eks';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { mark, markTags } from '../../src/ownership.ts';
import { ReadCache } from '../../src/read-cache.ts';
import { createSampleProfile, createSystemProfile } from '../../src/steps/create-fargate-profiles.ts';
import type { KubeObject } from '../../src/tools/kubectl.ts';
import { carryOut } from '../../src/writes.ts';

const owner = { cluster: 'shop', region: 'ap-northeast-1' };

/** An adopted cluster: what it has, and what was deleted of it. */
interface Shop {
  profiles: FargateProfile[];
  stacks: Stack[];
  nodes: Partial<KubeObject>[];
  readonly deleted: string[];
}

let shop: Shop;
beforeEach(() => {
  shop = { profiles: [], stacks: [], nodes: [], deleted: [] };
});

const absent = (name: string, message: string): Error => Object.assign(new Error(message), { name });

type Input = { readonly fargateProfileName?: string; readonly StackName?: string };

const answers: Readonly<Record<string, (input: Input) => object>> = {
  DescribeCluster: () => ({ cluster: { name: 'shop', status: 'ACTIVE', tags: {} } }),
  ListFargateProfiles: () => ({
    fargateProfileNames: shop.profiles.map(({ fargateProfileName }) => fargateProfileName),
  }),
  DescribeFargateProfile: ({ fargateProfileName: name }) => {
    const fargateProfile = shop.profiles.find((one) => one.fargateProfileName === name);
    if (!fargateProfile) throw absent('ResourceNotFoundException', 'no profile');
    return { fargateProfile };
  },
  DeleteFargateProfile: ({ fargateProfileName: name = '' }) => {
    shop.deleted.push(name);
    shop.profiles = shop.profiles.filter((one) => one.fargateProfileName !== name);
    return {};
  },
  DescribeStacks: ({ StackName }) => {
    const found = shop.stacks.filter((one) => one.StackName === StackName);
    if (found.length === 0) throw absent('ValidationError', `Stack ${StackName} does not exist`);
    return { Stacks: found };
  },
  DeleteStack: ({ StackName = '' }) => {
    shop.deleted.push(StackName);
    shop.stacks = shop.stacks.filter((one) => one.StackName !== StackName);
    return {};
  },
};

function adopting(): Context {
  const send = async (command: { constructor: { name: string }; input: Input }) =>
    answers[command.constructor.name.replace('Command', '')]?.(command.input);
  return {
    config: { ...owner, fargateProfile: 'sample-app', namespace: 'sample' },
    aws: {
      eks: Object.assign(new EKSClient({ region: owner.region }), { send }),
      cloudFormation: { send },
    },
    kubectl: { list: async () => shop.nodes },
    reads: new ReadCache(),
    writes: carryOut(),
    signal: new AbortController().signal,
  } as unknown as Context;
}

const profile = (name: string, namespace: string, more: Partial<FargateProfile> = {}): FargateProfile => ({
  fargateProfileName: name,
  status: 'ACTIVE',
  selectors: [{ namespace }],
  ...more,
});
const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };

describe('the profile of the samples on an adopted cluster', () => {
  it('is made when pods of the namespace would run nowhere', async () => {
    shop.profiles = [profile('platform', 'kube-system')];
    expect(await createSampleProfile.check(adopting())).toMatchObject({ status: 'absent' });
  });

  it.each([
    ['a profile of others', { profiles: [profile('all', '*')] }, 'Fargate profile all'],
    ['nodes', { nodes: [ready, ready] }, '2 nodes'],
  ])('is not needed where there is %s', async (_, there, compute) => {
    Object.assign(shop, there);
    const found = await createSampleProfile.check(adopting());
    expect(found).toMatchObject({ status: 'foreign', fits: true, evidence: `sample runs on ${compute}` });
  });

  it('is not made under a name that is taken, and a failed one of others is not removed', async () => {
    shop.profiles = [profile('sample-app', 'other', { status: 'CREATE_FAILED' })];
    const found = await createSampleProfile.check(adopting());
    expect(found).toMatchObject({ status: 'foreign', fits: false, fix: 'use another --fargate-profile' });
    await createSampleProfile.remove?.(adopting(), found);
    expect(shop.deleted).toEqual([]);
  });

  it('goes with the role that eksctl made for it, and with no role of others', async () => {
    const StackName = 'eksctl-shop-fargate';
    shop.profiles = [profile('sample-app', 'sample', { tags: mark(owner, 'Fargate profile') })];
    shop.stacks = [{ StackName, Tags: markTags(owner) } as Stack];
    const found = await createSampleProfile.check(adopting());
    expect(found.status).toBe('ready');
    await createSampleProfile.remove?.(adopting(), found);
    expect(shop.deleted).toEqual(['sample-app', StackName]);

    shop.stacks = [{ StackName, Tags: markTags(owner) } as Stack];
    expect(await createSampleProfile.check(adopting())).toMatchObject({ status: 'drifted' });
    shop.stacks = [{ StackName, Tags: [] } as unknown as Stack];
    const clean = await createSampleProfile.check(adopting());
    expect(clean.status).toBe('absent');
    await createSampleProfile.remove?.(adopting(), clean);
    expect(shop.deleted).toEqual(['sample-app', StackName]);
  });
});

it('no profile of kube-system is made on an adopted cluster: its CoreDNS would be moved', async () => {
  const found = await createSystemProfile.check(adopting());
  expect(found).toMatchObject({ status: 'foreign', fits: false });
  expect(found.fix).toContain('eksctl create fargateprofile --cluster shop');
});
