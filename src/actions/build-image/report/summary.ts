import { formatDuration } from '../../../core/duration.ts';
import { code, details, escapeMarkdown, link, table } from '../../../core/markdown.ts';
import { commitUrl } from '../../../github/pages.ts';
import { shortDigest } from '../../../image/digest.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { BuiltImage, Engine } from '../engines/engine.ts';
import { formatBytes } from '../progress/format-bytes.ts';
import { type BuildSpec, references } from '../session/build-spec.ts';
import { keptText } from './log.ts';
import { type PublishedImage, platformDigests } from './published.ts';

/** The summary of a build without a push. */
export function builtSummary(spec: BuildSpec, { title }: Engine, built: BuiltImage): string {
  const { digest } = built;
  const [reference = ''] = references(spec);
  return `### build-image: built, not pushed\n${code(reference)} with ${escapeMarkdown(title)}${digest ? `, ${code(shortDigest(digest))}` : ''}${keptText(built)}.`;
}

export function publishedSummary(published: PublishedImage): string {
  const { spec, engine, image, durationMs } = published;
  const { digest, size } = image;
  return [
    `### build-image: ${escapeMarkdown(imageRepository(spec.images[0]))} ${code(spec.tags[0])}`,
    table(
      ['digest', 'platforms', 'size', 'from', 'engine', 'took'],
      [
        [
          code(shortDigest(digest)),
          Object.keys(platformDigests(image)).join(', '),
          formatBytes(size),
          sourceCell(spec),
          escapeMarkdown(engine.title),
          formatDuration(durationMs),
        ],
      ],
    ),
    tagTable(spec),
    details('Full digests and labels', `${digestTable(published)}\n\n${labelTable(spec)}`),
  ].join('\n\n');
}

export function tagTable(spec: BuildSpec): string {
  return table(
    ['image', 'tags'],
    spec.images.map((image) => [code(imageRepository(image)), spec.tags.map(code).join(' ')]),
  );
}

/** What was built, and from which commit. */
function sourceCell({ source, labels, repositoryUrl }: BuildSpec): string {
  const revision = labels.get('org.opencontainers.image.revision');
  if (!revision) return escapeMarkdown(source);
  const url = repositoryUrl === undefined ? undefined : commitUrl(repositoryUrl, revision);
  return `${escapeMarkdown(source)} at ${link(code(revision.slice(0, 7)), url)}`;
}

function digestTable({ image }: PublishedImage): string {
  return table(
    ['platform', 'digest'],
    Object.entries(platformDigests(image)).map(([platform, digest]) => [platform, code(digest)]),
  );
}

function labelTable({ labels }: BuildSpec): string {
  return table(
    ['label', 'value'],
    [...labels].map(([key, value]) => [code(key), escapeMarkdown(value)]),
  );
}
