import { join } from 'node:path';
import { type Digest, digestOf } from '../../../image/digest.ts';
import { type LayerFile, writeLayer } from '../../../image/layer/layer.ts';
import { type Descriptor, descriptorOf, type StoredManifest, storedManifest } from '../../../image/manifest.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, ociLayerType } from '../../../image/media-types.ts';
import { formatPlatform } from '../../../image/platform.ts';
import { formatReference, normalRepository } from '../../../image/reference.ts';
import { copyBlob } from '../../../image/registry/copy.ts';
import { putManifest } from '../../../image/registry/manifests.ts';
import { inParallel } from '../../../image/registry/parallel.ts';
import type { Repository } from '../../../image/registry/repository.ts';
import { type BlobSource, pushBlob } from '../../../image/registry/upload.ts';
import type { Engine, Workshop } from '../engines/engine.ts';
import { countOf, formatBytes } from '../format.ts';
import { type Plan, timestamp } from '../plan.ts';
import { type BaseImage, type Bases, readBases } from './base.ts';
import { collect } from './collect.ts';
import { imageConfig } from './config.ts';

/** Puts files on a base without a daemon and without unpacking anything: the same inputs give the same digest. */
export const layersEngine: Engine = {
  name: 'layers',
  title: 'layers (built in)',
  async build(workshop) {
    const { plan, log } = workshop;
    const [base, layer] = await Promise.all([openBase(workshop), buildLayer(workshop)]);
    const images = base.images.map((image) => compose(plan, base, image, layer));
    const index = images.length > 1 || plan.platforms.length > 1 ? composeIndex(plan, images) : undefined;
    const digest = (index ?? images[0]?.manifest)?.digest;
    if (digest === undefined) throw new TypeError('a base without images');
    for (const { platform, manifest } of images) log.info(`${formatPlatform(platform)}  ${manifest.digest}`);
    return {
      digest,
      async push() {
        const to = await workshop.registries.repository(plan.images[0]);
        for (const image of images) await pushImage(workshop, to, base.from, image, layer);
        if (index) await putManifest(to, index.digest, index);
        return digest;
      },
    };
  },
};

interface OpenBase extends Bases {
  /** Where its layers are; `undefined` for scratch. */
  readonly from: Repository | undefined;
}

async function openBase({ plan, registries, log }: Workshop): Promise<OpenBase> {
  const { base } = plan.inputs;
  if (base === undefined || base === 'scratch') {
    const platforms = plan.platforms.length > 0 ? plan.platforms : [{ os: 'linux', architecture: 'amd64' }];
    return {
      from: undefined,
      digest: digestOf(''),
      images: platforms.map((platform) => ({ platform, layers: [], config: {} })),
    };
  }
  const from = await registries.repository(base);
  const bases = await readBases(from, base, plan.platforms);
  log.info(`Base ${formatReference(base)} is ${bases.digest}`);
  return { ...bases, from };
}

async function buildLayer({ plan, folder, log }: Workshop): Promise<LayerFile | undefined> {
  const { files, base, compression } = plan.inputs;
  if (files.length === 0) return undefined;
  const entries = await collect({
    mappings: files,
    context: plan.context,
    mtime: plan.time ?? 0,
    fromScratch: base === 'scratch',
  });
  const layer = await writeLayer(entries, compression, join(folder, 'layer'));
  log.info(
    `Layer ${layer.digest}: ${countOf(entries.length, 'entry', 'entries')}, ${formatBytes(layer.size)} (${compression})`,
  );
  return layer;
}

interface Composed extends BaseImage {
  readonly configBytes: Buffer;
  readonly manifest: StoredManifest;
}

function compose(plan: Plan, base: OpenBase, image: BaseImage, layer: LayerFile | undefined): Composed {
  const { inputs, labels } = plan;
  const config = imageConfig({
    base: image.config,
    platform: image.platform,
    inputs,
    labels,
    diffId: layer?.diffId,
    created: timestamp(plan.time ?? 0),
    comment: inputs.files.map(({ source, target }) => `${source} => ${target}`).join(', '),
  });
  const configBytes = Buffer.from(JSON.stringify(config));
  const annotations = { ...baseAnnotations(plan, base), ...Object.fromEntries(plan.annotations) };
  const manifest = storedManifest(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, digest: digestOf(configBytes), size: configBytes.length },
    layers: [...image.layers.map(asOci), ...(layer ? [layer.descriptor] : [])],
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  });
  return { ...image, configBytes, manifest };
}

function asOci(layer: Descriptor): Descriptor {
  return { ...layer, mediaType: ociLayerType(layer.mediaType) };
}

/** OCI image spec, "Pre-Defined Annotation Keys": tells scanners and update tools what it stands on. */
function baseAnnotations({ inputs: { base } }: Plan, { digest }: OpenBase): Record<string, string> {
  if (base === undefined || base === 'scratch') return {};
  const tag =
    base.tag === undefined && base.digest === undefined ? ':latest' : base.tag === undefined ? '' : `:${base.tag}`;
  return {
    'org.opencontainers.image.base.name': `${normalRepository(base)}${tag}`,
    'org.opencontainers.image.base.digest': digest,
  };
}

function composeIndex(plan: Plan, images: readonly Composed[]): StoredManifest {
  return storedManifest(OCI_INDEX, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: images.map(({ manifest, platform }) => ({ ...descriptorOf(manifest), platform })),
    ...(plan.annotations.size > 0 ? { annotations: Object.fromEntries(plan.annotations) } : {}),
  });
}

async function pushImage(
  { log }: Workshop,
  to: Repository,
  from: Repository | undefined,
  image: Composed,
  layer: LayerFile | undefined,
): Promise<void> {
  const config: BlobSource = {
    digest: digestOf(image.configBytes),
    size: image.configBytes.length,
    async *open(start, end) {
      yield image.configBytes.subarray(start, end);
    },
  };
  const blobs = [...image.layers, config, ...(layer ? [layer] : [])];
  const once = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
  await inParallel(once, 4, async (blob) => {
    const outcome = 'open' in blob ? await pushBlob(to, blob) : from ? await copyBlob(from, to, blob) : 'present';
    if (outcome !== 'present') log.info(`${short(blob.digest)}  ${formatBytes(blob.size)} ${outcome}`);
  });
  await putManifest(to, image.manifest.digest, image.manifest);
}

function short(digest: Digest): string {
  return digest.slice(0, 19);
}
