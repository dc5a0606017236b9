import { ListPodIdentityAssociationsCommand } from '@aws-sdk/client-eks';
import { takesPods } from '../adoption/compute.ts';
import { isController } from '../adoption/foreign-controller.ts';
import { describeCluster } from '../aws/cluster.ts';
import { explainReason } from '../errors/reasons.ts';
import { controllerName, controllerNamespace } from '../pins.ts';
import { replicas, restartController as restart, roleOf } from '../steps/controller-health.ts';
import { roleAnnotation } from '../steps/create-service-account.ts';
import { nameOf } from '../steps/served-objects.ts';
import { waitForController } from '../steps/wait-for-controller.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import type { Cure, Diagnosis, Finding } from './diagnosis.ts';
import { controllerDeployment, controllerPods, objectsOf } from './objects.ts';

const inNamespace = `--namespace ${controllerNamespace}`;

/** Makes the controller's pods anew; they serve until their successors do. */
export const restartController: { readonly fix: string; readonly cure: Cure } = {
  fix: `kubectl rollout restart deployment ${controllerName} ${inNamespace}`,
  cure: { run: restart, step: waitForController },
};

const stopped: Diagnosis = {
  id: 'controller-stopped',
  title: 'the controller is scaled to zero, so nobody serves load balancers, and new Services are refused',
  inCluster: true,
  async look(context) {
    const deployment = await controllerDeployment(context);
    if (deployment?.spec?.replicas !== 0) return [];
    return [
      {
        evidence: `${nameOf(deployment)} has 0 replicas`,
        fix: `kubectl scale deployment ${controllerName} ${inNamespace} --replicas ${replicas}`,
        cure: {
          run: ({ kubectl }) => kubectl.scale(controllerName, controllerNamespace, replicas),
          step: waitForController,
        },
      },
    ];
  },
};

const crashing: Diagnosis = {
  id: 'controller-crashes',
  title: 'the controller ends again and again',
  inCluster: true,
  async look(context) {
    const pod = (await controllerPods(context)).find(isCrashing);
    if (!pod) return [];
    const log = await context.kubectl.logs(pod.metadata.name, controllerNamespace, { previous: true });
    const reason = explainReason(log);
    const last = log.trim().split('\n').at(-1) ?? '';
    return [
      {
        evidence: `${nameOf(pod)}: ${last}`,
        what: reason?.what,
        fix: reason?.fix ?? `kubectl logs ${pod.metadata.name} ${inNamespace} --previous`,
      },
    ];
  },
};

function isCrashing({ status }: KubeObject): boolean {
  const containers: { state?: { waiting?: { reason?: string } }; lastState?: object; ready?: boolean }[] =
    status?.containerStatuses ?? [];
  return containers.some(
    ({ state, lastState = {}, ready }) =>
      state?.waiting?.reason === 'CrashLoopBackOff' || (!ready && 'terminated' in lastState),
  );
}

/** A wrong cluster name is the worst of them: everything works, under a tag that nobody looks for. */
const misled: Diagnosis = {
  id: 'controller-arguments',
  title: 'the controller was told of another cluster, region or VPC than the one that it is in',
  inCluster: true,
  async look(context) {
    const [deployment, cluster] = await Promise.all([
      controllerDeployment(context),
      describeCluster(context),
    ]);
    const args: string[] = deployment?.spec?.template?.spec?.containers?.[0]?.args ?? [];
    const wanted = {
      '--cluster-name': cluster?.name,
      '--aws-region': context.config.region,
      '--aws-vpc-id': cluster?.resourcesVpcConfig?.vpcId,
    };
    return Object.entries(wanted).flatMap(([flag, value]): Finding[] => {
      const given = args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1);
      if (!deployment || given === undefined || given === value) return [];
      return [
        {
          evidence: `${nameOf(deployment)} has ${flag}=${given}; it is in ${value}`,
          fix: `kubectl rollout undo deployment ${controllerName} ${inNamespace}, if it was changed by hand; else upgrade the release with clusterName=${cluster?.name}, region=${context.config.region} and vpcId=${cluster?.resourcesVpcConfig?.vpcId}`,
        },
      ];
    });
  },
};

/** EKS puts the role into a pod when the pod is made, and never afterwards. */
const withoutRole: Diagnosis = {
  id: 'pods-without-role',
  title: "the controller's pods are older than the role of their ServiceAccount, so they have no credentials",
  inCluster: true,
  symptom: true,
  async look(context, causes) {
    // Made anew they would get a role that is itself not right.
    if (causes.has('service-account')) return [];
    const { config, kubectl } = context;
    const account = await kubectl.get('ServiceAccount', config.serviceAccount, controllerNamespace);
    const role = account?.metadata.annotations?.[roleAnnotation];
    if (!role) return [];
    const pods = (await controllerPods(context)).filter(
      (pod) => pod.spec?.serviceAccountName === config.serviceAccount && roleOf(pod) !== role,
    );
    if (pods.length === 0) return [];
    const has = [...new Set(pods.map((pod) => roleOf(pod) ?? 'no role'))].join(', ');
    return [{ evidence: `${pods.map(nameOf).join(', ')}: ${has}, not ${role}`, ...restartController }];
  },
};

/** EKS User Guide, "Learn how EKS Pod Identity grants Pods access to AWS services": not for pods on Fargate. */
const podIdentity: Diagnosis = {
  id: 'pod-identity',
  title: "the controller's ServiceAccount was given a role by Pod Identity, which pods on Fargate do not get",
  inCluster: true,
  async look(context) {
    const { aws, config } = context;
    const { associations = [] } = await aws.eks.send(
      new ListPodIdentityAssociationsCommand({
        clusterName: config.cluster,
        namespace: controllerNamespace,
        serviceAccount: config.serviceAccount,
      }),
    );
    if (associations.length === 0 || (await objectsOf(context, 'Node')).some(takesPods)) return [];
    return associations.map(({ associationId, serviceAccount }) => ({
      evidence: `association ${associationId} of ${controllerNamespace}/${serviceAccount}`,
      fix: `aws eks delete-pod-identity-association --cluster-name ${config.cluster} --association-id ${associationId} --region ${config.region}, then lbc-setup iam`,
    }));
  },
};

const second: Diagnosis = {
  id: 'second-controller',
  title: 'two load balancer controllers are in the cluster; each undoes what the other does',
  inCluster: true,
  async look(context) {
    const all = (await objectsOf(context, 'Deployment')).filter(
      (one) => isController(one) && one.spec?.replicas !== 0,
    );
    if (all.length < 2) return [];
    const other = all.find(({ metadata }) => metadata.name !== controllerName) ?? all[0];
    const { name, namespace } = other?.metadata ?? {};
    return [
      {
        evidence: all.map(nameOf).join(', '),
        fix: `remove the one that is not needed, with what installed it; until then: kubectl scale deployment ${name} --namespace ${namespace} --replicas 0`,
      },
    ];
  },
};

/** What can be wrong with the controller itself. */
export const controllerDiagnoses: readonly Diagnosis[] = [
  stopped,
  crashing,
  misled,
  podIdentity,
  withoutRole,
  second,
];
