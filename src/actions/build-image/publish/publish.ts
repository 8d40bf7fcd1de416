import type { Digest } from '../../../image/digest.ts';
import { imageRepository } from '../../../image/reference.ts';
import { copyImage } from '../../../image/registry/copy.ts';
import { findDigest, putManifest, readPushed, verifyTag } from '../../../image/registry/manifests.ts';
import { type ResolvedImage, resolvePlatforms } from '../../../image/registry/platforms.ts';
import type { RegistryRepository } from '../../../image/registry/repository.ts';
import { requirePushAccess } from '../../../image/registry/upload.ts';
import type { BuildSession } from '../session/build-session.ts';

/** Checks before the build that every repository of the spec accepts a push. */
export async function requirePushAccessToAll({ spec, registries }: BuildSession): Promise<void> {
  await Promise.all(spec.images.map(async (image) => requirePushAccess(await registries.repository(image))));
}

/**
 * Tags a pushed image in its repository, copies it to the other repositories, and tags it there. Verifies every tag.
 * @throws RegistryError `digest-mismatch` if the registry has another digest than the engine reported.
 */
export async function publish({ spec, registries, log }: BuildSession, digest: Digest): Promise<ResolvedImage> {
  const [first, ...copies] = spec.images;
  const source = await registries.repository(first);
  const manifest = await readPushed(source, digest);
  const tagAll = async (repository: RegistryRepository) => {
    for (const tag of spec.tags) {
      if ((await findDigest(repository, tag)) !== digest) await putManifest(repository, tag, manifest);
      await verifyTag(repository, tag, digest);
      log.info(`${repository.name}:${tag}  ${digest}`);
    }
  };
  await tagAll(source);
  for (const copy of copies) {
    const target = await registries.repository(copy);
    log.info(`Copying to ${imageRepository(copy)}`);
    await copyImage(source, target, manifest);
    await tagAll(target);
  }
  return resolvePlatforms(source, digest);
}
