import { inParallel } from '../../../core/parallel.ts';
import { digestOf } from '../../../image/digest.ts';
import type { LayerFile } from '../../../image/layer/layer.ts';
import type { Descriptor } from '../../../image/manifest.ts';
import { copyBlob } from '../../../image/registry/copy.ts';
import { putManifest } from '../../../image/registry/manifests.ts';
import type { RegistryRepository } from '../../../image/registry/repository.ts';
import { type BlobSource, type PushOutcome, pushBlob } from '../../../image/registry/upload.ts';
import { withUploadProgress } from '../progress/byte-progress.ts';
import { formatBytes } from '../progress/format-bytes.ts';
import type { BuildSession } from '../session/build-session.ts';
import type { ComposedImage } from './compose.ts';

/** Pushes an image with its config and layers, under its digest. */
export async function pushImage(
  { log, clock }: Pick<BuildSession, 'log' | 'clock'>,
  to: RegistryRepository,
  from: RegistryRepository | undefined,
  image: ComposedImage,
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
  const distinct = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
  const observed = (blob: BlobSource) => withUploadProgress({ clock, log }, blob);
  await inParallel(distinct, 4, async (blob) => {
    const outcome = await ('open' in blob ? pushBlob(to, observed(blob)) : copyLayer(from, to, blob, observed));
    if (outcome !== 'present') log.info(`${blob.digest.slice(0, 19)}  ${formatBytes(blob.size)} ${outcome}`);
  });
  await putManifest(to, image.manifest.digest, image.manifest);
}

/** Copies a layer of the base. */
async function copyLayer(
  from: RegistryRepository | undefined,
  to: RegistryRepository,
  blob: Descriptor,
  observed: (blob: BlobSource) => BlobSource,
): Promise<PushOutcome> {
  return from === undefined ? 'present' : copyBlob(from, to, blob, observed);
}
