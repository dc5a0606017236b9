import { apiAudiences, serviceAccountUser } from '../auth/authenticate.ts';
import { authorize, isAllowed, masters } from '../auth/authorize.ts';
import { rulesFor } from '../auth/rbac.ts';
import { at } from '../model/at.ts';
import { invalid, methodNotAllowed } from '../model/errors.ts';
import { apiVersion } from '../model/resource.ts';
import type { ApiServer, User } from '../rest/context.ts';
import { invalidValue } from '../strategy/causes.ts';
import { readObject } from './body.ts';
import type { ApiReply, ApiRequest } from './message.ts';
import type { ResourceRoute } from './route.ts';

type Review = (server: ApiServer, user: User, spec: unknown, namespace: string | undefined) => object;

interface ResourceAttributes {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

function access(server: ApiServer, user: User, spec: unknown): object {
  const resource = at<ResourceAttributes>(spec, 'resourceAttributes');
  const other = at<{ verb: string; path: string }>(spec, 'nonResourceAttributes');
  if (!resource === !other)
    throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', [
      invalidValue(
        'spec.resourceAttributes',
        null,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    ]);
  const allowed = isAllowed(
    server,
    user,
    resource ? { ...resource, plural: resource.resource } : (other ?? { verb: '' }),
  );
  return { allowed };
}

const subject = (spec: unknown): User => ({
  username: at<string>(spec, 'user') ?? '',
  groups: at<string[]>(spec, 'groups') ?? [],
});

const everything = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

const reviews: Readonly<Record<string, Review>> = {
  selfsubjectaccessreviews: access,
  subjectaccessreviews: (server, _user, spec) => access(server, subject(spec), spec),
  localsubjectaccessreviews: (server, _user, spec) => access(server, subject(spec), spec),
  selfsubjectreviews: (_server, user) => ({ userInfo: user }),
  selfsubjectrulesreviews: (server, user, spec) => {
    const namespace = at<string>(spec, 'namespace');
    const rules = user.groups.includes(masters) ? everything : rulesFor(server, user, namespace);
    return {
      resourceRules: rules.filter((rule) => 'resources' in rule),
      nonResourceRules: rules.filter((rule) => 'nonResourceURLs' in rule),
      incomplete: false,
    };
  },
  tokenreviews: (server, _user, spec) => {
    const asked = at<string[]>(spec, 'audiences');
    const user = serviceAccountUser(server, server.tokens, at<string>(spec, 'token') ?? '', asked);
    return user
      ? { authenticated: true, user, audiences: asked ?? apiAudiences }
      : { user: {}, error: 'invalid bearer token' };
  },
};

/** Whether a resource only answers questions, and is never stored. */
export const isReview = (plural: string): boolean => plural in reviews;

/** Answers an access, subject or token review. */
export function serveReview(server: ApiServer, request: ApiRequest, route: ResourceRoute): ApiReply {
  const { resource, namespace } = route;
  const review = reviews[route.plural];
  if (!resource || !review || route.verb !== 'create') throw methodNotAllowed();
  authorize(server, request.user, { ...route, namespace });
  const body = readObject(request) ?? {};
  const spec = at<object>(body, 'spec');
  return {
    status: 201,
    body: {
      kind: resource.kind,
      apiVersion: apiVersion(resource),
      metadata: {},
      ...(spec ? { spec } : {}),
      status: review(server, request.user, spec, namespace),
    },
  };
}
