import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import type { Cause } from '../model/errors.ts';
import { immutable, invalidValue, isPort, portRange, required, unsupported } from './causes.ts';
import { type Fields, fill, items, part } from './fill.ts';
import { validateName } from './names.ts';
import type { Strategy } from './strategy.ts';

// pkg/apis/networking/validation of Kubernetes 1.35

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const legacyClass = 'kubernetes.io/ingress.class';

/** Ingresses. */
export const ingresses: Strategy = {
  prepareCreate(object) {
    object.status = { loadBalancer: {} };
  },
  validate(object) {
    const spec = part(object, 'spec');
    const className = at<string>(spec, 'ingressClassName');
    const annotation = object.metadata.annotations?.[legacyClass];
    const rules = items(spec, 'rules');
    const fallback = part(spec, 'defaultBackend');
    return [
      ...(annotation && className
        ? [
            invalidValue(
              `annotations.${legacyClass}`,
              annotation,
              'can not be set when the class field is also set',
            ),
          ]
        : []),
      ...(rules.length === 0 && !fallback
        ? [invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified')]
        : []),
      ...(fallback ? validateBackend(fallback, 'spec.defaultBackend') : []),
      ...rules.flatMap((rule, index) => validateRule(rule, `spec.rules[${index}]`)),
      ...(className ? validateName('spec.ingressClassName', className, 'subdomain') : []),
    ];
  },
};

function validateRule(rule: Fields, path: string): Cause[] {
  const http = part(rule, 'http');
  if (!http) return [];
  const paths = items(http, 'paths');
  if (paths.length === 0) return [required(`${path}.http.paths`)];
  return paths.flatMap((one, index) => validatePath(one, `${path}.http.paths[${index}]`));
}

function validatePath(one: Fields, path: string): Cause[] {
  const { pathType, path: url = '' } = one;
  if (pathType === undefined) return [required(`${path}.pathType`, 'pathType must be specified')];
  const absolute = String(url).startsWith('/') || (pathType === 'ImplementationSpecific' && url === '');
  return [
    ...(pathTypes.includes(String(pathType)) ? [] : [unsupported(`${path}.pathType`, pathType, pathTypes)]),
    ...(absolute ? [] : [invalidValue(`${path}.path`, url, 'must be an absolute path')]),
    ...validateBackend(part(one, 'backend'), `${path}.backend`),
  ];
}

function validateBackend(backend: Fields | undefined, path: string): Cause[] {
  const service = part(backend, 'service');
  if (part(backend, 'resource')) return [];
  if (!service) return [invalidValue(path, '', 'resource or service backend is required')];
  const { name, number } = part(service, 'port') ?? {};
  const port = name
    ? []
    : number === undefined
      ? [required(path, 'port name or number is required')]
      : isPort(number)
        ? []
        : [invalidValue(`${path}.service.port.number`, number, portRange)];
  return [...(service.name ? [] : [required(`${path}.service.name`)]), ...port];
}

/** IngressClasses: the controller of a class stays what it was. */
export const ingressClasses: Strategy = {
  defaults(object: KubeObject) {
    const parameters = part(part(object, 'spec'), 'parameters');
    if (parameters) fill(parameters, { scope: 'Cluster' });
  },
  validate: (object) => (at(object, 'spec.controller') ? [] : [required('spec.controller')]),
  validateUpdate: (object, old) =>
    at(object, 'spec.controller') === at(old, 'spec.controller')
      ? []
      : [immutable('spec.controller', at(object, 'spec.controller'))],
};
