import { child, type Fields, fill, items, part } from './fill.ts';

// pkg/apis/core/v1/defaults.go of Kubernetes 1.35

const fileMode = 0o644;

const pullPolicy = (image: unknown): string => {
  const name =
    String(image ?? '')
      .split('@')[0]
      ?.split('/')
      .at(-1) ?? '';
  const tag = name.includes(':') ? name.split(':').at(-1) : undefined;
  return String(image ?? '').includes('@') || (tag && tag !== 'latest') ? 'IfNotPresent' : 'Always';
};

const probeKinds = ['livenessProbe', 'readinessProbe', 'startupProbe'];

function fillContainer(container: Fields): void {
  fill(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(container.image),
    resources: {},
  });
  for (const port of items(container, 'ports')) fill(port, { protocol: 'TCP' });
  for (const variable of items(container, 'env')) {
    const fieldRef = part(part(variable, 'valueFrom'), 'fieldRef');
    if (fieldRef) fill(fieldRef, { apiVersion: 'v1' });
  }
  for (const kind of probeKinds) {
    const probe = part(container, kind);
    if (!probe) continue;
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    const get = part(probe, 'httpGet');
    if (get) fill(get, { path: '/', scheme: 'HTTP' });
  }
}

/** A limit without a request is its request: in pods, not in the templates of pods. */
export function fillRequests(spec: Fields): void {
  for (const list of ['initContainers', 'containers'])
    for (const container of items(spec, list)) {
      const resources = part(container, 'resources');
      const limits = part(resources, 'limits');
      if (resources && limits) fill(child(resources, 'requests'), limits);
    }
}

const sourcesWithMode = ['secret', 'configMap', 'downwardAPI', 'projected'];

function fillVolume(volume: Fields): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
  for (const source of sourcesWithMode) {
    const found = part(volume, source);
    if (found) fill(found, { defaultMode: fileMode });
  }
  const hostPath = part(volume, 'hostPath');
  if (hostPath) fill(hostPath, { type: '' });
  for (const source of items(part(volume, 'projected'), 'sources')) {
    const token = part(source, 'serviceAccountToken');
    if (token) fill(token, { expirationSeconds: 3600 });
    fillFieldReferences(part(source, 'downwardAPI'));
  }
  fillFieldReferences(part(volume, 'downwardAPI'));
}

function fillFieldReferences(source: Fields | undefined): void {
  for (const item of items(source, 'items')) {
    const reference = part(item, 'fieldRef');
    if (reference) fill(reference, { apiVersion: 'v1' });
  }
}

/** Fills in a PodSpec. */
export function fillPodSpec(spec: Fields): void {
  fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account) fill(spec, { serviceAccountName: account, serviceAccount: account });
  for (const list of ['initContainers', 'containers'])
    for (const container of items(spec, list)) fillContainer(container);
  for (const volume of items(spec, 'volumes')) fillVolume(volume);
}
