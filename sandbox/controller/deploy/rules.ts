import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyRuleCommand,
  type Rule,
  type RuleCondition,
  type RulePriorityPair,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { failureCode } from '../aws/failure.ts';
import { messageOf } from '../log.ts';
import type { RuleModel } from '../model/types.ts';
import { retryWhile } from '../time.ts';
import { tagList } from '../tracking.ts';
import { sameActions, targetGroupArn, toActions } from './actions.ts';
import type { Deployment } from './deployment.ts';
import type { Tagged } from './existing.ts';
import { isListenerUnknown, listenerLag } from './listeners.ts';

/** A rule as it shall be. */
interface DesiredRule {
  readonly model: RuleModel;
  readonly actions: Action[];
  readonly conditions: RuleCondition[];
}

interface Pair {
  readonly desired: DesiredRule;
  readonly existing: Tagged<Rule>;
}

/** The lowest priority there is: rules that will go are pushed down to it and above. */
const lastPriority = 50_000;

const resourceId = (model: RuleModel): string => `${model.port}:${model.priority}`;

const priorityOf = ({ resource }: Tagged<Rule>): number => Number(resource.Priority);

/** Deploys the rules of each listener so that at no moment a request finds no rule. */
export async function deployRules(
  deployment: Deployment,
  listenerArns: ReadonlyMap<number, string>,
  groupArns: ReadonlyMap<string, string>,
): Promise<void> {
  const { stack } = deployment;
  for (const { port } of stack.listeners) {
    const desired = stack.rules
      .filter((rule) => rule.port === port)
      .map((model) => ({
        model,
        actions: toActions(model.actions, targetGroupArn(groupArns)),
        conditions: [...model.conditions],
      }));
    await deployOnListener(deployment, listenerArns.get(port) ?? '', desired);
  }
}

async function deployOnListener(
  deployment: Deployment,
  listenerArn: string,
  desired: readonly DesiredRule[],
): Promise<void> {
  const { tools, tracking } = deployment;
  const existing = await tools.existing.rules(listenerArn);
  const { same, moved, changed, missing, surplus } = match(desired, existing);
  if (moved.length > 0) await setPriorities(deployment, moved, surplus);
  for (const pair of changed) await modify(deployment, pair);
  await createAndDelete(deployment, listenerArn, existing.length, missing, surplus);
  for (const { desired: rule, existing: present } of [...moved, ...same, ...changed]) {
    await tools.tags.reconcile(
      present.resource.RuleArn ?? '',
      tracking.resourceTags(resourceId(rule.model), rule.model.tags),
      present.tags,
      tools.config.externalManagedTags,
    );
  }
}

/** Equal rules are kept, at their priority or moved to it; others of a priority are changed in place. */
function match(desired: readonly DesiredRule[], existing: readonly Tagged<Rule>[]) {
  const left = [...existing];
  const same: Pair[] = [];
  const moved: Pair[] = [];
  const unmatched: DesiredRule[] = [];
  for (const rule of desired) {
    const at = left.findIndex(
      ({ resource }) =>
        sameActions(rule.actions, resource.Actions) && sameConditions(rule.conditions, resource.Conditions),
    );
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (found === undefined) unmatched.push(rule);
    else (priorityOf(found) === rule.model.priority ? same : moved).push({ desired: rule, existing: found });
  }
  const byPriority = new Map(left.map((each) => [priorityOf(each), each]));
  const wanted = new Set(unmatched.map((rule) => rule.model.priority));
  return {
    same,
    moved,
    changed: unmatched.flatMap((rule) => {
      const present = byPriority.get(rule.model.priority);
      return present === undefined ? [] : [{ desired: rule, existing: present }];
    }),
    missing: unmatched.filter((rule) => !byPriority.has(rule.model.priority)),
    surplus: left
      .filter((each) => !wanted.has(priorityOf(each)))
      .sort((one, other) => priorityOf(one) - priorityOf(other)),
  };
}

const sameConditions = (
  desired: readonly RuleCondition[],
  current: readonly RuleCondition[] | undefined,
): boolean => canonical(desired) === canonical(current ?? []);

