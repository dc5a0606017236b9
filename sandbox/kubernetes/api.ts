/** Any Kubernetes object. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** The part of ObjectMeta that the rehearsal uses. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: unknown[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** A resource as it stands in a URL: `deployments.apps`, `services` (core group), `targetgroupbindings.elbv2.k8s.aws`. */
export type ResourceName = string;

/** A `metav1.Status` failure as the API server answers it. */
export class KubeError extends Error {
  /** HTTP status. */
  readonly code: number;
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Forbidden`, `InternalError`, … */
  readonly reason: string;
  readonly details?: object;
  constructor(code: number, reason: string, message: string, details?: object) {
    super(message);
    this.name = 'KubeError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** Part of an object with an endpoint of its own; `finalize` writes a namespace's `spec.finalizers`. */
export type Subresource = 'status' | 'finalize';

/** What becomes of the objects that a deleted object owns. */
export type PropagationPolicy = 'Foreground' | 'Background' | 'Orphan';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** The part of metav1.DeleteOptions that controllers use. */
export interface DeleteOptions {
  /** 0 is how a kubelet removes a pod whose containers have ended; default: the object's own (pods: 30 s). */
  readonly gracePeriodSeconds?: number;
  /** Default: Background. */
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** Delete only this incarnation; Conflict otherwise. */
  readonly uid?: string;
}

/**
 * The Kubernetes API in-process, for the rehearsal's own controllers: same storage, validation, admission and
 * finalizer rules as over HTTP. Objects returned are copies; changing one changes nothing. Errors are KubeError.
 */
export interface KubeClient {
  get(resource: ResourceName, name: string, namespace?: string): Promise<KubeObject | undefined>;
  /** Namespace undefined: all namespaces. Labels: equality. */
  list(
    resource: ResourceName,
    options?: { namespace?: string; labels?: Record<string, string> },
  ): Promise<KubeObject[]>;
  create(resource: ResourceName, object: KubeObject): Promise<KubeObject>;
  /** Replaces; conflicts when resourceVersion is given and stale. `status` writes the status subresource only. */
  update(
    resource: ResourceName,
    object: KubeObject,
    options?: { subresource?: Subresource },
  ): Promise<KubeObject>;
  /** JSON merge patch (RFC 7386). */
  patch(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    patch: object,
    options?: { subresource?: 'status' },
  ): Promise<KubeObject>;
  delete(resource: ResourceName, name: string, namespace?: string, options?: DeleteOptions): Promise<void>;
  /** Calls back with the present objects as ADDED, then with every change, in order. Returns the stop function. */
  watch(resource: ResourceName, onEvent: (event: WatchEvent) => void): () => void;
}

/** A container's end of a running cluster. */
export interface KubernetesCluster {
  readonly name: string;
  readonly region: string;
  /** `https://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** PEM of the CA that signed the endpoint's certificate. */
  readonly certificateAuthority: string;
  /** `https://oidc.eks.REGION.amazonaws.com/id/…`: the issuer of its ServiceAccount tokens. */
  readonly issuer: string;
  /** The issuer's keys as a JSON Web Key Set (RFC 7517), to verify those tokens and to serve `/keys`. */
  readonly jwks: { keys: object[] };
  /** A client that acts as the given Kubernetes user, for example `system:serviceaccount:kube-system:coredns`. */
  client(user: string): KubeClient;
  /** Mints a token as the TokenRequest API does. */
  createToken(
    serviceAccount: { namespace: string; name: string },
    audiences: string[],
    seconds: number,
  ): Promise<string>;
  /** Stops serving: connections are refused from then on. */
  stop(): Promise<void>;
}

/** What EKS says of a cluster when it starts its API server. */
export interface ClusterSpec {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  /** `1.35` */
  readonly version: string;
  readonly issuer: string;
  readonly vpcId: string;
  /** The first half of the addresses of Services (`10.100`), whose range is a /16. */
  readonly servicePrefix: string;
  /** Maps an authenticated AWS principal to Kubernetes, by access entries; undefined is 401. */
  authorize(
    principal: import('../aws/service.ts').Principal,
  ): { username: string; groups: string[] } | undefined;
}

/** Starts and finds the API servers of the emulated clusters. */
export interface KubernetesHost {
  start(spec: ClusterSpec): Promise<KubernetesCluster>;
  /** By EKS cluster name and region. */
  find(name: string, region: string): KubernetesCluster | undefined;
  /** By OIDC issuer URL, any region. */
  byIssuer(issuer: string): KubernetesCluster | undefined;
  stopAll(): Promise<void>;
}

/** What runs inside a cluster, made when its API server starts: the controllers, kubelets and programs. */
export interface Workloads {
  /** The lines that a container has written, `ago` runs back (0 or 1); undefined for a run that never was. */
  logs(namespace: string, pod: string, container: string, ago?: number): readonly string[] | undefined;
  /**
   * A pod being created, as EKS's own mutating admission leaves it (Fargate placement, IRSA's credentials). Called
   * after the built-in defaults and before any webhook.
   */
  admitPod(pod: KubeObject): Promise<KubeObject>;
  stop(): void;
}

/** How a host's clusters differ from each other in what runs in them. */
export interface KubernetesHostOptions {
  /** Starts what runs inside a new cluster; called once its API server answers. */
  workloads?(cluster: KubernetesCluster, spec: ClusterSpec): Workloads;
  /** The most objects in one page of a list that a client asks for in pages; default: what the client asks for. */
  readonly pageSize?: number;
}
