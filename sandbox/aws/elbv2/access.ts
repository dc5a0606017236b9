import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tags } from '../ec2/state.ts';
import type { AccessQuestion, AccessQuestions, Call } from '../service.ts';
import { arnOf, shortTypeOf } from './arns.ts';
import type { ElbContext } from './state.ts';
import { findTags } from './tags.ts';

// Actions, resource types and condition keys: Service Authorization Reference, "Elastic Load Balancing V2".

interface Input {
  readonly [parameter: string]: unknown;
  readonly Name?: string;
  readonly Type?: string;
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
  readonly ResourceArns?: readonly string[];
  readonly RulePriorities?: readonly { readonly RuleArn?: string }[];
}

/** Operation → the parameter with the ARN of what it acts on. */
const actedOn: Readonly<Record<string, string>> = {
  CreateListener: 'LoadBalancerArn',
  CreateRule: 'ListenerArn',
  DeleteListener: 'ListenerArn',
  DeleteLoadBalancer: 'LoadBalancerArn',
  DeleteRule: 'RuleArn',
  DeleteTargetGroup: 'TargetGroupArn',
  DeregisterTargets: 'TargetGroupArn',
  AddListenerCertificates: 'ListenerArn',
  ModifyListener: 'ListenerArn',
  ModifyListenerAttributes: 'ListenerArn',
  ModifyLoadBalancerAttributes: 'LoadBalancerArn',
  ModifyRule: 'RuleArn',
  ModifyTargetGroup: 'TargetGroupArn',
  ModifyTargetGroupAttributes: 'TargetGroupArn',
  RegisterTargets: 'TargetGroupArn',
  RemoveListenerCertificates: 'ListenerArn',
  SetIpAddressType: 'LoadBalancerArn',
  SetSecurityGroups: 'LoadBalancerArn',
  SetSubnets: 'LoadBalancerArn',
};

/** Operation → the ARN of what it makes, as far as it is known beforehand. */
const created: Readonly<Record<string, (input: Input) => string>> = {
  CreateLoadBalancer: ({ Name, Type }) =>
    `loadbalancer/${shortTypeOf(Type === 'network' ? 'network' : 'application')}/${Name}/*`,
  CreateTargetGroup: ({ Name }) => `targetgroup/${Name}/*`,
  CreateListener: (input) =>
    `${String(input.LoadBalancerArn).split(':').at(-1)?.replace('loadbalancer/', 'listener/')}/*`,
  CreateRule: (input) =>
    `${String(input.ListenerArn).split(':').at(-1)?.replace('listener/', 'listener-rule/')}/*`,
};

/** What IAM is asked about ELBv2's writes. An unknown resource is asked nothing of: the operation itself refuses it. */
export function elbAccess(elb: ElbContext): Record<string, AccessQuestions> {
  const existing = (call: Call, arns: readonly string[]) =>
    arns.flatMap((arn) => {
      const tags = findTags(elb.region(call.region), arn);
      return tags ? [{ arn, tags }] : [];
    });

  const about = (input: Input, call: Call): readonly AccessQuestion[] => {
    const parameter = actedOn[call.operation];
    const arns = parameter ? [String(input[parameter])] : [];
    const resources = existing(call, arns);
    if (resources.length < arns.length) return [];
    const made = created[call.operation];
    const requestTags = tagRecord(input.Tags ?? []);
    const newArn = made && arnOf(elb, call.region, made(input));
    const self = { resources: parameter || !newArn ? resources : [{ arn: newArn }], requestTags };
    if (!newArn || Object.keys(requestTags).length === 0) return [self];
    const tagging: AccessQuestion = {
      action: 'elasticloadbalancing:AddTags',
      resources: [{ arn: newArn }],
      requestTags,
      conditions: { 'elasticloadbalancing:CreateAction': call.operation },
    };
    return [self, tagging];
  };

  const tagging = (input: Input, call: Call): readonly AccessQuestion[] => {
    const arns = input.ResourceArns ?? [];
    const resources = existing(call, arns);
    if (resources.length < arns.length) return [];
    const keys = (input.TagKeys ?? []).map((Key): Tag => ({ Key, Value: '' }));
    return [{ resources, requestTags: tagRecord([...(input.Tags ?? []), ...keys]) }];
  };

  const priorities = (input: Input, call: Call): readonly AccessQuestion[] => {
    const arns = (input.RulePriorities ?? []).map(({ RuleArn = '' }) => RuleArn);
    const resources = existing(call, arns);
    return resources.length < arns.length ? [] : [{ resources }];
  };

  const operations = [...new Set([...Object.keys(created), ...Object.keys(actedOn)])];
  return {
    ...Object.fromEntries(operations.map((name) => [name, about])),
    AddTags: tagging,
    RemoveTags: tagging,
    SetRulePriorities: priorities,
  };
}

function tagRecord(tags: readonly Tag[]): Tags {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
