import { apiAudiences } from '../auth/authenticate.ts';
import { at } from '../model/at.ts';
import { invalid } from '../model/errors.ts';
import { timestamp } from '../rest/metadata.ts';
import { read } from '../rest/read.ts';
import { readObject } from './body.ts';
import type { ApiReply } from './message.ts';
import type { ObjectRequest } from './objects.ts';

const shortestSeconds = 600;
// EKS caps tokens at 24 hours (EKS user guide, "Service account tokens").
const longestSeconds = 86_400;

/** `POST serviceaccounts/NAME/token` (TokenRequest). */
export function serviceAccountToken({
  server,
  request,
  resource,
  namespace = '',
  name,
}: ObjectRequest): ApiReply {
  const body = readObject(request) ?? {};
  const account = read(server, resource, namespace, name);
  const asked = at<number>(body, 'spec.expirationSeconds') ?? 3600;
  if (asked < shortestSeconds)
    throw invalid({ ...resource, group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
      {
        reason: 'FieldValueInvalid',
        field: 'spec.expirationSeconds',
        message: `Invalid value: ${asked}: may not specify a duration less than 10 minutes`,
      },
    ]);
  const audiences = at<string[]>(body, 'spec.audiences') ?? [];
  const bound = at<{ kind: string; name: string; uid?: string }>(body, 'spec.boundObjectRef');
  const pods = bound?.kind === 'Pod' ? server.catalogue.byName('pods') : undefined;
  const pod = bound && pods ? read(server, pods, namespace, bound.name) : undefined;
  const seconds = Math.min(asked, longestSeconds);
  const wanted = audiences.length > 0 ? audiences : apiAudiences;
  const { token, expires } = server.tokens.mint(
    {
      namespace,
      name,
      uid: account.metadata.uid ?? '',
      ...(pod ? { pod: { name: pod.metadata.name, uid: pod.metadata.uid ?? '' } } : {}),
    },
    wanted,
    seconds,
  );
  return {
    status: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {
        name,
        namespace,
        uid: account.metadata.uid,
        creationTimestamp: timestamp(server.world.clock.now()),
      },
      spec: { audiences: wanted, expirationSeconds: seconds, boundObjectRef: bound ?? null },
      status: { token, expirationTimestamp: timestamp(expires) },
    },
  };
}
