import type { Env } from '../../../src/core/inputs.ts';
import { Secrets } from '../../../src/core/secrets.ts';
import { createHttp } from '../../../src/http/http.ts';
import { digestOf } from '../../../src/image/digest.ts';
import { type StoredManifest, storedManifest } from '../../../src/image/manifest.ts';
import { OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from '../../../src/image/media-types.ts';
import { putManifest } from '../../../src/image/registry/manifests.ts';
import { Registries, type RegistryOptions } from '../../../src/image/registry/registries.ts';
import type { RegistryRepository } from '../../../src/image/registry/repository.ts';
import { type BlobSource, pushBlob } from '../../../src/image/registry/upload.ts';
import { type RegistryOptions as FakeOptions, FakeRegistry } from '../../fakes/registry/registry.ts';
import { onTestFinished } from '../../jest-support.ts';

/** Opens registries whose waits take no time. Collects the log lines and the waits (ms). */
export function openRegistries(options: Partial<RegistryOptions> & { env?: Env } = {}) {
  const lines: string[] = [];
  const waits: number[] = [];
  const http = createHttp({ env: {}, userAgent: 'test' });
  const registries = new Registries({
    http,
    env: { HOME: '/nonexistent' },
    secrets: new Secrets(),
    clock: { now: () => Date.now(), sleep: async (ms) => void waits.push(ms) },
    log: { info: (line) => lines.push(line) },
    ...options,
  });
  return { registries, lines, waits, close: () => http.close() };
}

/** Starts a fake registry and a client for it, until the test ends. @param client options of the client */
export async function startRegistry(
  fake: FakeOptions = {},
  client: (host: string) => Partial<RegistryOptions> = () => ({}),
) {
  const registry = await FakeRegistry.start(fake);
  const opened = openRegistries(client(registry.host));
  onTestFinished(() => registry.stop());
  onTestFinished(opened.close);
  const open = (repository: string) => opened.registries.repository({ registry: registry.host, repository });
  return { registry, open, ...opened };
}

export const accounts = { ci: { password: 's3cret-pass' } };

export const login = (host: string) => ({
  login: { registries: [host], username: 'ci', password: 's3cret-pass', source: 'the input `registry-username`' },
});

export function sourceOf(bytes: Buffer): BlobSource {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *open(from, to) {
      for (let at = from; at < to; at += 65_536) yield bytes.subarray(at, Math.min(to, at + 65_536));
    },
  };
}

export async function pushImage(repository: RegistryRepository, content: string): Promise<StoredManifest> {
  const layer = Buffer.from(`layer of ${content}`);
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'arm64', note: content }));
  for (const bytes of [layer, config]) await pushBlob(repository, sourceOf(bytes));
  const manifest = storedManifest(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: OCI_LAYER.none, digest: digestOf(layer), size: layer.length }],
  });
  await putManifest(repository, manifest.digest, manifest);
  return manifest;
}

export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const got: Uint8Array[] = [];
  for await (const chunk of chunks) got.push(chunk);
  return Buffer.concat(got);
}
