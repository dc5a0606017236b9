import type { IngressBackend, IntOrString } from '../kube/types.ts';
import type { ControllerConfig } from '../process/config.ts';
import type { GroupMember } from './ingress-group.ts';
import type { ActionModel } from './types.ts';

/** Where a forward action leads before its Services are looked up. */
export interface ForwardTarget {
  readonly serviceName?: string;
  readonly servicePort?: IntOrString;
  readonly targetGroupArn?: string;
  readonly weight?: number;
}

/** An action whose Services are not looked up yet. */
export type BackendAction =
  | Exclude<ActionModel, { type: 'forward' }>
  | {
      readonly type: 'forward';
      readonly targets: readonly ForwardTarget[];
      readonly stickiness?: { readonly enabled?: boolean; readonly durationSeconds?: number };
    };

/** A fixed plain-text response. */
export const fixedResponse = (statusCode: string, messageBody?: string): ActionModel => ({
  type: 'fixed-response',
  contentType: 'text/plain',
  statusCode,
  messageBody,
});

/** The port name that says: the action stands in the annotation `actions.NAME`. */
const useAnnotation = 'use-annotation';

/** The action of an Ingress backend: a Service, or what an annotation says. Throws for a malformed annotation. */
export function backendAction(
  config: ControllerConfig,
  member: GroupMember,
  backend: IngressBackend,
): BackendAction {
  if (backend.service === undefined) throw new Error('missing required "service" field');
  const { name, port } = backend.service;
  if (port?.name !== useAnnotation) {
    return {
      type: 'forward',
      targets: [{ serviceName: name, servicePort: port?.name ?? port?.number ?? 0 }],
    };
  }
  const raw = member.annotations.json(`actions.${name}`) as RawAction | undefined;
  if (raw !== undefined) return readAction(raw);
  if (config.tolerateMissingAction)
    return fixedResponse('503', 'Backend action does not exist') as BackendAction;
  throw new Error(`missing actions.${name} configuration`);
}

interface RawAction {
  readonly type?: string;
  readonly targetGroupARN?: string;
  readonly fixedResponseConfig?: {
    readonly statusCode?: string;
    readonly contentType?: string;
    readonly messageBody?: string;
  };
  readonly redirectConfig?: {
    readonly statusCode?: string;
    readonly host?: string;
    readonly path?: string;
    readonly port?: string;
    readonly protocol?: string;
    readonly query?: string;
  };
  readonly forwardConfig?: {
    readonly targetGroups?: readonly {
      readonly targetGroupARN?: string;
      readonly serviceName?: string;
      readonly servicePort?: IntOrString;
      readonly weight?: number;
    }[];
    readonly targetGroupStickinessConfig?: { readonly enabled?: boolean; readonly durationSeconds?: number };
  };
}

function readAction(raw: RawAction): BackendAction {
  switch (raw.type) {
    case 'fixed-response': {
      if (raw.fixedResponseConfig === undefined) throw new Error('missing FixedResponseConfig');
      const { statusCode } = raw.fixedResponseConfig;
      if (!statusCode) throw new Error('invalid FixedResponseConfig: statusCode is required');
      return { type: 'fixed-response', ...raw.fixedResponseConfig, statusCode };
    }
    case 'redirect': {
      if (raw.redirectConfig === undefined) throw new Error('missing RedirectConfig');
      const { statusCode } = raw.redirectConfig;
      if (!statusCode) throw new Error('invalid RedirectConfig: statusCode is required');
      return { type: 'redirect', ...raw.redirectConfig, statusCode };
    }
    case 'forward':
      return readForward(raw);
    default:
      throw new Error(`unknown action type: ${raw.type ?? ''}`);
  }
}

function readForward({ targetGroupARN, forwardConfig }: RawAction): BackendAction {
  if (targetGroupARN !== undefined && forwardConfig !== undefined) {
    throw new Error('either ForwardConfig or TargetGroupARN/TargetGroupName can be specified');
  }
  if (targetGroupARN !== undefined) return { type: 'forward', targets: [{ targetGroupArn: targetGroupARN }] };
  if (forwardConfig === undefined) throw new Error('missing ForwardConfig or TargetGroupARN/TargetGroupName');
  const groups = forwardConfig.targetGroups ?? [];
  for (const group of groups) {
    if (group.targetGroupARN === undefined && group.serviceName === undefined) {
      throw new Error(
        'invalid ForwardConfig: invalid TargetGroupTuple: missing serviceName or targetGroupARN/targetGroupName',
      );
    }
    if (group.serviceName !== undefined && group.servicePort === undefined) {
      throw new Error('invalid ForwardConfig: invalid TargetGroupTuple: missing servicePort');
    }
    if (groups.length > 1 && group.weight === undefined) {
      throw new Error('invalid ForwardConfig: weight must be set when route to multiple target groups');
    }
  }
  return {
    type: 'forward',
    targets: groups.map((group) => ({
      serviceName: group.serviceName,
      servicePort: normalPort(group.servicePort),
      targetGroupArn: group.targetGroupARN,
      weight: group.weight,
    })),
    stickiness: forwardConfig.targetGroupStickinessConfig,
  };
}

/** Older manifests write port numbers as text. */
const normalPort = (port: IntOrString | undefined): IntOrString | undefined =>
  typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : port;
