import { type KubeClient, KubeError } from '../../kubernetes/api.ts';
import type { Informer } from './informer.ts';
import { hasFinalizer, type KubeObject } from './types.ts';

/** A resource with the informer that shows it and the name of its kind in messages. */
export interface Finalized<T extends KubeObject> {
  readonly client: KubeClient;
  readonly resource: string;
  /** `Service`, `Ingress.networking.k8s.io`: as a cached read names what it does not find. */
  readonly kind: string;
  readonly informer: Informer<T>;
}

const attempts = 4;

/**
 * Patches the object's finalizers under its resourceVersion, reading it anew from the cache after a conflict, and
 * returns the object as it is then. Fails with `KIND "name" not found` when the cache no longer has it.
 */
async function changeFinalizers<T extends KubeObject>(
  of: Finalized<T>,
  object: T,
  change: (finalizers: readonly string[]) => string[] | undefined,
): Promise<T> {
  const { name, namespace } = object.metadata;
  for (let attempt = 1; ; attempt++) {
    const current = of.informer.get(name, namespace);
    if (current === undefined) throw new Error(`${of.kind} "${name}" not found`);
    const finalizers = change(current.metadata.finalizers ?? []);
    if (finalizers === undefined) return current;
    const { resourceVersion } = current.metadata;
    const metadata = { resourceVersion, finalizers: finalizers.length === 0 ? null : finalizers };
    try {
      return (await of.client.patch(of.resource, name, namespace, { metadata })) as T;
    } catch (error) {
      if (!(error instanceof KubeError && error.reason === 'Conflict') || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt));
    }
  }
}

/** Adds a finalizer unless it is there. */
export const addFinalizer = <T extends KubeObject>(
  of: Finalized<T>,
  object: T,
  finalizer: string,
): Promise<T> =>
  changeFinalizers(of, object, (present) =>
    present.includes(finalizer) ? undefined : [...present, finalizer],
  );

/** Takes a finalizer away unless it is gone. */
export const removeFinalizer = <T extends KubeObject>(
  of: Finalized<T>,
  object: T,
  finalizer: string,
): Promise<T> =>
  changeFinalizers(of, object, (present) =>
    present.includes(finalizer) ? present.filter((each) => each !== finalizer) : undefined,
  );

export { hasFinalizer };
