import { ActionError } from '../../../core/error.ts';
import type { Cluster } from './cluster.ts';

/** A cluster that can't be asked, and why. The wait goes on in the others, and fails at its end. */
export interface LostCluster {
  readonly cluster: Cluster;
  readonly error: ActionError;
  /** As far as their names are known without asking. */
  readonly targets: readonly LostTarget[];
}

interface LostTarget {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

interface Reach<T> {
  readonly values: readonly T[];
  readonly lost: readonly LostCluster[];
}

/** How much longer the other clusters may take once the first one was reached, in ms. */
const PATIENCE = 30_000;

/** What goes wrong with a server or with a login. Other errors, such as a missing permission, fail at once. */
const LOSSES: readonly string[] = [
  'kubernetes-unreachable',
  'kubernetes-certificate',
  'kubernetes-unauthorized',
  'kubernetes-refused',
  'kubeconfig-exec-failed',
  'kubeconfig-exec-missing',
];

/** Works in every cluster. Those that can't be reached hold up the others only for a while. @throws if none can be reached. */
export async function reachEach<T>(
  clusters: readonly Cluster[],
  targetsIn: (cluster: Cluster) => readonly LostTarget[],
  work: (cluster: Cluster) => Promise<T>,
): Promise<Reach<T>> {
  const missing = new Set(clusters);
  const attempts = clusters.map(async (cluster) => {
    try {
      const value = await work(cluster);
      missing.delete(cluster);
      cluster.connectDeadline.calm();
      for (const { connectDeadline } of missing) connectDeadline.hurry(PATIENCE);
      return { kind: 'reached', value } as const;
    } catch (thrown) {
      if (!(thrown instanceof ActionError && LOSSES.includes(thrown.code))) throw thrown;
      missing.delete(cluster);
      cluster.connectDeadline.close();
      return { kind: 'lost', cluster, error: thrown, targets: targetsIn(cluster) } as const;
    }
  });
  const outcomes = await Promise.all(attempts);
  const values = outcomes.flatMap((outcome) => (outcome.kind === 'reached' ? [outcome.value] : []));
  const lost = outcomes.flatMap((outcome) => (outcome.kind === 'lost' ? [outcome] : []));
  const [first] = lost;
  if (values.length === 0 && first) throw first.error;
  return { values, lost };
}
