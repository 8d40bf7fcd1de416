import type { Cluster } from './cluster.ts';

/** Does something while all clusters are followed; the first of both that fails ends the other. */
export async function whileWatching<T>(
  clusters: readonly Cluster[],
  signal: AbortSignal,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const followed = Promise.all(clusters.map(({ view }) => view.follow(stop)));
  try {
    return await Promise.race([wait(stop), followed.then(() => new Promise<never>(() => {}))]);
  } finally {
    over.abort();
    await followed.catch(() => {});
  }
}
