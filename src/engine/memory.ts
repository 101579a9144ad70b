// What is kept so that it need not be computed or opened again.

/** The answer to the last question, kept for the case that it comes again. */
export class LastResult<T> {
  #key: string | undefined;
  #value: T | undefined;

  async get(key: string, make: () => Promise<T>): Promise<T> {
    if (this.#key !== key || this.#value === undefined) {
      this.#key = undefined;
      this.#value = await make();
      this.#key = key;
    }
    return this.#value;
  }
}

/** Like a cache, but a failure is not kept. */
export function remember<Key, T>(
  cache: Map<Key, Promise<T>>,
  key: Key,
  make: () => Promise<T>,
): Promise<T> {
  const kept = cache.get(key);
  if (kept !== undefined) return kept;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}
