import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api.ts';
import type { Cause } from '../model/errors.ts';
import { forbiddenField, immutable } from './causes.ts';
import { fill } from './fill.ts';
import type { Strategy } from './strategy.ts';

const fixedWhenImmutable = (object: KubeObject, old: KubeObject): Cause[] =>
  old.immutable === true
    ? ['data', 'binaryData', 'immutable']
        .filter((key) => !isDeepStrictEqual(object[key], old[key]))
        .map((key) => forbiddenField(key, 'field is immutable when `immutable` is set'))
    : [];

/** ConfigMaps. */
export const configMaps: Strategy = { validateUpdate: fixedWhenImmutable };

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
  validateUpdate: (object, old) => [
    ...(object.type === old.type ? [] : [immutable('type', object.type)]),
    ...fixedWhenImmutable(object, old),
  ],
};
