import { isIP } from 'node:net';
import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import type { Cause } from '../model/errors.ts';
import {
  duplicate,
  forbiddenField,
  invalidValue,
  isPort,
  portRange,
  repeated,
  required,
  unsupported,
} from './causes.ts';
import { validateLabelValue, validateName } from './names.ts';
import { isExternal, type ServicePort, type ServiceSpec } from './services.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];

/** What is wrong with a Service (pkg/apis/core/validation). */
export function validateService(service: KubeObject): Cause[] {
  const spec = (service.spec ?? {}) as ServiceSpec;
  const { type = '', ports = [], clusterIP } = spec;
  if (!types.includes(type)) return [unsupported('spec.type', type, types)];
  return [
    ...(ports.length === 0 && type !== 'ExternalName' && clusterIP !== 'None'
      ? [required('spec.ports')]
      : []),
    ...ports.flatMap((port, index) => validatePort(port, `spec.ports[${index}]`, ports.length > 1)),
    ...repeated(ports.map((port) => port.name).filter(Boolean)).map(({ value, index }) =>
      duplicate(`spec.ports[${index}].name`, value),
    ),
    ...repeated(ports.map(({ port, protocol }) => `${protocol} ${port}`)).map(({ index }) =>
      // The internal form of a port, as Go prints it.
      duplicate(`spec.ports[${index}]`, {
        Name: '',
        Protocol: ports[index]?.protocol,
        AppProtocol: null,
        Port: ports[index]?.port,
        TargetPort: 0,
        NodePort: 0,
      }),
    ),
    ...(type === 'ExternalName' && !spec.externalName ? [required('spec.externalName')] : []),
    ...(clusterIP && clusterIP !== 'None' && isIP(clusterIP) === 0
      ? [
          invalidValue(
            'spec.clusterIPs[0]',
            clusterIP,
            'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
          ),
        ]
      : []),
    ...Object.values((spec.selector ?? {}) as Record<string, string>).flatMap((value) =>
      validateLabelValue('spec.selector', value),
    ),
    ...(isExternal(spec)
      ? []
      : ports.flatMap(({ nodePort }, index) =>
          nodePort
            ? [forbiddenField(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'")]
            : [],
        )),
    ...validateBalancerStatus(service),
    ...(spec.loadBalancerClass && type !== 'LoadBalancer'
      ? [forbiddenField('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'")]
      : []),
    ...(spec.externalTrafficPolicy && !isExternal(spec)
      ? [
          invalidValue(
            'spec.externalTrafficPolicy',
            spec.externalTrafficPolicy,
            'may only be set for externally-accessible services',
          ),
        ]
      : []),
  ];
}

function validateBalancerStatus({ spec, status }: KubeObject): Cause[] {
  const { type } = spec as ServiceSpec;
  const balanced = at<unknown[]>(status, 'loadBalancer.ingress')?.length;
  return balanced && type !== 'LoadBalancer'
    ? [forbiddenField('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'")]
    : [];
}

// apimachinery/pkg/util/validation: IsValidPortName
const portName = /^[-a-z0-9]*$/i;
const portNameDetail = 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';

function validatePort(
  { name, port, protocol, targetPort, nodePort }: ServicePort,
  path: string,
  several: boolean,
): Cause[] {
  return [
    ...(several && !name ? [required(`${path}.name`)] : []),
    ...(name ? validateName(`${path}.name`, name, 'label') : []),
    ...(isPort(port) ? [] : [invalidValue(`${path}.port`, port ?? 0, portRange)]),
    ...(protocols.includes(protocol ?? '') ? [] : [unsupported(`${path}.protocol`, protocol, protocols)]),
    ...(typeof targetPort === 'number' && !isPort(targetPort)
      ? [invalidValue(`${path}.targetPort`, targetPort, portRange)]
      : []),
    ...(typeof targetPort === 'string' && !portName.test(targetPort)
      ? [invalidValue(`${path}.targetPort`, targetPort, portNameDetail)]
      : []),
    ...(nodePort !== undefined && (nodePort < 30_000 || nodePort > 32_767)
      ? [
          invalidValue(
            `${path}.nodePort`,
            nodePort,
            'provided port is not in the valid range. The range of valid ports is 30000-32767',
          ),
        ]
      : []),
  ];
}

/** What a change of a Service may not touch. */
export function validateServiceUpdate(service: KubeObject, old: KubeObject): Cause[] {
  const spec = (service.spec ?? {}) as ServiceSpec;
  const before = (old.spec ?? {}) as ServiceSpec;
  const addressed = [spec, before].every(({ type }) => type !== 'ExternalName');
  const balanced = [spec, before].every(({ type }) => type === 'LoadBalancer');
  return [
    ...(addressed && before.clusterIP && spec.clusterIP !== before.clusterIP
      ? [invalidValue('spec.clusterIPs[0]', spec.clusterIPs, 'may not change once set')]
      : []),
    ...(balanced && spec.loadBalancerClass !== before.loadBalancerClass
      ? [invalidValue('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set')]
      : []),
  ];
}
