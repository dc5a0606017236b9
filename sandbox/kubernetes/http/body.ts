import { parse } from 'yaml';
import { KubeError } from '../api.ts';
import { badRequest } from '../model/errors.ts';
import { decodeProtobuf } from '../protobuf/decode.ts';
import type { ApiRequest } from './message.ts';

type Json = Record<string, unknown>;

const mediaType = (request: ApiRequest): string =>
  (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';

const unsupported = (accepted: readonly string[]): KubeError =>
  new KubeError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

const decoders: Readonly<Record<string, (body: Buffer) => Json | undefined>> = {
  'application/json': (body) => JSON.parse(body.toString('utf8')) as Json,
  'application/yaml': (body) => parse(body.toString('utf8')) as Json,
  'application/vnd.kubernetes.protobuf': decodeProtobuf,
};

/** The object in a request's body; undefined when there is none. Throws 400 and 415. */
export function readObject(request: ApiRequest): Json | undefined {
  if (request.body.length === 0) return undefined;
  const decode = decoders[mediaType(request)];
  if (!decode) throw unsupported(Object.keys(decoders));
  let object: Json | undefined;
  try {
    object = decode(request.body);
  } catch (error) {
    throw badRequest(`couldn't decode the request body: ${(error as Error).message}`);
  }
  // A kind whose protobuf fields are not known here is not of a kind that is served.
  if (!object) throw unsupported(['application/json', 'application/yaml']);
  return object;
}

/** How a patch is to be understood. */
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** The patch in a request's body. Custom resources know no strategic merge. Throws 400 and 415. */
export function readPatch(request: ApiRequest, custom: boolean): { type: PatchType; patch: unknown } {
  const type = patchTypes[mediaType(request)];
  const accepted = Object.keys(patchTypes).filter((one) => !custom || patchTypes[one] !== 'strategic');
  if (!type || (custom && type === 'strategic')) throw unsupported(accepted);
  const text = request.body.toString('utf8');
  try {
    return {
      type,
      patch: type === 'apply' && !text.trimStart().startsWith('{') ? parse(text) : JSON.parse(text),
    };
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}
