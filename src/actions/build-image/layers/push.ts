import { digestOf } from '../../../image/digest.ts';
import type { LayerFile } from '../../../image/layer/layer.ts';
import type { Descriptor } from '../../../image/manifest.ts';
import { copyBlob } from '../../../image/registry/copy.ts';
import { putManifest } from '../../../image/registry/manifests.ts';
import { inParallel } from '../../../image/registry/parallel.ts';
import type { Repository } from '../../../image/registry/repository.ts';
import { type BlobSource, type PushOutcome, pushBlob } from '../../../image/registry/upload.ts';
import type { Workshop } from '../engines/engine.ts';
import { formatBytes } from '../format-bytes.ts';
import { telling } from '../progress.ts';
import type { Composed } from './compose.ts';

/** Brings an image with all that it points to into a repository, under its digest. */
export async function pushImage(
  { log, clock }: Workshop,
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
  const observed = (blob: BlobSource) => telling({ clock, log }, blob);
  await inParallel(once, 4, async (blob) => {
    const outcome = await ('open' in blob ? pushBlob(to, observed(blob)) : copied(from, to, blob, observed));
    if (outcome !== 'present') log.info(`${blob.digest.slice(0, 19)}  ${formatBytes(blob.size)} ${outcome}`);
  });
  await putManifest(to, image.manifest.digest, image.manifest);
}

async function copied(
  from: Repository | undefined,
  to: Repository,
  blob: Descriptor,
  observed: (blob: BlobSource) => BlobSource,
): Promise<PushOutcome> {
  return from === undefined ? 'present' : copyBlob(from, to, blob, observed);
}
