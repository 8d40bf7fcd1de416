import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, listAt, parseJson, stringAt } from '../../../src/json/json.ts';
import { RegistryError, readBody } from './answer.ts';
import { type Store, sha256 } from './store.ts';

const INDEXES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const IMAGES = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const LIMIT = 4 * 1024 * 1024;

/** `/v2/<name>/manifests/<reference>` */
export async function serveManifest(
  store: Store,
  repository: string,
  reference: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!TAG.test(reference) && !DIGEST.test(reference))
    throw new RegistryError(404, 'TAG_INVALID', 'manifest tag did not match URI');
  if (request.method === 'PUT') return put(store, repository, reference, request, response);
  const kept = store.manifest(repository, reference);
  if (!store.repositories.has(repository))
    throw new RegistryError(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  if (!kept) throw new RegistryError(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  if (request.method === 'DELETE') {
    if (!DIGEST.test(reference)) throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.');
    store.repository(repository).manifests.delete(reference);
    for (const [tag, digest] of store.repository(repository).tags)
      if (digest === reference) store.repository(repository).tags.delete(tag);
    response.writeHead(202).end();
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.');
  if (!accepts(request.headers.accept, kept.mediaType))
    throw new RegistryError(404, 'MANIFEST_UNKNOWN', `${kept.mediaType} found, but accept header does not support it`);
  const headers = {
    'content-type': kept.mediaType,
    'content-length': String(kept.bytes.length),
    'docker-content-digest': kept.digest,
    etag: `"${kept.digest}"`,
  };
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : kept.bytes);
}

async function put(
  store: Store,
  repository: string,
  reference: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await readBody(request);
  if (bytes.length > LIMIT) throw new RegistryError(413, 'MANIFEST_INVALID', 'manifest too large');
  const mediaType = request.headers['content-type'] ?? '';
  const content = parseJson(bytes.toString());
  if (![...INDEXES, ...IMAGES].includes(mediaType) || !isObject(content) || content['schemaVersion'] !== 2)
    throw new RegistryError(400, 'MANIFEST_INVALID', 'manifest invalid');
  const written = stringAt(content, 'mediaType');
  // A Docker manifest must have its mediaType; an OCI manifest may have none, but not a wrong one.
  if (written === undefined ? mediaType.includes('docker') : written !== mediaType)
    throw new RegistryError(
      400,
      'MANIFEST_INVALID',
      `mediaType in manifest should be '${mediaType}' not '${written ?? ''}'`,
    );
  const digest = sha256(bytes);
  if (DIGEST.test(reference) && reference !== digest)
    throw new RegistryError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  checkReferences(store, repository, mediaType, content);
  const kept = store.repository(repository);
  kept.manifests.set(digest, { mediaType, bytes });
  if (!DIGEST.test(reference)) kept.tags.set(reference, digest);
  response.writeHead(201, { location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest }).end();
}

function checkReferences(store: Store, repository: string, mediaType: string, content: unknown): void {
  const kept = store.repository(repository);
  if (INDEXES.includes(mediaType)) {
    for (const child of listAt(content, 'manifests')) {
      const digest = stringAt(child, 'digest') ?? '';
      if (!kept.manifests.has(digest))
        throw new RegistryError(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${digest}`);
    }
    return;
  }
  const config = isObject(content) ? content['config'] : undefined;
  for (const blob of [config, ...listAt(content, 'layers')]) {
    const digest = stringAt(blob, 'digest') ?? '';
    const foreign = listAt(blob, 'urls').length > 0;
    if (!foreign && !kept.blobs.has(digest))
      throw new RegistryError(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${digest}`);
  }
}

/** Like distribution, the fake returns a manifest only to clients that accept its type. */
function accepts(header: string | undefined, mediaType: string): boolean {
  return (header ?? '').split(',').some((range) => range.split(';')[0]?.trim() === mediaType);
}
