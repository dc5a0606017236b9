/**
 * Remembers what was read from AWS, the cluster and the tools during one run, so that steps can re-read the world
 * freely and a run that changes nothing costs a handful of calls. Any write empties it.
 */
export class ReadCache {
  #entries = new Map<string, Promise<unknown>>();

  /** The remembered answer for `key`, or the one that `load` gives. Failures are not remembered. */
  read<T>(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known) return known as Promise<T>;
    const loading = load();
    this.#entries.set(key, loading);
    loading.catch(() => {
      if (this.#entries.get(key) === loading) this.#entries.delete(key);
    });
    return loading;
  }

  /** Forgets everything: after a write, and before each poll. */
  clear(): void {
    this.#entries = new Map();
  }
}
