import type { FargateProfile } from '@aws-sdk/client-eks';
import { matches, takesPods } from '../adoption/compute.ts';
import { describeFargateProfiles } from '../aws/fargate-profiles.ts';
import type { Context } from '../context.ts';
import { explainReason } from '../errors/reasons.ts';
import { nameOf } from '../steps/served-objects.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import { controllerPods, objectsOf } from './objects.ts';

const isPending = ({ metadata, spec, status }: KubeObject): boolean =>
  status?.phase === 'Pending' && !spec?.nodeName && !metadata.deletionTimestamp;

/** Fargate's admission gives a pod to Fargate when the pod is made, and never afterwards. */
const waitsForNodes = ({ spec }: KubeObject): boolean =>
  (spec?.schedulerName ?? 'default-scheduler') === 'default-scheduler';

/** Whether a profile takes new pods like this one (EKS User Guide, "Define which Pods use AWS Fargate"). */
const selects = ({ selectors = [] }: FargateProfile, { metadata }: KubeObject): boolean =>
  selectors.some(
    ({ namespace = '', labels = {} }) =>
      matches(namespace, metadata.namespace ?? '') &&
      Object.entries(labels).every(([key, value]) => matches(value, metadata.labels?.[key] ?? '')),
  );

/** Pods that wait for nodes in a cluster that has none which takes them. */
async function stranded(context: Context): Promise<{ pod: KubeObject; selected: boolean }[]> {
  const waiting = (await objectsOf(context, 'Pod')).filter((pod) => isPending(pod) && waitsForNodes(pod));
  if (waiting.length === 0 || (await objectsOf(context, 'Node')).some(takesPods)) return [];
  const profiles = (await describeFargateProfiles(context)).filter(({ status }) => status === 'ACTIVE');
  return waiting.map((pod) => ({ pod, selected: profiles.some((profile) => selects(profile, pod)) }));
}

const tooOld: Diagnosis = {
  id: 'pods-older-than-profile',
  title: 'pods are older than their Fargate profile and wait for nodes, of which there are none',
  inCluster: true,
  async look(context) {
    const pods = (await stranded(context)).filter(({ selected }) => selected).map(({ pod }) => pod);
    const deployments = await objectsOf(context, 'Deployment');
    return pods.map((pod): Finding => {
      const owner = deployments.find(
        ({ metadata, spec }) =>
          metadata.namespace === pod.metadata.namespace && owns(spec?.selector?.matchLabels, pod),
      );
      const { name, namespace = '' } = (owner ?? pod).metadata;
      const evidence = `${nameOf(pod)}: ${whyUnscheduled(pod)}`;
      if (!owner)
        return { evidence, fix: `make it anew: kubectl delete pod ${name} --namespace ${namespace}` };
      return {
        evidence,
        fix: `kubectl rollout restart deployment ${name} --namespace ${namespace}`,
        cure: { run: ({ kubectl }) => kubectl.restart(name, namespace) },
      };
    });
  },
};

const owns = (wanted: Readonly<Record<string, string>> = {}, { metadata }: KubeObject): boolean =>
  Object.keys(wanted).length > 0 &&
  Object.entries(wanted).every(([key, value]) => metadata.labels?.[key] === value);

const whyUnscheduled = ({ status }: KubeObject): string =>
  status?.conditions?.find(({ type }: { type: string }) => type === 'PodScheduled')?.message ??
  'not scheduled';

const unselected: Diagnosis = {
  id: 'pods-without-profile',
  title: 'no Fargate profile selects a pod, and there are no nodes',
  inCluster: true,
  async look(context) {
    const { cluster, region } = context.config;
    return (await stranded(context))
      .filter(({ selected }) => !selected)
      .map(({ pod }) => ({
        evidence: `${nameOf(pod)}: ${whyUnscheduled(pod)}`,
        fix: `eksctl create fargateprofile --cluster ${cluster} --namespace ${pod.metadata.namespace} --region ${region}, then make the pod anew`,
      }));
  },
};

/** What Fargate itself says of pods that it does not start. */
const refused: Diagnosis = {
  id: 'fargate-refuses',
  title: 'Fargate does not start a pod',
  inCluster: true,
  async look(context) {
    const events = await objectsOf(context, 'Event');
    const waiting = (await objectsOf(context, 'Pod')).filter((pod) => isPending(pod) && !waitsForNodes(pod));
    return waiting.flatMap((pod) => {
      const event = events
        .filter(({ involvedObject, type }) => involvedObject?.uid === pod.metadata.uid && type === 'Warning')
        .filter(({ reason }) => reason === 'FailedScheduling')
        .sort((one, other) => String(one.lastTimestamp).localeCompare(String(other.lastTimestamp)))
        .at(-1);
      return event ? [explained(pod, String(event.message))] : [];
    });
  },
};

/** Containers that do not run, in their own words; those of the controller have a diagnosis of their own. */
const notRunning: Diagnosis = {
  id: 'containers',
  title: 'a container does not run',
  inCluster: true,
  async look(context) {
    const controllers = (await controllerPods(context)).map(({ metadata }) => metadata.uid);
    const pods = (await objectsOf(context, 'Pod')).filter(
      (pod) => !pod.metadata.deletionTimestamp && !controllers.includes(pod.metadata.uid),
    );
    return pods.flatMap((pod) => {
      const waiting = pod.status?.containerStatuses?.find(
        (one: { state?: { waiting?: { message?: string } } }) => one.state?.waiting?.message,
      )?.state.waiting;
      return waiting ? [explained(pod, `${waiting.reason}: ${waiting.message}`)] : [];
    });
  },
};

function explained(pod: KubeObject, text: string): Finding {
  const reason = explainReason(text);
  const { name, namespace } = pod.metadata;
  return {
    evidence: `${nameOf(pod)}: ${text}`,
    what: reason?.what,
    fix: reason?.fix ?? `kubectl describe pod ${name} --namespace ${namespace}`,
  };
}

/** What can keep pods from running. */
export const podDiagnoses: readonly Diagnosis[] = [tooOld, unselected, refused, notRunning];
