import { at } from '../model/at.ts';
import { badRequest } from '../model/errors.ts';
import { read } from '../rest/read.ts';
import { type ApiReply, plain } from './message.ts';
import type { ObjectRequest } from './objects.ts';

interface NamedContainer {
  readonly name: string;
}

interface ContainerStatus extends NamedContainer {
  readonly state?: { readonly running?: object };
  readonly lastState?: { readonly terminated?: object };
}

const followPauseSeconds = 1;

/** `GET pods/NAME/log`: what a container has written, and with `follow` what it goes on writing. */
export function podLog({ server, request, resource, namespace = '', name }: ObjectRequest): ApiReply {
  const { query } = request;
  const pod = read(server, resource, namespace, name);
  const containers = at<NamedContainer[]>(pod, 'spec.containers') ?? [];
  const inits = at<NamedContainer[]>(pod, 'spec.initContainers') ?? [];
  const container = chosen(query.get('container'), containers, inits, name);
  // Nobody has been asked to run it yet, so there is nobody to ask.
  if (!at(pod, 'spec.nodeName')) return plain('');
  const previous = query.get('previous') === 'true';
  const status = (at<ContainerStatus[]>(pod, 'status.containerStatuses') ?? []).find(
    (one) => one.name === container,
  );
  // kubelet's validateContainerLogStatus: the last run that ended; of one that waits, that is the newest.
  if (previous && !status?.lastState?.terminated)
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const ago = previous && status?.state?.running ? 1 : 0;
  const lines = () => server.workloads()?.logs(namespace, name, container, ago);
  if (lines() === undefined)
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ContainerCreating`);
  const all = lines() ?? [];
  const tail = query.get('tailLines');
  const from = tail === null ? 0 : Math.max(0, all.length - Number(tail));
  if (query.get('follow') !== 'true') return plain(textOf(all.slice(from)));
  return {
    status: 200,
    contentType: 'text/plain; charset=utf-8',
    async stream(write) {
      let shown = from;
      while (!request.signal.aborted) {
        const present = lines();
        if (!present) return;
        write(textOf(present.slice(shown)));
        shown = present.length;
        if (!server.store.get('pods', namespace, name)) return;
        await server.world.clock.sleep(followPauseSeconds, request.signal).catch(() => undefined);
      }
    },
  };
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function chosen(
  wanted: string | null,
  containers: readonly NamedContainer[],
  inits: readonly NamedContainer[],
  pod: string,
): string {
  const names = containers.map((one) => one.name);
  if (wanted) {
    if ([...names, ...inits.map((one) => one.name)].includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${pod}`);
  }
  const [only] = names;
  if (names.length === 1 && only) return only;
  const initNames =
    inits.length > 0 ? ` or one of the init containers: [${inits.map((one) => one.name).join(' ')}]` : '';
  throw badRequest(
    `a container name must be specified for pod ${pod}, choose one of: [${names.join(' ')}]${initNames}`,
  );
}
