import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Log } from '../../../core/log.ts';
import { code, details, escapeMarkdown, link, shortDigest, table } from '../../../core/markdown.ts';
import type { Report } from '../../../core/report.ts';
import type { Context } from '../../../entry/context.ts';
import { commitUrl } from '../../../github/pages.ts';
import { formatPlatform } from '../../../image/platform.ts';
import { formatReference, imageRepository } from '../../../image/reference.ts';
import type { ResolvedImage } from '../../../image/registry/platforms.ts';
import type { contract } from '../contract.ts';
import type { BuiltImage, Engine } from '../engines/engine.ts';
import { formatBytes } from '../format-bytes.ts';
import { isComposed } from '../inputs.ts';
import { type BuildPlan, references } from '../plan.ts';

type BuildReport = Report<typeof contract>;

/** What the image is known by once it is in the registries. */
export interface Published {
  readonly resolved: ResolvedImage;
  /** Milliseconds that building and pushing took. */
  readonly tookMs: number;
}

/** Everything that is known before the build: kept where the build fails. */
export function reportPlan(report: BuildReport, plan: BuildPlan): void {
  const [image] = plan.images;
  report.set({
    repository: image.repository,
    tag: plan.tags[0],
    tags: references(plan).join('\n'),
    labels: lines(plan.labels),
    annotations: lines(plan.annotations),
  });
}

export function logPlan(log: Log, plan: BuildPlan): void {
  log.info(`▸ ${imageRepository(plan.images[0])} from ${sourceOf(plan)}${platformsOf(plan)}`);
  for (const reference of references(plan)) log.info(`  ${reference}`);
}

export function reportDryRun(log: Log, report: BuildReport, plan: BuildPlan): void {
  const what = `${plan.inputs.push ? 'build and push' : 'build'} ${counted(references(plan).length, 'reference')}`;
  log.info(`✓ Dry run: would ${what}; nothing was built or pushed`);
  report.section(
    `### build-image: dry run\nWould ${what} from ${escapeMarkdown(sourceOf(plan))}${escapeMarkdown(platformsOf(plan))}; nothing was touched.\n\n${tagTable(plan)}`,
  );
  report.detail({ dryRun: true, references: references(plan) });
}

export function reportBuilt(log: Log, report: BuildReport, plan: BuildPlan, engine: Engine, built: BuiltImage): void {
  const { digest, isKept } = built;
  if (digest !== undefined) report.set({ digest });
  const where = isKept ? ' and kept there; not pushed' : '; nothing is kept, and nothing was pushed';
  log.info(`✓ Built with ${engine.title}${digest ? `: ${digest}` : ''}${where}, as \`push\` is false`);
  report.section(
    `### build-image: built, not pushed\n${code(references(plan)[0] ?? '')} with ${escapeMarkdown(engine.title)}${digest ? `, ${code(shortDigest(digest))}` : ''}${where}.`,
  );
  report.detail({ engine: engine.name, pushed: false, kept: isKept, references: references(plan) });
}

export function reportPublished(
  { report, log, env }: Context<typeof contract>,
  plan: BuildPlan,
  engine: Engine,
  { resolved, tookMs }: Published,
): void {
  const [first] = plan.images;
  const name = imageRepository(first);
  const { digest, size, platforms } = resolved;
  const platformDigests = Object.fromEntries(platforms.map((entry) => [formatPlatform(entry.platform), entry.digest]));
  const reference = `${name}:${plan.tags[0]}@${digest}`;
  report.set({ image: `${name}@${digest}`, reference, digest, size, platformDigests });
  report.subject({ image: name, digest });
  report.detail({ engine: engine.name, references: references(plan), platformDigests, size, tookMs });
  const names = Object.keys(platformDigests).join(', ');
  log.info(`✓ ${name}@${digest}`);
  log.info(
    `  ${counted(references(plan).length, 'tag')} verified, ${formatBytes(size)}, ${names}, ${formatDuration(tookMs)}`,
  );

  const revision = plan.labels.get('org.opencontainers.image.revision');
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  const commit = revision && server && repository ? commitUrl(`${server}/${repository}`, revision) : undefined;
  report.section(
    [
      `### build-image: ${escapeMarkdown(name)} ${code(plan.tags[0])}`,
      table(
        ['digest', 'platforms', 'size', 'from', 'engine', 'took'],
        [
          [
            code(shortDigest(digest)),
            names,
            formatBytes(size),
            [escapeMarkdown(sourceOf(plan)), revision ? link(code(revision.slice(0, 7)), commit) : '']
              .filter(Boolean)
              .join(' at '),
            escapeMarkdown(engine.title),
            formatDuration(tookMs),
          ],
        ],
      ),
      tagTable(plan),
      details(
        'Whole digests and labels',
        [
          table(
            ['platform', 'digest'],
            Object.entries(platformDigests).map(([platform, of]) => [platform, code(of)]),
          ),
          table(
            ['label', 'value'],
            [...plan.labels].map(([key, value]) => [code(key), escapeMarkdown(value)]),
          ),
        ].join('\n\n'),
      ),
    ].join('\n\n'),
  );
}

function sourceOf({ inputs }: BuildPlan): string {
  if (!isComposed(inputs)) return `${inputs.file ?? 'the Dockerfile'} in ${inputs.context}`;
  const { base, files } = inputs;
  const on = base === undefined || base === 'scratch' ? 'scratch' : formatReference(base);
  const shown = files.slice(0, 3).map(({ source, target }) => `${source} → ${target}`);
  if (files.length > 3) shown.push(`${files.length - 3} more`);
  return files.length === 0 ? on : `${on} and ${shown.join(', ')}`;
}

function platformsOf({ platforms }: BuildPlan): string {
  return platforms.length === 0 ? '' : ` for ${platforms.map(formatPlatform).join(', ')}`;
}

function tagTable(plan: BuildPlan): string {
  return table(
    ['image', 'tags'],
    plan.images.map((image) => [code(imageRepository(image)), plan.tags.map(code).join(' ')]),
  );
}

function lines(pairs: ReadonlyMap<string, string>): string {
  return [...pairs].map(([key, value]) => `${key}=${value}`).join('\n');
}
