import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, it } from 'vitest';
import { known } from '../ec2/fixture.ts';
import { createListener, createLoadBalancer, createTargetGroup, startBalancing } from './fixture.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function begin() {
  const balancing = await startBalancing();
  close = balancing.cloud.close;
  const { arn } = await createLoadBalancer(balancing);
  const listener = await createListener(balancing, arn, 'not-found');
  const targetGroup = await createTargetGroup(balancing, 'HTTP');
  const forward: Action = {
    Type: 'forward',
    Order: 1,
    ForwardConfig: { TargetGroups: [{ TargetGroupArn: targetGroup }] },
  };
  const createRule = async (Priority: number, path: string) => {
    const { Rules } = await balancing.elb.send(
      new CreateRuleCommand({
        ListenerArn: listener,
        Priority,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
        Actions: [forward],
      }),
    );
    return known(Rules?.[0]?.RuleArn);
  };
  const priorities = async () => {
    const { Rules } = await balancing.elb.send(new DescribeRulesCommand({ ListenerArn: listener }));
    return Object.fromEntries((Rules ?? []).map((rule) => [rule.RuleArn, rule.Priority]));
  };
  return { ...balancing, loadBalancer: arn, listener, targetGroup, createRule, priorities };
}

describe('rules', () => {
  it('come before the default one', async () => {
    const { elb, listener, createRule } = await begin();
    const rule = await createRule(1, '/hello');
    expect(rule).toMatch(/:listener-rule\/app\/[^/]+\/\w+\/\w+\/\w+$/);
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listener }));
    expect(Rules?.map(({ Priority }) => Priority).sort()).toEqual(['1', 'default']);
    expect(Rules?.find(({ Priority }) => Priority === '1')).toMatchObject({
      Conditions: [{ Values: ['/hello'], PathPatternConfig: { Values: ['/hello'] } }],
      IsDefault: false,
    });
  });

  it('have priorities of their own', async () => {
    const { createRule } = await begin();
    await createRule(1, '/hello');
    await expect(createRule(1, '/other')).rejects.toMatchObject({
      name: 'PriorityInUseException',
      message: "Priority '1' is currently in use",
    });
  });

  it('may swap their priorities in one call', async () => {
    const { elb, createRule, priorities } = await begin();
    const one = await createRule(1, '/one');
    const two = await createRule(2, '/two');
    await elb.send(
      new SetRulePrioritiesCommand({
        RulePriorities: [
          { RuleArn: one, Priority: 2 },
          { RuleArn: two, Priority: 1 },
        ],
      }),
    );
    expect(await priorities()).toMatchObject({ [one]: '2', [two]: '1' });
    await expect(
      elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: one, Priority: 1 }] })),
    ).rejects.toMatchObject({ name: 'PriorityInUseException' });
  });

  it('are deleted, all but the default one', async () => {
    const { elb, createRule, priorities } = await begin();
    await elb.send(new DeleteRuleCommand({ RuleArn: await createRule(1, '/hello') }));
    const [fallback = ''] = Object.keys(await priorities());
    await expect(elb.send(new DeleteRuleCommand({ RuleArn: fallback }))).rejects.toMatchObject({
      name: 'OperationNotPermittedException',
    });
  });
});

describe('a target group', () => {
  it('is in use while a rule forwards to it', async () => {
    const { elb, targetGroup, createRule, loadBalancer } = await begin();
    const rule = await createRule(1, '/hello');
    const remove = () => elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: targetGroup }));
    await expect(remove()).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: `Target group '${targetGroup}' is currently in use by a listener or a rule`,
    });
    const describe = new DescribeTargetGroupsCommand({ LoadBalancerArn: loadBalancer });
    expect((await elb.send(describe)).TargetGroups).toMatchObject([{ TargetGroupArn: targetGroup }]);
    await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
    await remove();
    await expect(
      elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] })),
    ).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });

  it('created twice is the same one, unless the settings differ', async () => {
    const balancing = await begin();
    expect(await createTargetGroup(balancing, 'HTTP')).toBe(balancing.targetGroup);
    await expect(createTargetGroup(balancing, 'TCP')).rejects.toMatchObject({
      name: 'DuplicateTargetGroupNameException',
    });
  });

  it('serves one load balancer only, of its own type', async () => {
    const balancing = await begin();
    await balancing.createRule(1, '/hello');
    const other = await createLoadBalancer(balancing, { Name: 'other' });
    await expect(createListener(balancing, other.arn, balancing.targetGroup)).rejects.toMatchObject({
      name: 'TargetGroupAssociationLimitException',
    });
    const network = await createLoadBalancer(balancing, { Name: 'net', Type: 'network' });
    await expect(createListener(balancing, network.arn, balancing.targetGroup, 'TCP')).rejects.toMatchObject({
      name: 'InvalidConfigurationRequestException',
    });
  });

  it('has the attributes of its protocol', async () => {
    const { elb, ...balancing } = await begin();
    const TargetGroupArn = await createTargetGroup({ elb, ...balancing }, 'TCP', 'net');
    const { Attributes } = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    expect(Attributes).toContainEqual({ Key: 'proxy_protocol_v2.enabled', Value: 'false' });
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
  });

  it('changes its health check within the limits of the API', async () => {
    const { elb, targetGroup } = await begin();
    const modify = (settings: object) =>
      elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: targetGroup, ...settings }));
    const { TargetGroups } = await modify({ HealthCheckPath: '/ready', Matcher: { HttpCode: '200,204' } });
    expect(TargetGroups).toMatchObject([
      { HealthCheckPath: '/ready', Matcher: { HttpCode: '200,204' }, HealthCheckIntervalSeconds: 15 },
    ]);
    await expect(modify({ HealthCheckIntervalSeconds: 2 })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});
