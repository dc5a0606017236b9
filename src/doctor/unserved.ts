import { explainReason } from '../errors/reasons.ts';
import { lastWord } from '../steps/events.ts';
import { nameOf } from '../steps/served-objects.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import type { Causes, Diagnosis, Finding } from './diagnosis.ts';
import {
  bindings,
  controllerDeployment,
  describeCommand,
  loadBalancerObjects,
  objectsOf,
} from './objects.ts';
import { touch, touchCommand } from './touch.ts';

interface Known {
  readonly text: RegExp;
  /** The diagnoses that would show its cause if that was still there. */
  readonly causes: readonly string[];
  /** Trying again does not help when they are gone. */
  readonly outlastsThem?: boolean;
}

/** What the controller keeps trying for minutes. */
const causesOf: readonly Known[] = [
  // Pods that were made without a role get none when there is one.
  { text: /EC2 IMDS/, causes: ['service-account'], outlastsThem: true },
  { text: /AssumeRoleWithWebIdentity|InvalidIdentityToken/, causes: ['oidc-provider', 'service-account'] },
  { text: /AccessDenied|UnauthorizedOperation/, causes: ['policy', 'service-account'] },
  {
    // Not of those that an annotation names.
    text: /auto-discover subnets|unable to (?:resolve|discover) at least one subnet/,
    causes: ['subnets', 'controller-arguments'],
  },
  { text: /cannot resolve pod ENI/, causes: ['controller-arguments'] },
  { text: /invalid ingress class/, causes: ['ingress-class-gone'] },
  { text: /InvalidGroup\.NotFound/, causes: ['shared-group-gone'] },
];

/** Services, Ingresses and bindings that the controller does not get done with. */
export const unserved: Diagnosis = {
  id: 'load-balancer-objects',
  title: 'the controller does not get done with an object',
  inCluster: true,
  symptom: true,
  async look(context, causes) {
    const objects = [...(await loadBalancerObjects(context)), ...(await bindings(context))];
    const events = await objectsOf(context, 'Event');
    const serving = (await controllerDeployment(context))?.status?.availableReplicas > 0;
    return objects.flatMap((object) => {
      const word = lastWord(events, object);
      if (word?.failed) return [describeFailure(object, word.text, causes)];
      if (object.metadata.deletionTimestamp) return serving ? [] : [describeWaiting(object)];
      if (object.kind === 'TargetGroupBinding' || hostOf(object)) return [];
      return [
        {
          evidence: `${nameOf(object)} has no host name`,
          what: 'an object has no load balancer yet',
          fix: `${describeCommand(object)}; right after it was made, wait a minute`,
        },
      ];
    });
  },
};

const hostOf = ({ status }: KubeObject): string | undefined => status?.loadBalancer?.ingress?.[0]?.hostname;

function describeWaiting(object: KubeObject): Finding {
  const evidence = `${nameOf(object)} is being deleted, held by ${object.metadata.finalizers?.join(', ')}`;
  const reason = explainReason(evidence);
  return { evidence, what: reason?.what, fix: reason?.fix ?? describeCommand(object) };
}

function describeFailure(object: KubeObject, text: string, found: Causes): Finding {
  const evidence = `${nameOf(object)}: ${text}`;
  const reason = explainReason(evidence);
  const known = causesOf.find((one) => one.text.test(text));
  const cause = known?.causes.find((id) => found.has(id));
  // What is done about the cause helps here, too: the two are told as one.
  const [helps, ...others] = new Set(found.get(cause ?? '')?.map((one) => one.fix));
  const own = reason?.fix ?? describeCommand(object);
  const fix = helps && others.length === 0 ? helps : own;
  if (!known || cause || known.outlastsThem) return { evidence, what: reason?.what, fix };
  return {
    evidence,
    what: 'the controller failed, what made it fail is not there any more, and it tries again only after minutes',
    fix: `${touchCommand(object)}; if the same comes back: ${fix}`,
    cure: { run: (context) => touch(context, object) },
  };
}
