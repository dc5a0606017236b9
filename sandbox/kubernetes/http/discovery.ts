import { apiVersion, type Resource, type ResourcePart } from '../model/resource.ts';
import type { ApiServer } from '../rest/context.ts';
import { type ApiReply, type ApiRequest, ok, pageNotFound } from './message.ts';
import { parseAccept } from './negotiate.ts';

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Answers `/api`, `/apis` and what is below them, in the plain and in the aggregated form. */
export function discovery(server: ApiServer, request: ApiRequest): ApiReply {
  const [root, ...rest] = request.path.split('/').filter(Boolean);
  const resources = server.catalogue.all();
  const core = root === 'api';
  if (rest.length === 0) {
    if (wantsAggregated(request))
      return {
        status: 200,
        contentType: aggregatedType,
        headers: { vary: 'Accept' },
        body: aggregated(resources.filter(({ group }) => (group === '') === core)),
      };
    return ok(core ? coreVersions(request) : groupList(resources));
  }
  const [first = '', second] = rest;
  const [group, version] = core ? ['', first] : [first, second];
  const ofGroup = resources.filter((one) => one.group === group);
  if (version === undefined && ofGroup.length > 0)
    return ok({ kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group, ofGroup) });
  const ofVersion = ofGroup.filter((one) => one.version === version);
  if (ofVersion.length === 0) return pageNotFound;
  return ok(resourceList(ofVersion));
}

const wantsAggregated = (request: ApiRequest): boolean =>
  parseAccept(request.headers.accept).some(
    ({ type, parameters }) =>
      type === 'application/json' && parameters.as === 'APIGroupDiscoveryList' && parameters.v === 'v2',
  );

const coreVersions = (request: ApiRequest) => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: request.headers.host ?? '' }],
});

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];

function groupEntry(group: string, resources: readonly Resource[]) {
  const versions = distinct(resources.map((one) => one.version)).map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function groupList(resources: readonly Resource[]) {
  const groups = distinct(resources.map(({ group }) => group)).filter(Boolean);
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.map((group) =>
      groupEntry(
        group,
        resources.filter((one) => one.group === group),
      ),
    ),
  };
}

function resourceList(resources: readonly Resource[]) {
  const [first] = resources;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: first ? apiVersion(first) : '',
    resources: resources.flatMap((resource) => [
      {
        name: resource.plural,
        singularName: resource.singular,
        namespaced: resource.namespaced,
        kind: resource.kind,
        verbs: resource.verbs,
        ...optionalNames(resource),
      },
      ...resource.subresources.map((part) => ({
        name: `${resource.plural}/${part.name}`,
        singularName: '',
        namespaced: resource.namespaced,
        ...(part.group === undefined ? {} : { group: part.group, version: part.version }),
        kind: part.kind,
        verbs: part.verbs,
      })),
    ]),
  };
}

const optionalNames = ({ shortNames, categories }: Resource) => ({
  ...(shortNames.length > 0 ? { shortNames } : {}),
  ...(categories.length > 0 ? { categories } : {}),
});

function aggregated(resources: readonly Resource[]) {
  const groups = distinct(resources.map(({ group }) => group));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => {
      const ofGroup = resources.filter((one) => one.group === group);
      return {
        metadata: group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
        versions: distinct(ofGroup.map(({ version }) => version)).map((version) => ({
          version,
          resources: ofGroup.filter((one) => one.version === version).map(aggregatedResource),
          freshness: 'Current',
        })),
      };
    }),
  };
}

function aggregatedResource(resource: Resource) {
  const { group, version, kind } = resource;
  return {
    resource: resource.plural,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...optionalNames(resource),
    ...(resource.subresources.length > 0
      ? { subresources: resource.subresources.map((part) => aggregatedPart(resource, part)) }
      : {}),
  };
}

const aggregatedPart = (resource: Resource, part: ResourcePart) => ({
  subresource: part.name,
  responseKind: {
    group: part.group ?? resource.group,
    version: part.version ?? resource.version,
    kind: part.kind,
  },
  verbs: part.verbs,
});
