import { afterEach, describe, expect, it } from 'vitest';
import type { Call, Service } from '../../../sandbox/aws/service.ts';
import { createListener, createLoadBalancer, startBalancing } from './fixture.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function begin() {
  const balancing = await startBalancing();
  close = balancing.cloud.close;
  const ask = (service: Service, operation: string, input: object) => {
    const principal = {
      kind: 'role',
      arn: 'arn:aws:sts::123456789012:assumed-role/r/s',
      userId: 'AROA',
    } as const;
    const call: Call = {
      requestId: 'test',
      service: service.name,
      operation,
      region: balancing.region,
      principal,
    };
    return service.access?.[operation]?.(input, call);
  };
  return { ...balancing, ask };
}

const cluster = { 'elbv2.k8s.aws/cluster': 'lab' };
const tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: 'lab' }];

describe('IAM is asked', () => {
  it('about a new security group, and about tagging it while it is created', async () => {
    const { ask, ec2, vpcId } = await begin();
    const TagSpecifications = [{ ResourceType: 'security-group', Tags: tags }];
    const group = 'arn:aws:ec2:eu-west-1:123456789012:security-group/*';
    expect(ask(ec2, 'CreateSecurityGroup', { VpcId: vpcId, TagSpecifications })).toEqual([
      {
        resources: [{ arn: group }, { arn: `arn:aws:ec2:eu-west-1:123456789012:vpc/${vpcId}`, tags: {} }],
        requestTags: cluster,
      },
      {
        action: 'ec2:CreateTags',
        resources: [{ arn: group }],
        requestTags: cluster,
        conditions: { 'ec2:CreateAction': 'CreateSecurityGroup' },
      },
    ]);
  });

  it('about a security group with the tags that it carries', async () => {
    const { ask, ec2, region } = await begin();
    const [id = '', group] =
      [...ec2.region(region).securityGroups].find(([, { tags: own }]) => own.Name) ?? [];
    expect(ask(ec2, 'DeleteSecurityGroup', { GroupId: id })).toMatchObject([
      { resources: [{ arn: `arn:aws:ec2:eu-west-1:123456789012:security-group/${id}`, tags: group?.tags }] },
    ]);
  });

  it('about a new load balancer by the ARN that it will have', async () => {
    const { ask, elbv2 } = await begin();
    const arn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/web/*';
    expect(ask(elbv2, 'CreateLoadBalancer', { Name: 'web', Type: 'network', Tags: tags })).toEqual([
      { resources: [{ arn }], requestTags: cluster },
      {
        action: 'elasticloadbalancing:AddTags',
        resources: [{ arn }],
        requestTags: cluster,
        conditions: { 'elasticloadbalancing:CreateAction': 'CreateLoadBalancer' },
      },
    ]);
  });

  it('about the load balancer of a new listener and the listener that is tagged', async () => {
    const balancing = await begin();
    const { arn } = await createLoadBalancer(balancing);
    const listener = await createListener(balancing, arn, 'not-found');
    expect(
      balancing.ask(balancing.elbv2, 'CreateListener', { LoadBalancerArn: arn, Tags: tags }),
    ).toMatchObject([
      { resources: [{ arn, tags: cluster }] },
      { resources: [{ arn: listener.replace(/[^/]+$/, '*') }] },
    ]);
  });

  it('nothing about what does not exist, because the operation says so itself', async () => {
    const { ask, elbv2 } = await begin();
    expect(ask(elbv2, 'DeleteTargetGroup', { TargetGroupArn: 'arn:nothing' })).toEqual([]);
  });
});
