/**
 * Waits for work that goes on at the same time; gives the results in order. When one part fails, the signal of the others
 * is aborted, and the error is thrown only after they have stopped: none of them may still write into a folder that the
 * caller then removes.
 */
export async function together<Parts extends readonly Promise<unknown>[] | []>(
  signal: AbortSignal,
  start: (signal: AbortSignal) => Parts,
): Promise<{ -readonly [Part in keyof Parts]: Awaited<Parts[Part]> }> {
  const failFast = new AbortController();
  const parts = start(AbortSignal.any([signal, failFast.signal]));
  try {
    return await Promise.all(parts);
  } catch (error) {
    failFast.abort();
    await Promise.allSettled(parts);
    throw error;
  }
}
