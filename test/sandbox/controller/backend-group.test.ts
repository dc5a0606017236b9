import {
  CreateSecurityGroupCommand,
  type DeleteSecurityGroupCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { createClock } from '../../../sandbox/clock.ts';
import type { KubeCache } from '../../../sandbox/controller/kube/cache.ts';
import type { KubeObject } from '../../../sandbox/controller/kube/types.ts';
import { createLogger } from '../../../sandbox/controller/log.ts';
import { createBackendSecurityGroup } from '../../../sandbox/controller/networking/backend-security-group.ts';
import type { SecurityGroups } from '../../../sandbox/controller/networking/security-groups.ts';
import { readConfig } from '../../../sandbox/controller/process/config.ts';
import { createFaultList } from '../../../sandbox/faults.ts';

/** The provider in front of a cache that shows these Services, and the groups that exist. */
function provider(services: string[]) {
  const clock = createClock(1000);
  const groups = new Set<string>();
  const ec2 = {
    send: async (command: CreateSecurityGroupCommand | DeleteSecurityGroupCommand) => {
      if (command instanceof CreateSecurityGroupCommand) groups.add('sg-1');
      else groups.delete(command.input.GroupId ?? '');
      return { GroupId: 'sg-1' };
    },
  } as unknown as EC2Client;
  const shown = (): KubeObject[] =>
    services.map((name) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'sample', finalizers: ['service.k8s.aws/resources'] },
    }));
  const group = createBackendSecurityGroup({
    config: readConfig(['--cluster-name=lab']),
    vpcId: 'vpc-1',
    ec2,
    securityGroups: { byRequest: async () => [] } as unknown as SecurityGroups,
    cache: { services: { list: shown }, ingresses: { list: () => [] } } as unknown as KubeCache,
    clock,
    faults: createFaultList(),
    signal: new AbortController().signal,
    log: createLogger(clock, () => undefined),
  });
  return { group, groups };
}

describe('the shared security group', () => {
  it('is made once, and goes when nobody needs it any more', async () => {
    const services = ['a', 'b'];
    const { group, groups } = provider(services);
    const ids = await Promise.all([group.get('service', ['sample/a']), group.get('service', ['sample/b'])]);
    expect(ids).toEqual(['sg-1', 'sg-1']);
    await group.release('service', ['sample/a']);
    services.shift();
    expect(groups.size).toBe(1);
    await group.release('service', ['sample/b']);
    expect(groups.size).toBe(0);
  });

  it('is left behind when the cache still shows the finalizer of one that has released it', async () => {
    const { group, groups } = provider(['a', 'b']);
    await group.get('service', ['sample/a']);
    await group.get('service', ['sample/b']);
    await group.release('service', ['sample/a']);
    // The finalizer of `a` is gone by now, but the cache has not heard of it.
    await group.release('service', ['sample/b']);
    expect(groups.size).toBe(1);
  });

  it('is left behind by a Service that asked for it and was never understood', async () => {
    const { group, groups } = provider([]);
    await group.get('service', ['sample/bad']);
    await group.get('service', ['sample/good']);
    await group.release('service', ['sample/good']);
    expect(groups.size).toBe(1);
  });
});
