import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RegistryError, readBody } from './answer.ts';
import { type Store, sha256 } from './store.ts';

interface Upload {
  readonly repository: string;
  chunks: Buffer[];
  size: number;
}

/** Open uploads: `/v2/<name>/blobs/uploads/…` */
export class Uploads {
  readonly #store: Store;
  readonly #open = new Map<string, Upload>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Drops all open uploads, as a restart does. */
  clear(): void {
    this.#open.clear();
  }

  async begin(
    repository: string,
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
    mayMount: boolean,
  ) {
    const mount = query.get('mount');
    const from = query.get('from');
    const source = mount && from && mayMount ? this.#store.blob(from, mount) : undefined;
    if (source && mount) {
      request.resume();
      this.#store.repository(repository).blobs.add(mount);
      return created(response, repository, mount);
    }
    const whole = query.get('digest');
    if (whole) return this.#keep(repository, await readBody(request), whole, response);
    request.resume();
    const id = randomUUID();
    this.#open.set(id, { repository, chunks: [], size: 0 });
    this.#respond(response, 202, repository, id, 0);
  }

  async serve(
    repository: string,
    id: string,
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ) {
    const upload = this.#open.get(id);
    if (upload?.repository !== repository)
      throw new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    switch (request.method) {
      case 'GET':
        return this.#respond(response, 204, repository, id, upload.size);
      case 'DELETE':
        this.#open.delete(id);
        response.writeHead(204).end();
        return;
      case 'PATCH':
        return this.#append(repository, id, upload, request, response);
      case 'PUT': {
        checkRange(request, upload.size);
        const digest = query.get('digest') ?? '';
        if (!/^sha256:[0-9a-f]{64}$/.test(digest))
          throw new RegistryError(400, 'DIGEST_INVALID', 'digest missing or malformed');
        const last = await readBody(request);
        this.#open.delete(id);
        return this.#keep(repository, Buffer.concat([...upload.chunks, last]), digest, response);
      }
      default:
        throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.');
    }
  }

  async #append(repository: string, id: string, upload: Upload, request: IncomingMessage, response: ServerResponse) {
    const type = request.headers['content-type'];
    if (type !== undefined && type !== 'application/octet-stream')
      throw new RegistryError(400, 'UNKNOWN', 'bad Content-Type');
    checkRange(request, upload.size);
    // Bytes that arrive before a connection breaks are kept: the client can ask how many, and resume.
    await readBody(request, (chunk) => {
      upload.chunks.push(chunk);
      upload.size += chunk.length;
    });
    this.#respond(response, 202, repository, id, upload.size);
  }

  #keep(repository: string, bytes: Buffer, digest: string, response: ServerResponse): void {
    if (sha256(bytes) !== digest)
      throw new RegistryError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    this.#store.addBlob(repository, bytes);
    created(response, repository, digest);
  }

  #respond(response: ServerResponse, status: number, repository: string, id: string, size: number): void {
    const location = `/v2/${repository}/blobs/uploads/${id}?_state=${Buffer.from(`${id}${size}`).toString('base64url')}`;
    response
      .writeHead(status, {
        location,
        range: `0-${Math.max(0, size - 1)}`,
        'docker-upload-uuid': id,
        'content-length': '0',
      })
      .end();
  }
}

/** A chunk must begin at the end of the last one, and have the length of its range. */
function checkRange(request: IncomingMessage, size: number): void {
  const header = request.headers['content-range'];
  if (header === undefined) return;
  const [, from, to] = /^(\d+)-(\d+)$/.exec(header) ?? [];
  const length = request.headers['content-length'];
  const fits = Number(from) === size && (length === undefined || Number(to) - Number(from) + 1 === Number(length));
  if (!fits) throw new RegistryError(416, 'RANGE_INVALID', 'invalid content range');
}

function created(response: ServerResponse, repository: string, digest: string): void {
  response
    .writeHead(201, {
      location: `/v2/${repository}/blobs/${digest}`,
      'docker-content-digest': digest,
      'content-length': '0',
    })
    .end();
}
