import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import type { Cause } from '../model/errors.ts';
import { matchesLabelSelector } from '../storage/selectors.ts';
import { forbiddenField, immutable, invalidValue, required, unsupported } from './causes.ts';
import { child, type Fields, fill, part } from './fill.ts';
import { fillPodSpec } from './pod-defaults.ts';
import { validatePodSpec } from './pod-validation.ts';
import type { Strategy } from './strategy.ts';

// pkg/apis/apps of Kubernetes 1.35: defaults and validation.

function fillTemplate(spec: Fields): void {
  fillPodSpec(child(child(spec, 'template'), 'spec'));
}

function rollingUpdate(spec: Fields, key: string, values: Fields): void {
  const strategy = fill(child(spec, key), { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') fill(child(strategy, 'rollingUpdate'), values);
}

function validateWorkload(object: KubeObject, kind: string): Cause[] {
  const spec = part(object, 'spec');
  const replicas = at<number>(spec, 'replicas') ?? 0;
  const selector = part(spec, 'selector');
  const template = part(spec, 'template');
  const labels = at<Record<string, string>>(template, 'metadata.labels') ?? {};
  const empty =
    Object.keys(part(selector, 'matchLabels') ?? {}).length === 0 &&
    !at<unknown[]>(selector, 'matchExpressions')?.length;
  const policy = at<string>(template, 'spec.restartPolicy');
  return [
    ...(replicas < 0 ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : []),
    ...(selector ? [] : [required('spec.selector')]),
    ...(selector && empty
      ? [invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`)]
      : []),
    ...(!selector || (!empty && !matchesLabelSelector(selector, labels))
      ? [
          invalidValue(
            'spec.template.metadata.labels',
            at(template, 'metadata.labels'),
            '`selector` does not match template `labels`',
          ),
        ]
      : []),
    ...validatePodSpec(part(template, 'spec'), 'spec.template.spec'),
    ...(policy !== 'Always' && policy !== undefined
      ? [unsupported('spec.template.spec.restartPolicy', policy, ['Always'])]
      : []),
  ];
}

const fixedSelector = (object: KubeObject, old: KubeObject): Cause[] => {
  const selector = at(object, 'spec.selector');
  return isDeepStrictEqual(selector, at(old, 'spec.selector')) ? [] : [immutable('spec.selector', selector)];
};

const strategyTypes = ['Recreate', 'RollingUpdate'];

function validateStrategy(object: KubeObject): Cause[] {
  const strategy = part(part(object, 'spec'), 'strategy');
  const { type, rollingUpdate } = strategy ?? {};
  if (type === 'Recreate')
    return rollingUpdate
      ? [
          forbiddenField(
            'spec.strategy.rollingUpdate',
            "may not be specified when strategy `type` is 'Recreate'",
          ),
        ]
      : [];
  return strategyTypes.includes(String(type))
    ? []
    : [unsupported('spec.strategy', { Type: type, RollingUpdate: rollingUpdate ?? null }, strategyTypes)];
}

const workload = (kind: string, defaults: (spec: Fields) => void): Strategy => ({
  defaults(object) {
    const spec = child(object, 'spec');
    fillTemplate(spec);
    defaults(spec);
  },
  prepareCreate(object) {
    object.status = {};
  },
  validate: (object) => validateWorkload(object, kind),
  validateUpdate: fixedSelector,
});

const plainDeployments = workload('deployment', (spec) => {
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  rollingUpdate(spec, 'strategy', { maxUnavailable: '25%', maxSurge: '25%' });
});

/** Deployments. */
export const deployments: Strategy = {
  ...plainDeployments,
  validate: (object, server) => [
    ...validateStrategy(object),
    ...(plainDeployments.validate?.(object, server) ?? []),
  ],
};

/** ReplicaSets. */
export const replicaSets: Strategy = {
  ...workload('deployment', (spec) => fill(spec, { replicas: 1 })),
  prepareCreate(object) {
    object.status = { replicas: 0 };
  },
};

/** DaemonSets. */
export const daemonSets: Strategy = {
  ...workload('daemonset', (spec) => {
    fill(spec, { revisionHistoryLimit: 10 });
    rollingUpdate(spec, 'updateStrategy', { maxUnavailable: 1, maxSurge: 0 });
  }),
  prepareCreate(object) {
    object.status = {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    };
  },
};
