import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import { forbidden } from '../model/errors.ts';
import type { ApiServer } from '../rest/context.ts';
import { nameSuffix } from '../rest/metadata.ts';

interface Container {
  readonly name: string;
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
}

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly { readonly name: string }[];
  readonly imagePullSecrets?: readonly object[];
  readonly tolerations?: readonly Toleration[];
}

const tokenDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';
const tokenSeconds = 3607;
const evictionSeconds = 300;

/** What the plugins ServiceAccount, DefaultTolerationSeconds and Priority do to a new pod. */
export function admitPod(server: ApiServer, pod: KubeObject): KubeObject {
  const spec = pod.spec as PodSpec;
  const name = spec.serviceAccountName || 'default';
  const { namespace } = pod.metadata;
  const account = server.store.get('serviceaccounts', namespace, name);
  if (!account)
    throw forbidden(
      { group: '', plural: 'pods' },
      pod.metadata.name,
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    );
  const automount =
    spec.automountServiceAccountToken ?? at<boolean>(account, 'automountServiceAccountToken') ?? true;
  const pullSecrets = spec.imagePullSecrets ?? at<object[]>(account, 'imagePullSecrets');
  const named = {
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    ...spec,
    ...(pullSecrets ? { imagePullSecrets: pullSecrets } : {}),
    serviceAccountName: name,
    serviceAccount: name,
    tolerations: withEviction(spec.tolerations ?? []),
  };
  return {
    ...pod,
    spec: automount ? withToken(named, `kube-api-access-${nameSuffix(server.world)}`) : named,
  };
}

function withEviction(tolerations: readonly Toleration[]): readonly Toleration[] {
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !tolerations.some((one) => one.key === key || (!one.key && one.operator === 'Exists')))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: evictionSeconds }));
  return [...tolerations, ...added];
}

function withToken(spec: PodSpec, volume: string): PodSpec {
  const mount = { name: volume, mountPath: tokenDirectory, readOnly: true };
  const mounted = (container: Container): Container =>
    container.volumeMounts?.some(({ mountPath }) => mountPath === tokenDirectory)
      ? container
      : { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  const sources = [
    { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
  ];
  const containers = spec.containers.map(mounted);
  if (containers.every((container, index) => container === spec.containers[index])) return spec;
  return {
    ...spec,
    containers,
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(mounted) } : {}),
    volumes: [
      ...(spec.volumes ?? []),
      { name: volume, projected: { defaultMode: 420, sources } } as { name: string },
    ],
  };
}
