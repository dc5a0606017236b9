import {
  DescribeTargetHealthCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { takesPods } from '../adoption/compute.ts';
import { orAbsent } from '../aws/absent.ts';
import type { Context } from '../context.ts';
import { explainReason } from '../errors/reasons.ts';
import { controllerName, controllerNamespace } from '../pins.ts';
import { lastWord } from '../steps/events.ts';
import { applyObjects } from '../steps/objects.ts';
import { ingressClassManifests } from '../steps/sample-manifests.ts';
import { albController, isHeld, nameOf } from '../steps/served-objects.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import { bindings, controllerDeployment, loadBalancerObjects, objectsOf } from './objects.ts';

const describeCommand = ({ kind, metadata }: KubeObject): string =>
  `kubectl describe ${kind.toLowerCase()} ${metadata.name} --namespace ${metadata.namespace}`;

/** `kubectl delete -f` of a file with class and Ingress does it: then the webhook refuses even the Ingress's end. */
const classGone: Diagnosis = {
  id: 'ingress-class-gone',
  title:
    "the IngressClass of an Ingress is gone, and without it the controller's webhook refuses every change",
  inCluster: true,
  async look(context) {
    const [ingresses, classes] = await Promise.all([
      objectsOf(context, 'Ingress'),
      objectsOf(context, 'IngressClass'),
    ]);
    const missing = ingresses.filter((ingress) => {
      const name = ingress.spec?.ingressClassName;
      const served = isHeld(ingress) || name === context.config.ingressClass;
      return name && served && !classes.some(({ metadata }) => metadata.name === name);
    });
    return missing.map((ingress): Finding => {
      const name: string = ingress.spec.ingressClassName;
      const ending = ingress.metadata.deletionTimestamp ? ', and is being deleted' : '';
      return {
        evidence: `${nameOf(ingress)} is of class ${name}${ending}`,
        fix: `echo '${JSON.stringify(bareClass(name))}' | kubectl create --filename -`,
        cure: { run: (again) => createClass(again, name) },
      };
    });
  },
};

const bareClass = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name },
  spec: { controller: albController },
});

async function createClass(context: Context, name: string): Promise<void> {
  const own = name === context.config.ingressClass;
  // That of the chart stays the chart's: helm refuses what it does not find its own name on.
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  const annotations = {
    'meta.helm.sh/release-name': controllerName,
    'meta.helm.sh/release-namespace': controllerNamespace,
  };
  const foreign = { ...bareClass(name), metadata: { name, ...(name === 'alb' && { labels, annotations }) } };
  if (own) await applyObjects(context, await ingressClassManifests(context));
  else await context.kubectl.apply([foreign]);
}

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

/** What the controller keeps trying for minutes, by the diagnoses that would show its cause if it was still there. */
const causesOf: readonly { readonly text: RegExp; readonly causes: readonly string[] }[] = [
  {
    text: /AssumeRoleWithWebIdentity|EC2 IMDS|AccessDenied|UnauthorizedOperation|InvalidIdentityToken/,
    causes: ['oidc-provider', 'policy', 'service-account'],
  },
  { text: /subnets/, causes: ['subnets'] },
  { text: /invalid ingress class/, causes: ['ingress-class-gone'] },
  { text: /InvalidGroup\.NotFound/, causes: ['shared-group-gone'] },
];

/** Services, Ingresses and bindings that the controller does not get done with. */
const unserved: Diagnosis = {
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

function describeFailure(object: KubeObject, text: string, causes: ReadonlySet<string>): Finding {
  const evidence = `${nameOf(object)}: ${text}`;
  const reason = explainReason(text);
  const known = causesOf.find((one) => one.text.test(text));
  if (!known || known.causes.some((id) => causes.has(id)))
    return { evidence, what: reason?.what, fix: reason?.fix ?? describeCommand(object) };
  const { kind, metadata } = object;
  return {
    evidence,
    what: 'the controller failed, what made it fail is not there any more, and it tries again only after minutes',
    fix: `kubectl annotate ${kind.toLowerCase()} ${metadata.name} --namespace ${metadata.namespace} --overwrite ${touched}="$(date)"; if the same comes back: ${reason?.fix ?? describeCommand(object)}`,
    cure: {
      run: ({ kubectl }) =>
        kubectl.annotate(kind, metadata.name, metadata.namespace, { [touched]: new Date().toISOString() }),
    },
  };
}

/** Any change makes the controller look again at once. */
const touched = 'lbc-setup/touched';

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
    return {
      evidence: `${where}: ${TargetGroupArn} does not exist`,
      what: 'the target group of a binding was deleted',
      fix: `kubectl annotate service ${binding.spec?.serviceRef?.name} --namespace ${binding.metadata.namespace} --overwrite ${touched}="$(date)", which makes the controller make it again`,
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
