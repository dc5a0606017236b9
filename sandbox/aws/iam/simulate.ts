import type {
  EvaluationResult,
  PolicyEvaluationDecisionType,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { AwsError, type Given, type Handler, type Judgement, NotEmulated } from '../service.ts';
import { judgeRole } from './authorize.ts';
import { page } from './page.ts';
import { type IamContext, iamArn, noSuchEntity } from './state.ts';

const decisions: Readonly<Record<Judgement, PolicyEvaluationDecisionType>> = {
  allow: 'allowed',
  deny: 'explicitDeny',
  none: 'implicitDeny',
};

/** The handler of SimulatePrincipalPolicy, over the same evaluation that judges real calls. */
export function createSimulation(context: IamContext, userName: string): Record<string, Handler> {
  const { world, state } = context;

  function judgeSource(source: string, action: string, arn: string, keys: Record<string, string>): Judgement {
    if (source === iamArn(world, `user/${userName}`)) return 'allow';
    if (!/:(role|user)\//.test(source))
      throw new AwsError(
        'InvalidInput',
        `Invalid Entity Arn: ${source} does not clearly define entity type and name.`,
      );
    const role = [...state.roles.values()].find((candidate) => candidate.arn === source);
    if (!role) throw noSuchEntity(`The entity with arn ${source} cannot be found.`);
    const resources = [{ arn, tags: {} }];
    return judgeRole(state, role, { action, resources, requestTags: {}, conditions: keys });
  }

  return {
    SimulatePrincipalPolicy(input: Given<SimulatePrincipalPolicyRequest>): SimulatePolicyResponse {
      const unsupported = (
        ['PolicyInputList', 'PermissionsBoundaryPolicyInputList', 'ResourcePolicy', 'CallerArn'] as const
      ).find((name) => input[name] !== undefined);
      if (unsupported) throw new NotEmulated(`the parameter ${unsupported} of iam:SimulatePrincipalPolicy`);
      const { PolicySourceArn: source, ActionNames: actions, ResourceArns: resources = ['*'] } = input;
      const keys = Object.fromEntries(
        (input.ContextEntries ?? []).map(({ ContextKeyName = '', ContextKeyValues = [] }) => [
          ContextKeyName,
          ContextKeyValues[0] ?? '',
        ]),
      );
      const results = actions.flatMap((action) =>
        resources.map(
          (arn): EvaluationResult => ({
            EvalActionName: action,
            EvalResourceName: arn,
            EvalDecision: decisions[judgeSource(source, action, arn, keys)],
            MatchedStatements: [],
            MissingContextValues: [],
          }),
        ),
      );
      const { shown, truncation } = page(world, results, input);
      return { EvaluationResults: shown, ...truncation };
    },
  };
}
