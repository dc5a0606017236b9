import { isIP } from 'node:net';
import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import type { Cause } from '../model/errors.ts';
import { immutable, invalidValue, isPort, portRange, required, unsupported } from './causes.ts';
import { type Fields, fill, items, part } from './fill.ts';
import { validateName } from './names.ts';
import type { Strategy } from './strategy.ts';

// pkg/apis/networking/validation of Kubernetes 1.35

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
// Parts of a path that proxies resolve differently.
const misleading = ['//', '/./', '/../', '%2f', '%2F'];
const legacyClass = 'kubernetes.io/ingress.class';

/** Ingresses. */
export const ingresses: Strategy = {
  prepareCreate(object) {
    object.status = { loadBalancer: {} };
  },
  validate(object) {
    const spec = part(object, 'spec');
    const className = at<string>(spec, 'ingressClassName');
    const rules = items(spec, 'rules');
    const fallback = part(spec, 'defaultBackend');
    return [
      ...(rules.length === 0 && !fallback
        ? [invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified')]
        : []),
      ...(fallback ? validateBackend(fallback, 'spec.defaultBackend') : []),
      ...rules.flatMap((rule, index) => validateRule(rule, `spec.rules[${index}]`)),
      ...(className ? validateName('spec.ingressClassName', className, 'subdomain') : []),
    ];
  },
  warnings: (object) =>
    object.metadata.annotations?.[legacyClass] && !at(object, 'spec.ingressClassName')
      ? [
          `annotation ${JSON.stringify(legacyClass)} is deprecated, please use 'spec.ingressClassName' instead`,
        ]
      : [],
};

function validateRule(rule: Fields, path: string): Cause[] {
  const http = part(rule, 'http');
  const host = rule.host ? validateHost(String(rule.host), `${path}.host`) : [];
  if (!http) return host;
  const paths = items(http, 'paths');
  if (paths.length === 0) return [...host, required(`${path}.http.paths`)];
  return [...host, ...validatePaths(paths, path)];
}

const wildcardForm = '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const wildcardDetail = `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '${wildcardForm}')`;

function validateHost(host: string, path: string): Cause[] {
  if (isIP(host) !== 0) return [invalidValue(path, host, 'must be a DNS name, not an IP address')];
  if (!host.includes('*')) return validateName(path, host, 'subdomain');
  return new RegExp(`^${wildcardForm}$`).test(host) ? [] : [invalidValue(path, host, wildcardDetail)];
}

function validatePaths(paths: readonly Fields[], path: string): Cause[] {
  return paths.flatMap((one, index) => validatePath(one, `${path}.http.paths[${index}]`));
}

function validatePath(one: Fields, path: string): Cause[] {
  const { pathType, path: url = '' } = one;
  if (pathType === undefined) return [required(`${path}.pathType`, 'pathType must be specified')];
  const absolute = String(url).startsWith('/') || (pathType === 'ImplementationSpecific' && url === '');
  return [
    ...(pathTypes.includes(String(pathType)) ? [] : [unsupported(`${path}.pathType`, pathType, pathTypes)]),
    ...(absolute ? [] : [invalidValue(`${path}.path`, url, 'must be an absolute path')]),
    ...(pathType === 'ImplementationSpecific'
      ? []
      : misleading
          .filter((sequence) => String(url).includes(sequence))
          .map((sequence) => invalidValue(`${path}.path`, url, `must not contain '${sequence}'`))),
    ...validateBackend(part(one, 'backend'), `${path}.backend`),
  ];
}

function validateBackend(backend: Fields | undefined, path: string): Cause[] {
  const service = part(backend, 'service');
  if (part(backend, 'resource')) return [];
  if (!service) return [invalidValue(path, '', 'resource or service backend is required')];
  const { name, number } = part(service, 'port') ?? {};
  const port = name
    ? number === undefined
      ? []
      : [invalidValue(path, '', 'cannot set both port name & port number')]
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
  validate(object) {
    const controller = at<string>(object, 'spec.controller');
    if (!controller) return [required('spec.controller')];
    return /^[^/\s]+\/[^\s]+$/.test(controller)
      ? []
      : [
          invalidValue(
            'spec.controller',
            controller,
            'must be a domain-prefixed path (such as "acme.io/foo")',
          ),
        ];
  },
  validateUpdate: (object, old) =>
    at(object, 'spec.controller') === at(old, 'spec.controller')
      ? []
      : [immutable('spec.controller', at(object, 'spec.controller'))],
};
