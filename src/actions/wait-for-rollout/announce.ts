import type { Context } from '../../action/context.ts';
import type { Log } from '../../action/log.ts';
import { shortDigest } from '../../action/markdown.ts';
import { counted } from '../../action/wording.ts';
import { imageRepository } from '../../image/reference.ts';
import { type LastLines, lastLines } from '../../kubernetes/rollout/evidence-logs.ts';
import { beside } from './beside.ts';
import type { Cluster } from './cluster.ts';
import type { contract } from './contract.ts';
import type { Expectations } from './expectations.ts';
import { culprit } from './failure.ts';
import { type Target, titleOf } from './targets.ts';
import type { Result } from './wait.ts';
import type { Watched } from './watched.ts';

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

/** Logs the last lines of the container that decided the result, where one did. */
export async function showLastLines(end: {
  readonly watched: readonly Watched[];
  readonly result: Result;
  readonly context: Context<typeof contract>;
}): Promise<LastLines | undefined> {
  const { watched, result, context } = end;
  const decisive = result === 'failed' || result === 'timeout' ? culprit(watched, result) : undefined;
  const [finding] = decisive?.assessment.findings ?? [];
  if (!decisive || !finding) return undefined;
  const { client } = decisive.target.cluster;
  const found = await beside(lastLines(client, finding, context.inputs.logs, context.secrets), context);
  if (found instanceof Error) {
    context.log.info(`The last lines of the container could not be read: ${found.message}`);
    return undefined;
  }
  if (found) {
    const title = `Last lines of container ${found.container} in pod/${found.pod}`;
    await context.log.group(title, async () => context.log.info(found.lines.map((line) => `  ${line}`).join('\n')));
  }
  return found;
}

/** `6 API requests, 2 watches` */
export function trafficOf(clusters: readonly Cluster[]): string {
  const requests = clusters.reduce((sum, { client }) => sum + client.traffic.requests, 0);
  const watches = clusters.reduce((sum, { client }) => sum + client.traffic.watches, 0);
  return `${counted(requests, 'API request')}, ${counted(watches, 'watch', 'watches')}`;
}
