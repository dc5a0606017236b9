import type { Ingress, IngressBackend, IngressClass, Service } from '../kube/types.ts';
import { messageOf } from '../log.ts';
import { backendAction } from '../model/actions.ts';
import { albController } from '../model/ingress-class.ts';
import { groupOf, ingressAnnotations, pendingGroups } from '../model/ingress-group.ts';
import { type GroupIdentity, groupText } from '../naming.ts';
import { isRelevant } from './changes.ts';
import type { ReconcilerParts } from './parts.ts';

/** Calls `enqueue` with the groups that a change in the cluster concerns. */
export function watchIngresses(
  { config, kube, events }: Pick<ReconcilerParts, 'config' | 'kube' | 'events'>,
  enqueue: (id: GroupIdentity) => void,
): void {
  const enqueueGroups = (ingress: Ingress): void => {
    const groups = pendingGroups(ingress);
    try {
      const found = groupOf(kube, config, ingress);
      if (found !== undefined) groups.push(found.id);
    } catch (error) {
      const message = `failed load groupID due to ${messageOf(error)}`;
      events.record(ingress, 'Warning', 'FailedLoadGroupID', message);
    }
    const distinct = new Map(groups.map((id) => [`${id.namespace}/${groupText(id)}`, id]));
    for (const id of distinct.values()) enqueue(id);
  };
  const ofService = (service: Service): Ingress[] =>
    kube.ingresses
      .list(service.metadata.namespace)
      .filter((ingress) => backendNames(config, ingress).has(service.metadata.name));
  const ofClass = ({ metadata }: IngressClass): Ingress[] =>
    kube.ingresses.list().filter((ingress) => ingress.spec.ingressClassName === metadata.name);

  kube.ingresses.subscribe((change) => {
    if (change.kind !== 'deleted' && isRelevant(change, true)) enqueueGroups(change.object);
  });
  kube.services.subscribe((change) => {
    if (isRelevant(change, true)) for (const ingress of ofService(change.object)) enqueueGroups(ingress);
  });
  kube.classes.subscribe((change) => {
    if (isRelevant(change, false)) for (const ingress of ofClass(change.object)) enqueueGroups(ingress);
  });
  kube.classParams.subscribe((change) => {
    if (!isRelevant(change, false)) return;
    const { name } = change.object.metadata;
    const classes = kube.classes
      .list()
      .filter(({ spec }) => spec.controller === albController && spec.parameters?.name === name);
    for (const each of classes) for (const ingress of ofClass(each)) enqueueGroups(ingress);
  });
}

/** Names of the Services that an Ingress leads to, by its backends and by the actions in its annotations. */
function backendNames(config: ReconcilerParts['config'], ingress: Ingress): Set<string> {
  const annotations = ingressAnnotations(ingress.metadata.annotations);
  const backends: IngressBackend[] = [
    ...(ingress.spec.defaultBackend === undefined ? [] : [ingress.spec.defaultBackend]),
    ...(ingress.spec.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend)),
  ];
  const names = backends.flatMap((backend) => {
    try {
      const action = backendAction(config, { ingress, annotations }, backend);
      return action.type === 'forward' ? action.targets.flatMap(({ serviceName }) => serviceName ?? []) : [];
    } catch {
      // A malformed action is told when the model is built.
      return [];
    }
  });
  return new Set(names);
}
