import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import { forbiddenField } from './causes.ts';
import { type Fields, items, part } from './fill.ts';
import { fillPodSpec, fillRequests } from './pod-defaults.ts';
import { validatePodSpec } from './pod-validation.ts';
import type { Strategy } from './strategy.ts';

const defaultGraceSeconds = 30;

const specOf = (pod: KubeObject): Fields | undefined => part(pod, 'spec');

/** Pods end gracefully when a node runs them; the node removes them with a grace period of 0. */
export const pods: Strategy = {
  defaults(pod) {
    const spec = specOf(pod);
    if (!spec) return;
    fillPodSpec(spec);
    fillRequests(spec);
    spec.enableServiceLinks ??= true;
  },
  prepareCreate(pod) {
    pod.status = { phase: 'Pending', qosClass: qosClass(pod) };
  },
  validate: (pod) => validatePodSpec(specOf(pod), 'spec'),
  validateUpdate: (pod, old) =>
    isDeepStrictEqual(fixedPart(pod, old), fixedPart(old, old))
      ? []
      : [
          forbiddenField(
            'spec',
            'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
          ),
        ],
  gracePeriod: (pod) =>
    !at(pod, 'spec.nodeName') || ['Succeeded', 'Failed'].includes(at<string>(pod, 'status.phase') ?? '')
      ? 0
      : (at<number>(pod, 'spec.terminationGracePeriodSeconds') ?? defaultGraceSeconds),
};

// Binding sets the node of a pod that has none yet; it goes through the same update.
function fixedPart(pod: KubeObject, old: KubeObject): Fields {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...spec } = specOf(pod) ?? {};
  const withoutImages = (list: string) =>
    items(spec, list).map(({ image: _image, ...container }) => container);
  return {
    ...spec,
    containers: withoutImages('containers'),
    initContainers: withoutImages('initContainers'),
    nodeName: at(old, 'spec.nodeName') ? spec.nodeName : undefined,
  };
}

// kubernetes.io, "Pod Quality of Service Classes"
function qosClass(pod: KubeObject): string {
  const resources = items(specOf(pod), 'containers').map((container) => part(container, 'resources'));
  const sizes = resources.flatMap((one) => [part(one, 'requests'), part(one, 'limits')]);
  if (sizes.every((one) => Object.keys(one ?? {}).length === 0)) return 'BestEffort';
  const guaranteed = resources.every((one) => {
    const limits = part(one, 'limits');
    return limits?.cpu && limits.memory && isDeepStrictEqual(part(one, 'requests'), limits);
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
