import type {
  CreateRuleInput,
  CreateRuleOutput,
  DeleteRuleInput,
  DescribeRulesInput,
  DescribeRulesOutput,
  ModifyRuleInput,
  ModifyRuleOutput,
  Rule,
  SetRulePrioritiesInput,
  SetRulePrioritiesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { checkActions } from './actions.ts';
import { childArn } from './arns.ts';
import { checkConditions } from './conditions.ts';
import { find, invalid, someNotFound } from './errors.ts';
import { checkLimit } from './limits.ts';
import { page } from './pages.ts';
import type { ElbContext, ElbRegion, LoadBalancerRecord, RuleRecord } from './state.ts';
import { newTags } from './tags.ts';

/** The rule operations. */
export function ruleHandlers(elb: ElbContext): Record<string, Handler> {
  return {
    CreateRule: operation(
      ['ListenerArn', 'Conditions', 'Priority', 'Actions', 'Tags'],
      (input: CreateRuleInput, call): CreateRuleOutput => {
        const region = elb.region(call.region);
        const listener = find(region.listeners, input.ListenerArn, 'listener');
        const owner = ownerOf(region, listener.arn);
        if (owner.type === 'network') {
          throw new AwsError('UnsupportedProtocol', 'Rules are not supported by network load balancers');
        }
        const priority = checkPriority(input.Priority);
        const siblings = rulesOf(region, listener.arn);
        if (siblings.some((rule) => rule.priority === priority)) throw inUse(priority);
        const limited = [...region.rules.values()].filter(
          (rule) => rule.priority !== 'default' && ownerOf(region, rule.listenerArn).arn === owner.arn,
        );
        checkLimit(limited.length, 'rules-per-application-load-balancer', 'TooManyRules');
        const rule: RuleRecord = {
          arn: childArn(elb, listener.arn, 'listener', 'listener-rule'),
          listenerArn: listener.arn,
          tags: newTags(input.Tags),
          priority,
          conditions: checkConditions(input.Conditions),
          actions: checkActions(region, owner, input.Actions),
        };
        region.rules.set(rule.arn, rule);
        return { Rules: [render(rule)] };
      },
    ),

    ModifyRule: operation(
      ['RuleArn', 'Conditions', 'Actions'],
      (input: ModifyRuleInput, call): ModifyRuleOutput => {
        const region = elb.region(call.region);
        const rule = changeable(region, input.RuleArn, 'modified');
        const conditions = input.Conditions ? checkConditions(input.Conditions) : rule.conditions;
        if (input.Actions)
          rule.actions = checkActions(region, ownerOf(region, rule.listenerArn), input.Actions);
        rule.conditions = conditions;
        return { Rules: [render(rule)] };
      },
    ),

    DeleteRule: operation(['RuleArn'], (input: DeleteRuleInput, call) => {
      const region = elb.region(call.region);
      region.rules.delete(changeable(region, input.RuleArn, 'deleted').arn);
      return {};
    }),

    DescribeRules: operation(
      ['ListenerArn', 'RuleArns', 'Marker', 'PageSize'],
      (input: DescribeRulesInput, call): DescribeRulesOutput => {
        const region = elb.region(call.region);
        const { ListenerArn: listener, RuleArns: arns = [] } = input;
        if (!listener && arns.length === 0) {
          throw invalid('You must specify either rule ARNs or a listener ARN');
        }
        if (listener) find(region.listeners, listener, 'listener');
        if (arns.some((arn) => !region.rules.has(arn))) throw someNotFound('rule');
        const found = [...region.rules.values()].filter(
          (rule) =>
            (!listener || rule.listenerArn === listener) && (arns.length === 0 || arns.includes(rule.arn)),
        );
        const { items, next } = page(elb, found, input);
        return { Rules: items.map(render), NextMarker: next };
      },
    ),

    // Judged by its outcome, so that rules may swap priorities within one call.
    SetRulePriorities: operation(
      ['RulePriorities'],
      (input: SetRulePrioritiesInput, call): SetRulePrioritiesOutput => {
        const region = elb.region(call.region);
        const changes = new Map(
          (input.RulePriorities ?? []).map(({ RuleArn, Priority }) => [
            changeable(region, RuleArn, 'modified'),
            checkPriority(Priority),
          ]),
        );
        for (const [rule, priority] of changes) {
          const taken = rulesOf(region, rule.listenerArn).some(
            (other) => other !== rule && (changes.get(other) ?? other.priority) === priority,
          );
          if (taken) throw inUse(priority);
        }
        for (const [rule, priority] of changes) rule.priority = priority;
        return { Rules: [...changes.keys()].map(render) };
      },
    ),
  };
}

/** The rules of a listener, in the order in which they are tried. */
export function rulesOf(region: ElbRegion, listenerArn: string): RuleRecord[] {
  const order = (rule: RuleRecord) =>
    rule.priority === 'default' ? Number.POSITIVE_INFINITY : rule.priority;
  return [...region.rules.values()]
    .filter((rule) => rule.listenerArn === listenerArn)
    .sort((a, b) => order(a) - order(b));
}

function ownerOf(region: ElbRegion, listenerArn: string): LoadBalancerRecord {
  const listener = find(region.listeners, listenerArn, 'listener');
  return find(region.loadBalancers, listener.loadBalancerArn, 'loadBalancer');
}

function changeable(region: ElbRegion, arn: string | undefined, change: string): RuleRecord {
  const rule = find(region.rules, arn, 'rule');
  if (rule.priority !== 'default') return rule;
  throw new AwsError('OperationNotPermitted', `Default rule '${rule.arn}' cannot be ${change}`);
}

function checkPriority(priority: number | undefined): number {
  if (priority !== undefined && priority >= 1 && priority <= 50000) return priority;
  throw invalid(`The priority '${priority}' must be in the range 1-50000`);
}

function inUse(priority: number): AwsError {
  return new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);
}

function render(rule: RuleRecord): Rule {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: [...rule.conditions],
    Actions: [...rule.actions],
    IsDefault: rule.priority === 'default',
  };
}
