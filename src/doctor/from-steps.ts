import type { Context } from '../context.ts';
import { explainReason } from '../errors/reasons.ts';
import { isWanted } from '../runner.ts';
import { steps } from '../steps/list.ts';
import type { State, Step } from '../steps/step.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import { isNone } from './objects.ts';

/** Steps about this machine, or about what is no part of a standing cluster. */
const elsewhere = /^(version|tools|preflight|chart|kubeconfig|controller-resources|other-load-balancers)$/;

/** Steps whose absence has a diagnosis of its own: `ingress-class-gone` tells of each Ingress that misses its class. */
const missedElsewhere = new Set(['ingress-class']);

/** Steps that wait for, or stand on, what others make: when these are wrong, so are they. */
const symptoms =
  /^(controller|coredns|namespace|sample-(nlb|alb|tgb)|answer-\w+|binding-load-balancer|irsa)$/;

/** Steps that mend what is ours by one command, at no cost and without taking anything away that is used. */
const curable = new Set([
  ...['oidc-provider', 'addons', 'coredns', 'policy', 'service-account'],
  ...['crds', 'release', 'controller', 'ingress-class', 'sample-nlb', 'sample-alb', 'sample-tgb'],
]);

/**
 * What the steps themselves find wrong: drifted, broken, in the way, not getting ready; and absent although something
 * that needs it is there. So whatever `up` would mend, and whatever stops it, is a diagnosis.
 */
export const stepDiagnoses: readonly Diagnosis[] = steps
  .filter(({ id, apply }) => apply && !elsewhere.test(id))
  .map((step) => ({
    id: step.id,
    title: `not as it should be: ${step.subject}`,
    symptom: symptoms.test(step.id),
    look: async (context) => {
      // Then what is there is left over, and nothing is missing.
      if (await isNone(context)) return [];
      const found = await step.check(context);
      if (found.status === 'ready' || (found.status === 'foreign' && found.fits)) return [];
      if (found.status !== 'absent') return [describe(step, found)];
      const told = missedElsewhere.has(step.id) || !isWanted(context, step);
      const dependent = told ? undefined : await findDependent(context, step);
      if (!dependent) return [];
      const evidence = `${found.evidence}, though ${dependent.subject} is there`;
      return [{ ...describe(step, { ...found, evidence }), what: `missing: ${step.subject}` }];
    },
  }));

/** A step that builds on this one, and whose work is there all the same. */
async function findDependent(context: Context, step: Step): Promise<Step | undefined> {
  for (const other of steps) {
    if (!other.needs.includes(step.id) || !makes(other)) continue;
    const { status } = await other.check(context);
    if (status !== 'absent' && status !== 'foreign') return other;
  }
  return undefined;
}

/** Whether a step leaves something in the cluster or in AWS, rather than wait or look. */
const makes = ({ id, remove, comesWith }: Step): boolean =>
  !elsewhere.test(id) && (remove !== undefined || comesWith !== undefined);

function describe(step: Step, { status, evidence, fix }: State): Finding {
  const reason = explainReason(evidence);
  const what = {
    pending: `not ready: ${step.subject}`,
    foreign: `in the way: ${step.subject}`,
    broken: `broken: ${step.subject}`,
    drifted: undefined,
    absent: undefined,
    ready: undefined,
  }[status];
  const command = `lbc-setup ${step.command}`;
  const mends = status !== 'pending' && status !== 'foreign';
  return {
    evidence,
    what: reason?.what ?? what,
    fix: fix ?? (mends ? command : (reason?.fix ?? `${command}, which waits for it`)),
    ...(mends && curable.has(step.id) && { cure: { step } }),
  };
}
