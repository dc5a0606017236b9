import type { IpPermission } from '@aws-sdk/client-ec2';
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { BindingSpec, IntOrString } from '../kube/types.ts';
import type { GroupIdentity } from '../naming.ts';
import type { StackOwner } from '../tracking.ts';

type Tags = Readonly<Record<string, string>>;

/** A security group that the controller makes for one load balancer. */
export interface SecurityGroupModel {
  readonly name: string;
  readonly description: string;
  readonly ingress: readonly IpPermission[];
  readonly tags: Tags;
}

/** The load balancer of a stack. */
export interface LoadBalancerModel {
  readonly name: string;
  readonly type: 'network' | 'application';
  readonly scheme: string;
  readonly subnets: readonly string[];
  /** IDs; `managed` stands for the stack's own security group. */
  readonly securityGroups: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

/** How targets are probed. Durations in seconds. */
export interface HealthCheckModel {
  readonly port: IntOrString;
  readonly protocol: string;
  readonly path?: string;
  readonly matcher?: { readonly HttpCode?: string; readonly GrpcCode?: string };
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** A target group; `id` is its resource identity within the stack. */
export interface TargetGroupModel {
  readonly id: string;
  readonly name: string;
  readonly targetType: 'ip' | 'instance';
  readonly port: number;
  readonly protocol: string;
  readonly protocolVersion?: string;
  readonly healthCheck: HealthCheckModel;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

/** A target group of the stack, or a foreign one. */
export type TargetGroupReference = { readonly id: string } | { readonly arn: string };

/** What a listener or a rule does with a request. */
export type ActionModel =
  | {
      readonly type: 'forward';
      readonly targetGroups: readonly { readonly group: TargetGroupReference; readonly weight?: number }[];
      readonly stickiness?: { readonly enabled?: boolean; readonly durationSeconds?: number };
    }
  | {
      readonly type: 'fixed-response';
      readonly statusCode: string;
      readonly contentType?: string;
      readonly messageBody?: string;
    }
  | {
      readonly type: 'redirect';
      readonly statusCode: string;
      readonly host?: string;
      readonly path?: string;
      readonly port?: string;
      readonly protocol?: string;
      readonly query?: string;
    };

/** A listener; its port is its identity. */
export interface ListenerModel {
  readonly port: number;
  readonly protocol: string;
  readonly certificates: readonly string[];
  readonly sslPolicy?: string;
  readonly actions: readonly ActionModel[];
  readonly tags: Tags;
}

/** A rule of a listener. */
export interface RuleModel {
  readonly port: number;
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly ActionModel[];
  readonly tags: Tags;
}

/** A TargetGroupBinding; the target group's ARN is known when it exists. */
export interface BindingModel {
  /** The target group's identity. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly spec: Omit<BindingSpec, 'targetGroupARN'>;
}

/** All that shall exist for one Service or Ingress group. Empty lists: all of it shall go. */
export interface StackModel {
  readonly owner: StackOwner;
  readonly id: GroupIdentity;
  readonly securityGroup?: SecurityGroupModel;
  readonly loadBalancer?: LoadBalancerModel;
  readonly targetGroups: readonly TargetGroupModel[];
  readonly listeners: readonly ListenerModel[];
  readonly rules: readonly RuleModel[];
  readonly bindings: readonly BindingModel[];
}

/** What building a model found out. */
export interface BuiltModel {
  readonly stack: StackModel;
  /** True when the shared security group was asked for. */
  readonly usesBackendGroup: boolean;
}

/** Stands for the stack's own security group in `LoadBalancerModel.securityGroups`. */
export const managedGroup = 'managed';

/** The model of a stack of which nothing shall be left. */
export const emptyStack = (owner: StackOwner, id: GroupIdentity): StackModel => ({
  owner,
  id,
  targetGroups: [],
  listeners: [],
  rules: [],
  bindings: [],
});
