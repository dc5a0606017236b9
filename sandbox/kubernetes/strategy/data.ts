import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api.ts';
import type { Cause } from '../model/errors.ts';
import { forbiddenField, immutable, invalidValue, required, tooLong } from './causes.ts';
import { fill } from './fill.ts';
import type { Strategy } from './strategy.ts';

const fixedWhenImmutable = (object: KubeObject, old: KubeObject): Cause[] =>
  old.immutable === true
    ? ['data', 'binaryData', 'immutable']
        .filter((key) => !isDeepStrictEqual(object[key], old[key]))
        .map((key) => forbiddenField(key, 'field is immutable when `immutable` is set'))
    : [];

const keyForm = '[-._a-zA-Z0-9]+';
const keyDetail = `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${keyForm}')`;
const largest = 1_048_576;

const keysOf = (object: KubeObject, member: string): [string, unknown][] =>
  Object.entries(object[member] ?? {});

const validateKeys = (object: KubeObject, ...members: readonly string[]): Cause[] =>
  members.flatMap((member) =>
    keysOf(object, member)
      .filter(([key]) => !new RegExp(`^${keyForm}$`).test(key))
      .map(([key]) => invalidValue(`${member}[${key}]`, key, keyDetail)),
  );

const size = (object: KubeObject, member: string, encoding: BufferEncoding): number =>
  keysOf(object, member).reduce((sum, [, value]) => sum + Buffer.byteLength(String(value), encoding), 0);

/** ConfigMaps. */
export const configMaps: Strategy = {
  validate: (object) => [
    ...validateKeys(object, 'data', 'binaryData'),
    ...(size(object, 'data', 'utf8') + size(object, 'binaryData', 'base64') > largest
      ? [tooLong('[]', largest)]
      : []),
  ],
  validateUpdate: fixedWhenImmutable,
};

/** What Secrets of some types must have. */
const needed: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};
const accountName = 'kubernetes.io/service-account.name';

/** Secrets: `stringData` becomes part of `data`, and the type is for ever. */
export const secrets: Strategy = {
  defaults(object) {
    fill(object, { type: 'Opaque' });
    const { stringData, ...rest } = object;
    if (!stringData) return;
    const encoded = Object.entries(stringData as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'utf8').toString('base64'),
    ]);
    delete object.stringData;
    object.data = { ...(rest.data as object | undefined), ...Object.fromEntries(encoded) };
  },
  validate: (object) => [
    ...validateKeys(object, 'data'),
    ...(size(object, 'data', 'base64') > largest ? [tooLong('data', largest)] : []),
    ...(needed[String(object.type)] ?? [])
      .filter((key) => !(key in ((object.data ?? {}) as object)))
      .map((key) => required(`data[${key}]`)),
    ...(object.type === 'kubernetes.io/service-account-token' && !object.metadata.annotations?.[accountName]
      ? [required(`metadata.annotations[${accountName}]`)]
      : []),
  ],
  validateUpdate: (object, old) => [
    ...(object.type === old.type ? [] : [immutable('type', object.type)]),
    ...fixedWhenImmutable(object, old),
  ],
};
