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

// apiserver/pkg/endpoints/handlers: summarizeData
const longestSummary = 30;

function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const text = (part: Buffer) => (body[0] === 0x7b ? part.toString('utf8') : part.toString('hex'));
  return body.length > longestSummary ? `${text(body.subarray(0, longestSummary))} ...` : text(body);
}

/** 400 for a body that is no object of the kind. */
export const undecodable = (why: string, body: Buffer, kind: string): KubeError =>
  badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${summary(body)})`,
  );

// Go's words where the text just ends; otherwise those of the parser here.
const syntaxError = (error: unknown, text: string): string => {
  const { message } = error as Error;
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? -1);
  return position >= text.length || /end of JSON input/.test(message)
    ? 'unexpected end of JSON input'
    : message;
};

/** The object in a request's body, of `kind` if known; undefined when there is none. Throws 400 and 415. */
export function readObject(request: ApiRequest, kind = ''): Json | undefined {
  if (request.body.length === 0) return undefined;
  const decode = decoders[mediaType(request)];
  if (!decode) throw unsupported(Object.keys(decoders));
  let object: Json | undefined;
  try {
    object = decode(request.body);
  } catch (error) {
    throw undecodable(syntaxError(error, request.body.toString('utf8')), request.body, kind);
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
  if (!type) throw new KubeError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (custom && type === 'strategic') throw unsupported(accepted);
  const text = request.body.toString('utf8');
  try {
    return {
      type,
      patch: type === 'apply' && !text.trimStart().startsWith('{') ? parse(text) : JSON.parse(text),
    };
  } catch (error) {
    throw badRequest(`error decoding patch: ${syntaxError(error, text)}`);
  }
}
