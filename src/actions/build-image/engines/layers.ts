import { join } from 'node:path';
import { counted } from '../../../core/counted.ts';
import { type LayerFile, writeLayer } from '../../../image/layer/layer.ts';
import type { TarEntry } from '../../../image/layer/tar.ts';
import { formatPlatform } from '../../../image/platform.ts';
import { formatReference } from '../../../image/reference.ts';
import { putManifest } from '../../../image/registry/manifests.ts';
import { DEFAULT_PLATFORM, type ResolvedBase, resolveBase } from '../layers/base.ts';
import { collectEntries } from '../layers/collect.ts';
import { composeImage, composeIndex } from '../layers/compose.ts';
import { PrivateKeyGuard } from '../layers/private-keys.ts';
import { pushImage } from '../layers/push.ts';
import { ByteProgress } from '../progress/byte-progress.ts';
import { formatBytes } from '../progress/format-bytes.ts';
import type { BuildSession } from '../session/build-session.ts';
import type { Engine, FindEngine } from './engine.ts';

export const findLayers: FindEngine = async () => layersEngine;

/** Puts files on a base, without a daemon and without unpacking the base. The same inputs give the same digest. */
const layersEngine: Engine = {
  name: 'layers',
  title: 'layers (built in)',
  async build(session) {
    const { spec, log } = session;
    const [base, layer] = await Promise.all([findBase(session), buildLayer(session)]);
    const images = base.images.map((image) => composeImage(spec, base, image, layer));
    const index = images.length > 1 || spec.platforms.length > 1 ? composeIndex(spec, images) : undefined;
    const digest = (index ?? images[0]?.manifest)?.digest;
    if (digest === undefined) throw new TypeError('a base without images');
    for (const { platform, manifest } of images) log.info(`${formatPlatform(platform)}  ${manifest.digest}`);
    return {
      digest,
      isKept: false,
      async push() {
        const to = await session.registries.repository(spec.images[0]);
        for (const image of images) await pushImage(session, to, base.from, image, layer);
        if (index) await putManifest(to, index.digest, index);
        return digest;
      },
    };
  },
};

async function findBase({ spec, registries, log }: BuildSession): Promise<ResolvedBase> {
  const { base } = spec.options;
  if (base === undefined || base === 'scratch') {
    const platforms = spec.platforms.length > 0 ? spec.platforms : [DEFAULT_PLATFORM];
    return {
      from: undefined,
      digest: undefined,
      images: platforms.map((platform) => ({ platform, layers: [], config: {} })),
    };
  }
  const resolved = await resolveBase(await registries.repository(base), base, spec.platforms);
  log.info(`Base ${formatReference(base)} is ${resolved.digest}`);
  return resolved;
}

async function buildLayer({ spec, folder, log, clock, env }: BuildSession): Promise<LayerFile | undefined> {
  const { files, base, compression } = spec.options;
  if (files.length === 0) return undefined;
  const keys = new PrivateKeyGuard();
  const entries = await collectEntries({
    env,
    keys,
    mappings: files,
    context: spec.context,
    mtime: spec.time ?? 0,
    fromScratch: base === 'scratch',
  });
  const layer = await writeLayer(withProgress(entries, { clock, log }), compression, join(folder, 'layer'));
  keys.requireNone();
  log.info(
    `Layer ${layer.digest}: ${counted(entries.length, 'entry', 'entries')}, ${formatBytes(layer.size)} (${compression})`,
  );
  return layer;
}

/** Logs how much of the files' content is in the layer so far. */
function withProgress(entries: readonly TarEntry[], runtime: Pick<BuildSession, 'clock' | 'log'>): TarEntry[] {
  const total = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
  const progress = new ByteProgress(runtime, 'Layer', total);
  return entries.map((entry) =>
    entry.kind === 'file' ? { ...entry, content: () => progress.count(entry.content()) } : entry,
  );
}
