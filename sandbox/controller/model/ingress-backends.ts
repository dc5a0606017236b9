import type { Service } from '../kube/types.ts';
import { type BackendAction, fixedResponse } from './actions.ts';
import type { GroupMember, IngressGroup } from './ingress-group.ts';
import { buildIngressTargetGroup, ingressTargetGroupId } from './ingress-target-group.ts';
import type { ChosenGroups, ModelSources } from './sources.ts';
import type { ActionModel, BindingModel, TargetGroupModel } from './types.ts';

/** Where the rules of a group lead; collects target groups and bindings as actions ask for them. */
export interface Backends {
  readonly targetGroups: readonly TargetGroupModel[];
  readonly bindings: readonly BindingModel[];
  /** The action with its Services looked up; one Service alone that does not exist answers 503 if tolerated. */
  action(member: GroupMember, action: BackendAction): ActionModel;
}

/** Makes an empty collection. */
export function createBackends(sources: ModelSources, group: IngressGroup, chosen: ChosenGroups): Backends {
  const targetGroups: TargetGroupModel[] = [];
  const bindings: BindingModel[] = [];
  const serviceOf = (member: GroupMember, name: string | undefined): Service | undefined =>
    name === undefined ? undefined : sources.kube.services.get(name, member.ingress.metadata.namespace);
  const targetGroup = (member: GroupMember, service: Service, port: number | string): string => {
    const id = ingressTargetGroupId(member, service, port);
    if (targetGroups.some((known) => known.id === id)) return id;
    const { backendGroup } = chosen;
    const made = buildIngressTargetGroup({ sources, group: group.id, member, service, port, backendGroup });
    targetGroups.push(made.group);
    bindings.push(made.binding);
    return id;
  };
  return {
    targetGroups,
    bindings,
    action(member, action) {
      if (action.type !== 'forward') return action;
      const { targets, stickiness } = action;
      const services = targets.map((target) => serviceOf(member, target.serviceName));
      const missing = targets.find(
        (target, at) => target.serviceName !== undefined && services[at] === undefined,
      );
      if (missing !== undefined) {
        if (sources.config.tolerateMissingService && targets.length === 1) {
          return fixedResponse('503', 'Backend service does not exist');
        }
        throw new Error(`Service "${missing.serviceName}" not found`);
      }
      return {
        type: 'forward',
        stickiness,
        targetGroups: targets.map((target, at) => {
          const service = services[at];
          const reference =
            service === undefined
              ? { arn: target.targetGroupArn ?? '' }
              : { id: targetGroup(member, service, target.servicePort ?? 0) };
          return { group: reference, weight: target.weight };
        }),
      };
    },
  };
}
