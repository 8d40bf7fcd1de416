import type { Cluster } from './cluster.ts';

/** Runs `work` while all clusters are watched. If the work or a watch fails, the other one ends too. */
export async function whileWatching<T>(
  clusters: readonly Cluster[],
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const stop = AbortSignal.any([signal, done.signal]);
  const watching = Promise.all(clusters.map(({ view }) => view.follow(stop)));
  try {
    return await Promise.race([work(stop), watching.then(() => new Promise<never>(() => {}))]);
  } finally {
    done.abort();
    await watching.catch(() => {});
  }
}
