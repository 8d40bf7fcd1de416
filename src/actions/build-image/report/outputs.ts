import type { ActionReport } from '../../../core/action-report.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { contract } from '../contract.ts';
import type { BuiltImage, Engine } from '../engines/engine.ts';
import { type BuildSpec, references } from '../session/build-spec.ts';
import { type PublishedImage, platformDigests } from './published.ts';

type BuildReport = ActionReport<typeof contract>;

/** The outputs that are known before the build. They stay if the build fails. */
export function setPlanOutputs(report: BuildReport, spec: BuildSpec): void {
  const [image] = spec.images;
  report.set({
    repository: image.repository,
    tag: spec.tags[0],
    tags: references(spec).join('\n'),
    labels: lines(spec.labels),
    annotations: lines(spec.annotations),
  });
}

/** The outputs of a build without a push. */
export function setBuiltOutputs(report: BuildReport, spec: BuildSpec, engine: Engine, built: BuiltImage): void {
  const { digest, isKept } = built;
  if (digest !== undefined) report.set({ digest });
  report.detail({ engine: engine.name, pushed: false, kept: isKept, references: references(spec) });
}

export function setPublishedOutputs(report: BuildReport, { spec, engine, image, durationMs }: PublishedImage): void {
  const name = imageRepository(spec.images[0]);
  const { digest, size } = image;
  const digests = platformDigests(image);
  const reference = `${name}:${spec.tags[0]}@${digest}`;
  report.set({ image: `${name}@${digest}`, reference, digest, size, platformDigests: digests });
  report.subject({ image: name, digest });
  report.detail({
    engine: engine.name,
    references: references(spec),
    platformDigests: digests,
    size,
    tookMs: durationMs,
  });
}

function lines(pairs: ReadonlyMap<string, string>): string {
  return [...pairs].map(([key, value]) => `${key}=${value}`).join('\n');
}
