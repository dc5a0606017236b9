import type { Action, RedirectActionStatusCodeEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ActionModel, TargetGroupReference } from '../model/types.ts';

/** The ARN of a target group of the stack, by identity, or a foreign one. */
export const targetGroupArn =
  (arns: ReadonlyMap<string, string>) =>
  (group: TargetGroupReference): string =>
    'arn' in group ? group.arn : (arns.get(group.id) ?? '');

/** Actions as the API takes them, numbered in their order. */
export const toActions = (
  models: readonly ActionModel[],
  arnOf: (group: TargetGroupReference) => string,
): Action[] => models.map((model, at) => ({ ...toAction(model, arnOf), Order: at + 1 }));

function toAction(model: ActionModel, arnOf: (group: TargetGroupReference) => string): Action {
  switch (model.type) {
    case 'forward':
      return {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: model.targetGroups.map(({ group, weight }) => ({
            TargetGroupArn: arnOf(group),
            Weight: weight,
          })),
          TargetGroupStickinessConfig:
            model.stickiness === undefined
              ? undefined
              : { Enabled: model.stickiness.enabled, DurationSeconds: model.stickiness.durationSeconds },
        },
      };
    case 'fixed-response':
      return {
        Type: 'fixed-response',
        FixedResponseConfig: {
          StatusCode: model.statusCode,
          ContentType: model.contentType,
          MessageBody: model.messageBody,
        },
      };
    case 'redirect':
      return {
        Type: 'redirect',
        RedirectConfig: {
          StatusCode: model.statusCode as RedirectActionStatusCodeEnum,
          Host: model.host,
          Path: model.path,
          Port: model.port,
          Protocol: model.protocol,
          Query: model.query,
        },
      };
  }
}

/** True when AWS has the desired actions, apart from what it fills in itself. */
export const sameActions = (desired: readonly Action[], current: readonly Action[] | undefined): boolean =>
  desired.length === (current ?? []).length &&
  inOrder(desired).every((action, at) => same(action, inOrder(current ?? [])[at] as Action));

const inOrder = (actions: readonly Action[]): Action[] =>
  [...actions].sort((left, right) => (left.Order ?? 0) - (right.Order ?? 0));

function same(desired: Action, current: Action): boolean {
  const stickiness = desired.ForwardConfig?.TargetGroupStickinessConfig !== undefined;
  return canonical(desired, stickiness) === canonical(current, stickiness);
}

function canonical(action: Action, withStickiness: boolean): string {
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  const { TargetGroupStickinessConfig: sticky } = action.ForwardConfig ?? {};
  const redirect = action.RedirectConfig;
  const fixed = action.FixedResponseConfig;
  return JSON.stringify([
    action.Type,
    // The weight of a lone target group means nothing.
    groups
      .map((each) => [each.TargetGroupArn, groups.length === 1 ? null : (each.Weight ?? null)])
      .sort((left, right) => (String(left[0]) < String(right[0]) ? -1 : 1)),
    withStickiness ? [sticky?.Enabled ?? null, sticky?.DurationSeconds ?? null] : null,
    fixed === undefined ? null : [fixed.StatusCode, fixed.ContentType ?? null, fixed.MessageBody ?? null],
    redirect === undefined
      ? null
      : [
          redirect.StatusCode,
          redirect.Host ?? '#{host}',
          redirect.Path ?? '/#{path}',
          redirect.Port ?? '#{port}',
          redirect.Protocol ?? '#{protocol}',
          redirect.Query ?? '#{query}',
        ],
  ]);
}
