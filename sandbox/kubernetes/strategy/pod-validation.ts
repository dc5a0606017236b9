import type { Cause } from '../model/errors.ts';
import { quantityValue } from '../model/quantity.ts';
import {
  duplicate,
  invalidValue,
  isPort,
  missing,
  portRange,
  repeated,
  required,
  unsupported,
  unsupportedInOrder,
} from './causes.ts';
import { type Fields, items, part } from './fill.ts';
import { validateName } from './names.ts';

// pkg/apis/core/validation of Kubernetes 1.35: the mistakes that people make.

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const protocols = ['SCTP', 'TCP', 'UDP'];

/** What is wrong with a PodSpec; `path` is where it stands. */
export function validatePodSpec(spec: Fields | undefined, path: string): Cause[] {
  const containers = items(spec, 'containers');
  const inits = items(spec, 'initContainers');
  const volumes = items(spec, 'volumes');
  const names = new Set(volumes.map((volume) => volume.name));
  const restartPolicy = spec?.restartPolicy;
  return [
    ...volumes.flatMap((volume, index) => validateNamed(volume, `${path}.volumes[${index}]`)),
    ...volumes.flatMap((volume, index) => {
      const secret = part(volume, 'secret');
      return !secret || secret.secretName ? [] : [required(`${path}.volumes[${index}].secret.secretName`)];
    }),
    ...duplicates(volumes, `${path}.volumes`),
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...containers.flatMap((one, index) => validateContainer(one, `${path}.containers[${index}]`, names)),
    ...duplicates(containers, `${path}.containers`),
    ...inits.flatMap((one, index) => validateContainer(one, `${path}.initContainers[${index}]`, names)),
    ...duplicates([...containers, ...inits], `${path}.initContainers`).slice(
      duplicates(containers, '').length,
    ),
    ...(restartPolicies.includes(String(restartPolicy))
      ? []
      : [unsupportedInOrder(`${path}.restartPolicy`, restartPolicy, restartPolicies)]),
  ];
}

const duplicates = (list: readonly Fields[], path: string): Cause[] =>
  repeated(list.map((one) => one.name)).map(({ value, index }) => duplicate(`${path}[${index}].name`, value));

const validateNamed = ({ name }: Fields, path: string): Cause[] =>
  name ? validateName(`${path}.name`, String(name), 'label') : [required(`${path}.name`)];

function validateContainer(container: Fields, path: string, volumes: ReadonlySet<unknown>): Cause[] {
  return [
    ...validateNamed(container, path),
    ...(container.image ? [] : [required(`${path}.image`)]),
    ...(pullPolicies.includes(String(container.imagePullPolicy))
      ? []
      : [unsupported(`${path}.imagePullPolicy`, container.imagePullPolicy, pullPolicies)]),
    ...items(container, 'ports').flatMap((port, index) => validatePort(port, `${path}.ports[${index}]`)),
    ...validateResources(part(container, 'resources'), `${path}.resources`),
    ...items(container, 'env').flatMap(({ name }, index) =>
      name ? [] : [required(`${path}.env[${index}].name`)],
    ),
    ...items(container, 'volumeMounts').flatMap((mount, index) =>
      validateMount(mount, `${path}.volumeMounts[${index}]`, volumes),
    ),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((kind) =>
      validateProbe(part(container, kind), `${path}.${kind}`),
    ),
  ];
}

function validateResources(resources: Fields | undefined, path: string): Cause[] {
  const limits = part(resources, 'limits') ?? {};
  return Object.entries(part(resources, 'requests') ?? {}).flatMap(([name, request]) => {
    const limit = limits[name];
    return limit === undefined || quantityValue(String(request)) <= quantityValue(String(limit))
      ? []
      : [
          invalidValue(
            `${path}.requests`,
            request,
            `must be less than or equal to ${name} limit of ${limit}`,
          ),
        ];
  });
}

function validatePort({ containerPort, protocol }: Fields, path: string): Cause[] {
  return [
    ...(containerPort ? [] : [required(`${path}.containerPort`)]),
    ...(!containerPort || isPort(containerPort)
      ? []
      : [invalidValue(`${path}.containerPort`, containerPort, portRange)]),
    ...(protocols.includes(String(protocol)) ? [] : [unsupported(`${path}.protocol`, protocol, protocols)]),
  ];
}

function validateMount({ name, mountPath }: Fields, path: string, volumes: ReadonlySet<unknown>): Cause[] {
  return [
    ...(name ? (volumes.has(name) ? [] : [missing(`${path}.name`, name)]) : [required(`${path}.name`)]),
    ...(mountPath ? [] : [required(`${path}.mountPath`)]),
  ];
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

function validateProbe(probe: Fields | undefined, path: string): Cause[] {
  if (!probe) return [];
  if (!handlers.some((kind) => part(probe, kind))) return [required(path, 'must specify a handler type')];
  const port = (part(probe, 'httpGet') ?? part(probe, 'tcpSocket'))?.port;
  const kind = part(probe, 'httpGet') ? 'httpGet' : 'tcpSocket';
  return typeof port === 'number' && !isPort(port)
    ? [invalidValue(`${path}.${kind}.port`, port, portRange)]
    : [];
}
