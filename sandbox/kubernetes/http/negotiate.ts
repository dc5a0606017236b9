import { KubeError } from '../api.ts';

/** How a response is to be shown. */
export type Representation = 'object' | 'table' | 'metadata' | 'metadata-list';

interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The media ranges of an Accept header, in order (clients of Kubernetes list them by preference). */
export function parseAccept(header: string | undefined): MediaRange[] {
  return (header ?? '*/*').split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    return {
      type,
      parameters: Object.fromEntries(parameters.map((parameter) => parameter.split('=') as [string, string])),
    };
  });
}

const jsonTypes = new Set(['application/json', 'application/*', '*/*']);

const representations: Readonly<Record<string, Representation>> = {
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadata-list',
};

/** The first acceptable way to show a resource as JSON; 406 when there is none. */
export function negotiate(header: string | undefined): Representation {
  for (const { type, parameters } of parseAccept(header)) {
    if (!jsonTypes.has(type)) continue;
    if (!parameters.as) return 'object';
    const representation = representations[parameters.as];
    if (representation && parameters.g === 'meta.k8s.io' && parameters.v === 'v1') return representation;
  }
  throw new KubeError(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    {},
  );
}
