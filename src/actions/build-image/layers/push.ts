import { digestOf } from '../../../image/digest.ts';
import type { LayerFile } from '../../../image/layer/layer.ts';
import type { Descriptor } from '../../../image/manifest.ts';
import { copyBlob } from '../../../image/registry/copy.ts';
import { putManifest } from '../../../image/registry/manifests.ts';
import { inParallel } from '../../../image/registry/parallel.ts';
import type { RegistryRepository } from '../../../image/registry/repository.ts';
import { type BlobSource, type PushOutcome, pushBlob } from '../../../image/registry/upload.ts';
import type { BuildSession } from '../engines/engine.ts';
import { formatBytes } from '../format-bytes.ts';
import { withUploadProgress } from '../progress.ts';
import type { ComposedImage } from './compose.ts';

/** Brings an image with all that it points to into a repository, under its digest. */
export async function pushImage(
  { log, clock }: BuildSession,
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
  const once = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
  const observed = (blob: BlobSource) => withUploadProgress({ clock, log }, blob);
  await inParallel(once, 4, async (blob) => {
    const outcome = await ('open' in blob ? pushBlob(to, observed(blob)) : copied(from, to, blob, observed));
    if (outcome !== 'present') log.info(`${blob.digest.slice(0, 19)}  ${formatBytes(blob.size)} ${outcome}`);
  });
  await putManifest(to, image.manifest.digest, image.manifest);
}

async function copied(
  from: RegistryRepository | undefined,
  to: RegistryRepository,
  blob: Descriptor,
  observed: (blob: BlobSource) => BlobSource,
): Promise<PushOutcome> {
  return from === undefined ? 'present' : copyBlob(from, to, blob, observed);
}
