import { digestOf } from '../../../image/digest.ts';
import type { LayerFile } from '../../../image/layer/layer.ts';
import { type Descriptor, descriptorOf, type StoredManifest, storedManifest } from '../../../image/manifest.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, ociLayerType } from '../../../image/media-types.ts';
import { normalRepository } from '../../../image/reference.ts';
import { type BuildSpec, timestamp } from '../session/build-spec.ts';
import type { BaseImage, ResolvedBase } from './base.ts';
import { imageConfig } from './config.ts';

/** The new image of one platform: all but the bytes of its layers. */
export interface ComposedImage extends BaseImage {
  readonly configBytes: Buffer;
  readonly manifest: StoredManifest;
}

export function composeImage(
  spec: BuildSpec,
  base: ResolvedBase,
  image: BaseImage,
  layer: LayerFile | undefined,
): ComposedImage {
  const { options, labels } = spec;
  const config = imageConfig({
    base: image.config,
    platform: image.platform,
    options,
    labels,
    diffId: layer?.diffId,
    created: timestamp(spec.time ?? 0),
    comment: options.files.map(({ source, target }) => `${source} => ${target}`).join(', '),
  });
  const configBytes = Buffer.from(JSON.stringify(config));
  const annotations = { ...baseAnnotations(spec, base), ...Object.fromEntries(spec.annotations) };
  const manifest = storedManifest(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, digest: digestOf(configBytes), size: configBytes.length },
    layers: [...image.layers.map(withOciType), ...(layer ? [layer.descriptor] : [])],
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  });
  return { ...image, configBytes, manifest };
}

function withOciType(layer: Descriptor): Descriptor {
  return { ...layer, mediaType: ociLayerType(layer.mediaType) };
}

/** Tells scanners and update tools which base the image has (OCI image spec, "Pre-Defined Annotation Keys"). */
function baseAnnotations({ options: { base } }: BuildSpec, { digest }: ResolvedBase): Record<string, string> {
  if (base === undefined || base === 'scratch' || digest === undefined) return {};
  const tag = base.tag ?? (base.digest === undefined ? 'latest' : undefined);
  return {
    'org.opencontainers.image.base.name': `${normalRepository(base)}${tag === undefined ? '' : `:${tag}`}`,
    'org.opencontainers.image.base.digest': digest,
  };
}

export function composeIndex(spec: BuildSpec, images: readonly ComposedImage[]): StoredManifest {
  return storedManifest(OCI_INDEX, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: images.map(({ manifest, platform }) => ({ ...descriptorOf(manifest), platform })),
    ...(spec.annotations.size > 0 ? { annotations: Object.fromEntries(spec.annotations) } : {}),
  });
}