const canonical = (conditions: readonly RuleCondition[]): string =>
  JSON.stringify(
    conditions
      .map(({ Field, HostHeaderConfig, PathPatternConfig }) => [
        Field,
        [...(HostHeaderConfig?.Values ?? [])].sort(),
        [...(PathPatternConfig?.Values ?? [])].sort(),
      ])
      .sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1)),
  );

async function setPriorities(
  { tools, log }: Deployment,
  moved: readonly Pair[],
  surplus: readonly Tagged<Rule>[],
): Promise<void> {
  const pairs: RulePriorityPair[] = [
    ...[...surplus]
      .reverse()
      .map(({ resource }, at) => ({ RuleArn: resource.RuleArn, Priority: lastPriority - at })),
    ...moved.map(({ desired, existing }) => ({
      RuleArn: existing.resource.RuleArn,
      Priority: desired.model.priority,
    })),
  ];
  log.info('setting listener rule priorities', { 'rule priority pairs': pairs });
  await tools.aws.elbv2.send(new SetRulePrioritiesCommand({ RulePriorities: pairs }));
  log.info('setting listener rule priorities complete', { 'rule priority pairs': pairs });
}

async function modify({ tools, stackId, log }: Deployment, { desired, existing }: Pair): Promise<void> {
  const arn = existing.resource.RuleArn;
  const about = { stackID: stackId, resourceID: resourceId(desired.model), arn };
  log.info('modifying listener rule', about);
  await tools.aws.elbv2.send(
    new ModifyRuleCommand({
      RuleArn: arn,
      Actions: desired.actions,
      Conditions: desired.conditions,
      ResetTransforms: true,
    }),
  );
  log.info('modified listener rule', about);
}

/** Rules are made before others go, unless the listener's quota asks for turns. */
async function createAndDelete(
  deployment: Deployment,
  listenerArn: string,
  initial: number,
  missing: readonly DesiredRule[],
  surplus: readonly Tagged<Rule>[],
): Promise<void> {
  const toCreate = [...missing].sort((left, right) => left.model.priority - right.model.priority);
  const toDelete = [...surplus];
  let count = initial;
  let limit: number | undefined;
  while (toCreate.length > 0 || toDelete.length > 0) {
    const [rule] = toCreate;
    if (rule !== undefined && count !== limit) {
      try {
        await create(deployment, listenerArn, rule);
      } catch (error) {
        if (failureCode(error) !== 'TooManyRules' || limit !== undefined) throw error;
        limit = count;
        continue;
      }
      toCreate.shift();
      count++;
      continue;
    }
    const gone = toDelete.shift();
    if (gone === undefined)
      throw new Error("Unable to synthesize listener rules, there's too many attached.");
    await remove(deployment, gone.resource.RuleArn);
    count--;
  }
}

async function create(deployment: Deployment, ListenerArn: string, rule: DesiredRule): Promise<void> {
  const { tools, tracking, stackId, log } = deployment;
  const { model } = rule;
  const about = { stackID: stackId, resourceID: resourceId(model) };
  log.info('creating listener rule', about);
  const request = new CreateRuleCommand({
    ListenerArn,
    Priority: model.priority,
    Actions: rule.actions,
    Conditions: rule.conditions,
    Tags: tagList(tracking.resourceTags(resourceId(model), model.tags)),
  });
  try {
    const { Rules } = await retryWhile(tools.clock, tools.signal, listenerLag, isListenerUnknown, () =>
      tools.aws.elbv2.send(request),
    );
    log.info('created listener rule', { ...about, arn: Rules?.[0]?.RuleArn });
  } catch (error) {
    throw new Error(`failed to create listener rule: ${messageOf(error)}`, { cause: error });
  }
}

async function remove({ tools, log }: Deployment, RuleArn: string | undefined): Promise<void> {
  log.info('deleting listener rule', { arn: RuleArn });
  await tools.aws.elbv2.send(new DeleteRuleCommand({ RuleArn }));
  log.info('deleted listener rule', { arn: RuleArn });
}
