import { setTimeout as sleep } from 'node:timers/promises';
import { KubeError, type KubeObject } from '../api.ts';
import { expired, invalidOptions } from '../model/errors.ts';
import { apiVersion, type Resource, resourceName } from '../model/resource.ts';
import type { ApiServer } from '../rest/context.ts';
import { inVersion, readAll } from '../rest/read.ts';
import { requestedSelection, type Selector } from '../storage/selectors.ts';
import type { Change } from '../storage/store.ts';
import { forbiddenField } from '../strategy/causes.ts';
import type { ApiReply, ApiRequest } from './message.ts';
import { showObject, type View, viewOf } from './show.ts';
import { failureStatus } from './status.ts';

const initialEventsEnd = 'k8s.io/initial-events-end';
const defaultTimeoutSeconds = 1800;

/** Answers a watch: one JSON document a change, until the client leaves or `timeoutSeconds` (real ones) are over. */
export function watch(
  server: ApiServer,
  resource: Resource,
  namespace: string | undefined,
  request: ApiRequest,
): ApiReply {
  const { query } = request;
  const view = viewOf(server, resource, request);
  const inSelection = requestedSelection(resource, query);
  const selects: Selector = (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) && inSelection(object);
  const version = query.get('resourceVersion') ?? '';
  const wantsInitial = query.get('sendInitialEvents') === 'true';
  if (!/^\d*$/.test(version))
    throw new KubeError(
      500,
      '',
      `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    );
  if (wantsInitial && query.get('resourceVersionMatch') !== 'NotOlderThan')
    throw invalidOptions(
      'ListOptions',
      forbiddenField(
        'resourceVersionMatch',
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      ),
    );
  return {
    status: 200,
    async stream(write) {
      const events = eventWriter(view, write);
      const seconds = Number(query.get('timeoutSeconds') ?? 0) || defaultTimeoutSeconds;
      const missed = startingPoint(server, resource, version, wantsInitial);
      if (missed === undefined) return events.error(expired(version, server.store.revision()));
      if (missed === 'all')
        for (const object of readAll(server, resource, namespace)) if (selects(object)) events.added(object);
      if (wantsInitial && query.get('allowWatchBookmarks') === 'true')
        events.bookmark(server.store.revision(), { [initialEventsEnd]: 'true' });
      if (missed !== 'all') for (const change of missed) events.change(change, selects);
      const stop = server.store.subscribe(resourceName(resource), (change) => events.change(change, selects));
      await sleep(seconds * 1000, undefined, { signal: request.signal, ref: false }).catch(() => undefined);
      stop();
    },
  };
}

// Everything there is, the changes since a revision, or undefined when those are no longer known.
function startingPoint(
  server: ApiServer,
  resource: Resource,
  version: string,
  wantsInitial: boolean,
): 'all' | readonly Change[] | undefined {
  if (wantsInitial || version === '' || version === '0') return 'all';
  return server.store.since(resourceName(resource), Number(version));
}

function eventWriter(view: View, write: (chunk: string) => void) {
  const { resource } = view;
  let first = true;
  const emit = (type: string, object: object) => write(`${JSON.stringify({ type, object })}\n`);
  const show = (type: string, object: KubeObject) => {
    emit(type, showObject(view, inVersion(resource, object), first));
    first = false;
  };
  return {
    added: (object: KubeObject) => show('ADDED', object),
    error: (error: Parameters<typeof failureStatus>[0]) => emit('ERROR', failureStatus(error)),
    bookmark(revision: number, annotations: Record<string, string>) {
      const metadata = { name: '', creationTimestamp: null, resourceVersion: String(revision), annotations };
      const mark = { kind: resource.kind, apiVersion: apiVersion(resource), metadata };
      emit(
        'BOOKMARK',
        view.representation === 'object' ? mark : showObject(view, mark as unknown as KubeObject, first),
      );
      first = false;
    },
    // A change can move an object into or out of the selection.
    change({ type, object, previous }: Change, selects: Selector) {
      const was = previous !== undefined && selects(previous);
      const is = type !== 'DELETED' && selects(object);
      if (is) show(was ? 'MODIFIED' : 'ADDED', object);
      else if (was)
        show('DELETED', {
          ...previous,
          metadata: { ...previous.metadata, resourceVersion: object.metadata.resourceVersion },
        });
    },
  };
}
