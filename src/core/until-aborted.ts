/** The result of `work`. If the signal aborts first, its reason is thrown, and the result of the work is ignored. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: done.signal });
  });
  work.catch(() => {});
  try {
    return await Promise.race([aborted, work]);
  } finally {
    done.abort();
  }
}
