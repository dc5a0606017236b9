import {
  DescribeTargetHealthCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { takesPods } from '../adoption/compute.ts';
import { orAbsent } from '../aws/absent.ts';
import type { Context } from '../context.ts';
import { explainReason } from '../errors/reasons.ts';
import { nameOf } from '../steps/served-objects.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import { classGone } from './ingress-class.ts';
import { bindings, describeCommand, objectsOf } from './objects.ts';
import { touchCommand } from './touch.ts';
import { unserved } from './unserved.ts';

/** Accepted without a word: no pod on Fargate has an instance behind it. */
const instanceTargets: Diagnosis = {
  id: 'instance-targets',
  title: 'a load balancer sends to instances, but the pods run on Fargate',
  inCluster: true,
  async look(context) {
    const wrong = (await bindings(context)).filter(({ spec }) => spec?.targetType === 'instance');
    if (wrong.length === 0 || (await objectsOf(context, 'Node')).some(takesPods)) return [];
    return wrong.map((binding) => ({
      evidence: `${nameOf(binding)} of Service ${binding.spec?.serviceRef?.name} has targetType instance, and no node takes pods`,
      fix: `set the annotation service.beta.kubernetes.io/aws-load-balancer-nlb-target-type (of an Ingress: alb.ingress.kubernetes.io/target-type) to ip; for the samples: lbc-setup deploy-sample`,
    }));
  },
};

/** The hostname appears, and the owner is content, also without a single target. */
const targets: Diagnosis = {
  id: 'targets',
  title: 'a load balancer has no healthy targets',
  inCluster: true,
  symptom: true,
  async look(context) {
    const live = (await bindings(context)).filter(({ metadata }) => !metadata.deletionTimestamp);
    const found = await Promise.all(live.map((binding) => judgeTargets(context, binding)));
    return found.filter((one) => one !== undefined);
  },
};

async function judgeTargets({ aws }: Context, binding: KubeObject): Promise<Finding | undefined> {
  const TargetGroupArn: string = binding.spec?.targetGroupARN ?? '';
  const answer = await orAbsent(
    aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
    'TargetGroupNotFoundException',
  );
  const where = `${nameOf(binding)}, Service ${binding.spec?.serviceRef?.name}`;
  if (!answer) {
    const { namespace } = binding.metadata;
    const service = { kind: 'Service', metadata: { name: binding.spec?.serviceRef?.name, namespace } };
    return {
      evidence: `${where}: ${TargetGroupArn} does not exist`,
      what: 'the target group of a binding was deleted',
      fix: `${touchCommand(service)}, which makes the controller make it again`,
    };
  }
  const health = answer.TargetHealthDescriptions ?? [];
  const trouble = describeHealth(health);
  if (!trouble) return undefined;
  const reason = explainReason(trouble);
  return {
    evidence: `${where}: ${trouble}`,
    what: reason?.what,
    fix: reason?.fix ?? describeCommand(binding),
  };
}

function describeHealth(targets: readonly TargetHealthDescription[]): string | undefined {
  if (targets.length === 0) return 'no targets are registered';
  const sick = targets.filter(
    ({ TargetHealth }) => TargetHealth?.State !== 'healthy' && TargetHealth?.State !== 'draining',
  );
  const [first] = sick;
  if (!first) return undefined;
  const { State, Reason, Description } = first.TargetHealth ?? {};
  const reason = Reason ? ` (${Reason}${Description ? `: ${Description}` : ''})` : '';
  return `${sick.length} of ${targets.length} targets not healthy: ${first.Target?.Id} is ${State}${reason}`;
}

/** What can be wrong with the objects that load balancers are made for. */
export const objectDiagnoses: readonly Diagnosis[] = [classGone, instanceTargets, unserved, targets];
