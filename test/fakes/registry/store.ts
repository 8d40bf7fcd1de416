import { createHash } from 'node:crypto';

export interface Manifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A repository: its blobs, its manifests by digest, its tags. */
export interface RepositoryStore {
  readonly blobs: Set<string>;
  readonly manifests: Map<string, Manifest>;
  readonly tags: Map<string, string>;
}

/** The storage of a registry. Repositories share blobs, as in distribution. */
export class Store {
  readonly blobs = new Map<string, Buffer>();
  readonly repositories = new Map<string, RepositoryStore>();

  repository(name: string): RepositoryStore {
    const known = this.repositories.get(name);
    if (known) return known;
    const created: RepositoryStore = { blobs: new Set(), manifests: new Map(), tags: new Map() };
    this.repositories.set(name, created);
    return created;
  }

  blob(repository: string, digest: string): Buffer | undefined {
    return this.repositories.get(repository)?.blobs.has(digest) ? this.blobs.get(digest) : undefined;
  }

  addBlob(repository: string, bytes: Buffer): string {
    const digest = sha256(bytes);
    this.blobs.set(digest, bytes);
    this.repository(repository).blobs.add(digest);
    return digest;
  }

  manifest(repository: string, reference: string): (Manifest & { readonly digest: string }) | undefined {
    const kept = this.repositories.get(repository);
    const digest = reference.includes(':') ? reference : kept?.tags.get(reference);
    const manifest = digest === undefined ? undefined : kept?.manifests.get(digest);
    return manifest && digest !== undefined ? { ...manifest, digest } : undefined;
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
