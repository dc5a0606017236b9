import type { AskedPermission } from '../record.ts';
import type { ServiceModel } from './protocol/model.ts';
import type { ProtocolName } from './protocol/services.ts';
import { type AccessQuestion, AwsError, type Call, type Judgement, type Service } from './service.ts';

const codes: Readonly<Record<ProtocolName, readonly [code: string, status: number]>> = {
  awsQuery: ['AccessDenied', 403],
  ec2Query: ['UnauthorizedOperation', 403],
  restJson1: ['AccessDeniedException', 403],
  awsJson1_1: ['AccessDeniedException', 400],
};

/** IAM user guide, "Troubleshoot access denied error messages"; EC2 prefixes a sentence of its own. */
function denial(
  model: ServiceModel,
  arn: string,
  action: string,
  resource: string,
  judgement: Judgement,
): AwsError {
  const [code, status] = codes[model.entry.protocol];
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const reason =
    judgement === 'deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const text = `User: ${arn} is not authorized to perform: ${action}${on} ${reason}`;
  const prefix = code === 'UnauthorizedOperation' ? 'You are not authorized to perform this operation. ' : '';
  return new AwsError(code, prefix + text, status);
}

/** Asks IAM all that an operation needs and notes it in `asked`; throws the denial in the service's words. */
export function authorize(
  model: ServiceModel,
  service: Service,
  judge: Required<Service>['judge'],
  input: object,
  call: Call,
  asked: AskedPermission[],
): void {
  const principal = call.principal.onBehalfOf ?? call.principal;
  if (principal.kind !== 'role') return;
  const questions: readonly AccessQuestion[] = service.access?.[call.operation]?.(input, call) ?? [{}];
  for (const question of questions) {
    const action = question.action ?? `${model.entry.prefix}:${call.operation}`;
    const { resources = [{ arn: '*' }], requestTags = {}, conditions = {} } = question;
    for (const resource of resources) {
      const { arn, tags } = resource;
      asked.push({ role: principal.roleArn ?? '', action, resource: arn, tags, conditions });
      const judgement = judge(principal, { action, resources: [resource], requestTags, conditions });
      if (judgement !== 'allow') throw denial(model, principal.arn, action, resource.arn, judgement);
    }
  }
}
