import { counted } from '../../../core/counted.ts';
import type { Log } from '../../../core/log.ts';
import { shortDigest } from '../../../image/digest.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { ExpectedImage } from '../../../kubernetes/rollout/expected-image.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Expectations } from '../targets/expected/expectations.ts';
import { type Target, targetTitle } from '../targets/target.ts';

const MAX_NAMED = 20;

/** Logs what the action waits for: targets, places, images, commit. */
export function announceTargets(
  targets: readonly Target[],
  { expectedImages, expectedRevision }: Expectations,
  log: Log,
): void {
  const byPlace = new Map<string, string[]>();
  for (const target of targets) {
    const place = `${target.namespace ? `in ${target.namespace} ` : ''}(context ${target.cluster.context})`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), targetTitle(target)]);
  }
  for (const [place, titles] of byPlace) {
    const others = titles.length > MAX_NAMED ? ` and ${titles.length - MAX_NAMED} more` : '';
    log.info(`▸ Targets: ${titles.slice(0, MAX_NAMED).join(', ')}${others} ${place}`);
  }
  const expected = [
    ...expectedImages.map(shortImage),
    ...(expectedRevision ? [`commit ${expectedRevision.commit.slice(0, 9)}`] : []),
  ];
  if (expected.length > 0) log.info(`▸ Expecting ${expected.join(', ')}`);
}

/** `ghcr.io/acme/shop@sha256:4be1f5a0c5b3…` */
export function shortImage({ reference, digest }: ExpectedImage): string {
  return `${imageRepository(reference)}@${shortDigest(digest)}`;
}

/** `6 API requests, 2 watches` */
export function describeTraffic(clusters: readonly Cluster[]): string {
  const requests = clusters.reduce((sum, { client }) => sum + client.traffic.requests, 0);
  const watches = clusters.reduce((sum, { client }) => sum + client.traffic.watches, 0);
  return `${counted(requests, 'API request')}, ${counted(watches, 'watch', 'watches')}`;
}
