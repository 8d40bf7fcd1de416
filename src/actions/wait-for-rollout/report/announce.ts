import { counted } from '../../../core/counted.ts';
import type { Log } from '../../../core/log.ts';
import { shortDigest } from '../../../image/digest.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Expectations } from '../expectations.ts';
import { type Target, titleOf } from '../targets/target.ts';

/** So many targets are named. */
const NAMED = 20;

/** What is waited for, where, and what must run. */
export function announce(targets: readonly Target[], { images, revision }: Expectations, log: Log): void {
  const places = new Map<string, string[]>();
  for (const target of targets) {
    const place = `${target.namespace ? `in ${target.namespace} ` : ''}(context ${target.cluster.context})`;
    places.set(place, [...(places.get(place) ?? []), titleOf(target)]);
  }
  for (const [place, titles] of places) {
    const others = titles.length > NAMED ? ` and ${titles.length - NAMED} more` : '';
    log.info(`▸ Targets: ${titles.slice(0, NAMED).join(', ')}${others} ${place}`);
  }
  const expected = [
    ...images.map(({ reference, digest }) => `${imageRepository(reference)}@${shortDigest(digest)}`),
    ...(revision ? [`commit ${revision.commit.slice(0, 9)}`] : []),
  ];
  if (expected.length > 0) log.info(`▸ Expecting ${expected.join(', ')}`);
}

/** `6 API requests, 2 watches` */
export function trafficOf(clusters: readonly Cluster[]): string {
  const requests = clusters.reduce((sum, { client }) => sum + client.traffic.requests, 0);
  const watches = clusters.reduce((sum, { client }) => sum + client.traffic.watches, 0);
  return `${counted(requests, 'API request')}, ${counted(watches, 'watch', 'watches')}`;
}
