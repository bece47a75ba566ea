/**
 * Turns a query for many keys into a function for one: what is asked for within one turn of the event loop is queried
 * at once. Nothing is kept, so a later question is answered anew.
 */
export function batched<Key, Value>(
  loadAll: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
): (key: Key) => Promise<Value | undefined> {
  let batch: { keys: Set<Key>; values: Promise<ReadonlyMap<Key, Value>> } | undefined;
  return async (key) => {
    batch ??= collect();
    const { keys, values } = batch;
    keys.add(key);
    return (await values).get(key);
  };

  function collect() {
    const keys = new Set<Key>();
    const values = new Promise((resolve) => setImmediate(resolve)).then(() => {
      batch = undefined;
      return loadAll([...keys]);
    });
    return { keys, values };
  }
}
