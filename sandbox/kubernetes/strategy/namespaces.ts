import type { KubeObject } from '../api.ts';
import type { Strategy } from './strategy.ts';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string };
}

const immortal = new Set(['default', 'kube-public', 'kube-system']);

/** Namespaces carry their own name as a label, and a finalizer outside metadata that the namespace controller lifts. */
export const namespaces: Strategy = {
  nameRule: 'label',
  defaults(object) {
    object.metadata.labels = {
      'kubernetes.io/metadata.name': object.metadata.name,
      ...object.metadata.labels,
    };
    object.metadata.labels['kubernetes.io/metadata.name'] = object.metadata.name;
  },
  prepareCreate(object) {
    object.spec = { finalizers: ['kubernetes'] };
    object.status = { phase: 'Active' };
  },
  prepareUpdate(object: Namespace, old: Namespace) {
    object.spec = old.spec;
  },
  undeletable: ({ metadata }) =>
    immortal.has(metadata.name) ? 'this namespace may not be deleted' : undefined,
  holds: (object: Namespace) => (object.spec?.finalizers ?? []).length > 0,
  beginDelete(object: Namespace) {
    object.status = { ...object.status, phase: 'Terminating' };
    delete object.metadata.deletionGracePeriodSeconds;
  },
};
