import type { KubeObject, ObjectMeta } from '../../kubernetes/api.ts';

export type { KubeObject };

/** A port number or name. */
export type IntOrString = number | string;

/** A port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: IntOrString;
  readonly nodePort?: number;
}

/** An entry of `status.loadBalancer.ingress`. */
export interface LoadBalancerIngress {
  readonly hostname?: string;
  readonly ip?: string;
  readonly ports?: readonly { readonly port: number; readonly protocol: string }[];
}

interface WithLoadBalancerStatus {
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] } };
}

/** The part of a Service that the controller reads. */
export interface Service extends KubeObject, WithLoadBalancerStatus {
  spec: {
    readonly type?: string;
    readonly loadBalancerClass?: string;
    readonly ports?: readonly ServicePort[];
    readonly selector?: Readonly<Record<string, string>>;
    readonly loadBalancerSourceRanges?: readonly string[];
    readonly ipFamilies?: readonly string[];
    readonly externalTrafficPolicy?: string;
    readonly allocateLoadBalancerNodePorts?: boolean;
  };
}

/** Where an Ingress path leads. */
export interface IngressBackend {
  readonly service?: {
    readonly name: string;
    readonly port?: { readonly number?: number; readonly name?: string };
  };
}

/** A path of an Ingress rule. */
export interface IngressPath {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend: IngressBackend;
}

/** The part of an Ingress that the controller reads. */
export interface Ingress extends KubeObject, WithLoadBalancerStatus {
  spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths: readonly IngressPath[] };
    }[];
  };
}

/** The part of an IngressClass that the controller reads. */
export interface IngressClass extends KubeObject {
  spec: {
    readonly controller?: string;
    readonly parameters?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  };
}

/** A label selector. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The part of an IngressClassParams that the controller reads. */
export interface IngressClassParams extends KubeObject {
  readonly spec?: {
    readonly namespaceSelector?: LabelSelector;
    readonly group?: { readonly name: string };
    readonly scheme?: string;
    readonly ipAddressType?: string;
    readonly targetType?: string;
    readonly loadBalancerName?: string;
    readonly sslPolicy?: string;
    readonly sslRedirectPort?: string;
    readonly certificateArn?: readonly string[];
    readonly inboundCIDRs?: readonly string[];
    readonly subnets?: {
      readonly ids?: readonly string[];
      readonly tags?: Readonly<Record<string, readonly string[]>>;
    };
    readonly tags?: readonly { readonly key: string; readonly value: string }[];
    readonly loadBalancerAttributes?: readonly { readonly key: string; readonly value: string }[];
    readonly [field: string]: unknown;
  };
}

/** Who may reach a target, and on which ports. */
export interface NetworkingRule {
  readonly from: readonly {
    readonly securityGroup?: { readonly groupID: string };
    readonly ipBlock?: { readonly cidr: string };
  }[];
  readonly ports: readonly { readonly port?: IntOrString; readonly protocol?: string }[];
}

/** What a TargetGroupBinding asks for. */
export interface BindingSpec {
  readonly targetGroupARN?: string;
  readonly targetGroupName?: string;
  readonly targetGroupProtocol?: string;
  readonly targetType?: string;
  readonly ipAddressType?: string;
  readonly vpcID?: string;
  readonly iamRoleArnToAssume?: string;
  readonly multiClusterTargetGroup?: boolean;
  readonly nodeSelector?: LabelSelector;
  readonly serviceRef: { readonly name: string; readonly port: IntOrString };
  readonly networking?: { readonly ingress?: readonly NetworkingRule[] };
}

/** A TargetGroupBinding. */
export interface TargetGroupBinding extends KubeObject {
  spec: BindingSpec;
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly PodCondition[] };
}

/** A condition of a pod (or of a TargetGroupBinding). */
export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** The part of a Pod that the controller reads. */
export interface Pod extends KubeObject {
  spec: {
    readonly nodeName?: string;
    readonly readinessGates?: readonly { readonly conditionType: string }[];
    readonly containers?: readonly {
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
  readonly status?: { readonly podIP?: string; readonly conditions?: readonly PodCondition[] };
}

/** The part of a Node that the controller reads. */
export interface Node extends KubeObject {
  readonly status?: { readonly conditions?: readonly PodCondition[] };
}

/** The part of an EndpointSlice that the controller reads. */
export interface EndpointSlice extends KubeObject {
  readonly addressType?: string;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean; readonly terminating?: boolean };
    readonly targetRef?: { readonly kind: string; readonly name: string; readonly namespace?: string };
  }[];
}

/** `namespace/name`, or the name of a cluster-wide object: how objects are keyed and told in messages. */
export const keyOf = (object: { readonly metadata: ObjectMeta }): string =>
  object.metadata.namespace === undefined
    ? object.metadata.name
    : `${object.metadata.namespace}/${object.metadata.name}`;

/** The parts of a key made by `keyOf`. */
export const splitKey = (key: string): { namespace: string; name: string } => {
  const at = key.indexOf('/');
  return { namespace: key.slice(0, Math.max(at, 0)), name: key.slice(at + 1) };
};

/** True while nobody has asked to delete the object. */
export const isAlive = (object: KubeObject): boolean => object.metadata.deletionTimestamp === undefined;

/** True when the object carries the finalizer. */
export const hasFinalizer = (object: KubeObject, finalizer: string): boolean =>
  object.metadata.finalizers?.includes(finalizer) ?? false;

/** The Service's port of this number or name; throws in the words of the controller. */
export function findServicePort(service: Service, port: IntOrString): ServicePort {
  const found = service.spec.ports?.find((each) =>
    typeof port === 'number' ? each.port === port : each.name === port,
  );
  if (found !== undefined) return found;
  throw new Error(`unable to find port ${port} on service ${keyOf(service)}`);
}

/** The port that the Service's pods listen on: a number, or a name to look up in each pod. */
export const targetPortOf = (port: ServicePort): IntOrString => port.targetPort ?? port.port;

/** True when the labels satisfy the selector; an empty selector takes everything. */
export function matchesSelector(
  labels: Readonly<Record<string, string>> | undefined,
  selector: LabelSelector,
): boolean {
  const value = (key: string): string | undefined => labels?.[key];
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, wanted]) => value(key) === wanted);
  return (
    exact &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const found = value(key);
      if (operator === 'Exists') return found !== undefined;
      if (operator === 'DoesNotExist') return found === undefined;
      const listed = found !== undefined && values.includes(found);
      return operator === 'In' ? listed : !listed;
    })
  );
}
