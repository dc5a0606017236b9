import type { World } from '../../world.ts';
import type { KubeObject, ObjectMeta } from '../api.ts';

/** A `metav1.Time`: whole seconds, UTC. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

/** A random (version 4) UUID. */
export function uuid(world: World): string {
  const digits = world.random.hex(32);
  const variant = (8 + world.random.integer(0, 3)).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-');
}

// The alphabet of apimachinery's rand.String: no vowels, no look-alikes.
const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const nameLength = 63;
const suffixLength = 5;

/** The five characters that end the name of a generated object. */
export const nameSuffix = (world: World): string =>
  Array.from(
    { length: suffixLength },
    () => nameAlphabet[world.random.integer(0, nameAlphabet.length - 1)],
  ).join('');

/** `metadata.generateName` with a suffix, shortened to fit a DNS label. */
export const generateName = (world: World, base: string): string =>
  base.slice(0, nameLength - suffixLength) + nameSuffix(world);

/** Metadata of a new object: system fields of the input are overruled. */
export function newMetadata(world: World, input: ObjectMeta): ObjectMeta {
  const { resourceVersion: _version, deletionTimestamp: _deleted, ...rest } = input;
  return {
    ...rest,
    uid: uuid(world),
    creationTimestamp: timestamp(world.clock.now()),
    generation: 1,
  };
}

/** Everything of an object but metadata and status: what `metadata.generation` counts changes of. */
export function specification(object: KubeObject): Record<string, unknown> {
  const { metadata: _metadata, status: _status, apiVersion: _version, kind: _kind, ...rest } = object;
  return rest;
}
