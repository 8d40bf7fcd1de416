import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Log } from '../../../core/log.ts';
import { formatPlatform } from '../../../image/platform.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { BuiltImage, Engine } from '../engines/engine.ts';
import { formatBytes } from '../progress/format-bytes.ts';
import { type BuildSpec, references } from '../session/build-spec.ts';
import { type PublishedImage, platformDigests } from './published.ts';

export function logPlan(log: Log, spec: BuildSpec): void {
  log.info(`▸ ${imageRepository(spec.images[0])} from ${spec.source}${platformsText(spec)}`);
  for (const reference of references(spec)) log.info(`  ${reference}`);
}

export function logBuilt(log: Log, { title }: Engine, built: BuiltImage): void {
  log.info(
    `✓ Built with ${title}${built.digest ? `: ${built.digest}` : ''}${keptText(built)}, because \`push\` is false`,
  );
}

export function logPublished(log: Log, { spec, image, durationMs }: PublishedImage): void {
  const { digest, size } = image;
  const names = Object.keys(platformDigests(image)).join(', ');
  log.info(`✓ ${imageRepository(spec.images[0])}@${digest}`);
  log.info(
    `  ${counted(references(spec).length, 'tag')} verified, ${formatBytes(size)}, ${names}, ${formatDuration(durationMs)}`,
  );
}

/** What became of an image that isn't pushed; follows the title of its engine. */
export function keptText({ isKept }: BuiltImage): string {
  return isKept ? ' and kept there; not pushed' : '; nothing is kept, and nothing was pushed';
}

/** ` for linux/amd64, linux/arm64`; empty for the engine's default platform. */
export function platformsText({ platforms }: BuildSpec): string {
  return platforms.length === 0 ? '' : ` for ${platforms.map(formatPlatform).join(', ')}`;
}
