import { parseJson, stringAt } from '../../../src/json/json.ts';
import { FakeRegistry, type RegistryOptions } from '../../fakes/registry/registry.ts';
import { sha256 } from '../../fakes/registry/store.ts';
import { fail, onTestFinished } from '../../jest-support.ts';
import { Checkout } from './harness.ts';

const DOCKER = 'application/vnd.docker';

/** A checkout with the files that the tests put into layers. */
export function openCheckout(): Checkout {
  const checkout = new Checkout();
  checkout.write('dist/index.html', 'hello');
  checkout.write('dist/server', 'binary', 0o755);
  return checkout;
}

/** Starts a registry for the current test. */
export async function startRegistry(options: RegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(options);
  onTestFinished(() => registry.stop());
  return registry;
}

/** A manifest or blob of a repository, parsed as JSON. */
export function content(registry: FakeRegistry, repository: string, reference: string): unknown {
  const bytes = registry.store.manifest(repository, reference)?.bytes ?? registry.store.blob(repository, reference);
  return parseJson(bytes?.toString() ?? fail(`no ${repository} ${reference}`));
}

/** The config of an image. */
export function configOf(registry: FakeRegistry, repository: string, reference: string): unknown {
  return content(registry, repository, stringAt(content(registry, repository, reference), 'config', 'digest') ?? '');
}

/** Adds an image with Docker's media types to a registry; returns its descriptor. */
export function addBase(registry: FakeRegistry, repository: string, architecture: string) {
  const layer = Buffer.from(`base layer for ${architecture}`);
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      author: 'somebody',
      config: {
        Env: ['PATH=/bin', 'LANG=C'],
        Cmd: ['sh'],
        Labels: { vendor: 'acme', 'org.opencontainers.image.version': '13' },
        ExposedPorts: { '80/tcp': {} },
      },
      rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
      history: [{ created_by: 'base' }],
    }),
  );
  for (const bytes of [layer, config]) registry.store.addBlob(repository, bytes);
  const mediaType = `${DOCKER}.distribution.manifest.v2+json`;
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: `${DOCKER}.container.image.v1+json`, digest: sha256(config), size: config.length },
      layers: [{ mediaType: `${DOCKER}.image.rootfs.diff.tar.gzip`, digest: sha256(layer), size: layer.length }],
    }),
  );
  registry.store.repository(repository).manifests.set(sha256(bytes), { mediaType, bytes });
  return {
    mediaType,
    digest: sha256(bytes),
    size: bytes.length,
    platform: { os: 'linux', architecture },
    layer: sha256(layer),
  };
}

/** Adds an index with an image for each architecture, under the tag 13. @returns its digest. */
export function addIndex(registry: FakeRegistry, repository: string, architectures: readonly string[]): string {
  const manifests = architectures
    .map((architecture) => addBase(registry, repository, architecture))
    .map(({ layer: _, ...rest }) => rest);
  const mediaType = `${DOCKER}.distribution.manifest.list.v2+json`;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  const kept = registry.store.repository(repository);
  kept.manifests.set(sha256(bytes), { mediaType, bytes });
  kept.tags.set('13', sha256(bytes));
  return sha256(bytes);
}

/** Inputs for an image from scratch. */
export const scratch = (registry: FakeRegistry) => ({
  image: `${registry.host}/acme/shop`,
  base: 'scratch',
  files: 'dist => /app',
});
