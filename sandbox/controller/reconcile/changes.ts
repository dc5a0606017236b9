import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../kube/informer.ts';
import { isAlive, type KubeObject } from '../kube/types.ts';

interface WithSpec extends KubeObject {
  readonly spec?: object;
}

/** True for changes of the spec or the start of deletion, and with `annotations` for changes of those as well. */
export function isRelevant<T extends WithSpec>(change: Change<T>, annotations: boolean): boolean {
  if (change.kind !== 'updated') return true;
  const { old, object } = change;
  return (
    (annotations && !isDeepStrictEqual(old.metadata.annotations ?? {}, object.metadata.annotations ?? {})) ||
    !isDeepStrictEqual(old.spec, object.spec) ||
    isAlive(old) !== isAlive(object)
  );
}
