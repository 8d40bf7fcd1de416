import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { listAt } from '../../../src/json/json.ts';
import { expectWithNote, invariant } from '../../jest-support.ts';
import { sha256 } from './store.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/**
 * Checks the behavior that our client relies on. It runs against the fake and against a real registry, so that the fake allows and
 * refuses the same as the real one. The registry must need no login. @param origin `http://127.0.0.1:5000`
 */
export async function assertConforms(origin: string): Promise<void> {
  const run = randomBytes(4).toString('hex');
  const registry = new RegistryChecks(origin, `conformance-${run}/app`, `conformance-${run}/other`);
  await registry.answersThePing();
  await registry.takesAMonolithicUpload();
  await registry.takesAChunkedUpload();
  await registry.refusesWrongBytes();
  await registry.mountsABlob();
  await registry.keepsManifests();
  await registry.negotiatesTheType();
  await registry.refusesDanglingReferences();
  await registry.listsTagsPageByPage();
}

class RegistryChecks {
  readonly #origin: string;
  readonly #app: string;
  readonly #other: string;

  constructor(origin: string, app: string, other: string) {
    this.#origin = origin;
    this.#app = app;
    this.#other = other;
  }

  async answersThePing() {
    await expectStatus(await fetch(`${this.#origin}/v2/`), 200);
  }

  async takesAMonolithicUpload() {
    const bytes = randomBytes(1000);
    await this.#blob(this.#app, bytes);
    const path = `/v2/${this.#app}/blobs/${sha256(bytes)}`;
    const head = await this.#send('HEAD', path);
    expect(head.headers.get('content-length')).toBe('1000');
    expect(head.headers.get('docker-content-digest')).toBe(sha256(bytes));
    const part = await this.#send('GET', path, { range: 'bytes=100-199' }, undefined, 206);
    expect(Buffer.from(await part.arrayBuffer())).toStrictEqual(bytes.subarray(100, 200));
    expect(part.headers.get('content-range')).toBe('bytes 100-199/1000');
    await this.#refused('GET', `/v2/${this.#app}/blobs/${sha256('nothing')}`, 404, 'BLOB_UNKNOWN');
    await this.#refused(
      'PUT',
      `/v2/${this.#app}/blobs/uploads/5f0c1c3c-1b1a-4d3b-9b1a-3b1a4d3b9b1a?digest=${sha256(bytes)}`,
      404,
      'BLOB_UPLOAD_(?:UNKNOWN|INVALID)',
      bytes,
    );
  }

  async takesAChunkedUpload() {
    const bytes = randomBytes(3000);
    let location = await this.#begin(this.#app);
    const status = await this.#send('GET', location, {}, undefined, 204);
    location = this.#absolute(status);
    const first = await this.#send(
      'PATCH',
      location,
      octets({ 'content-range': '0-999' }),
      bytes.subarray(0, 1000),
      202,
    );
    expect(first.headers.get('range')).toBe('0-999');
    const halfway = await this.#send('GET', this.#absolute(first), {}, undefined, 204);
    expect(halfway.headers.get('range')).toBe('0-999');
    const second = await this.#send(
      'PATCH',
      this.#absolute(halfway),
      octets({ 'content-range': '1000-2999' }),
      bytes.subarray(1000),
      202,
    );
    expect(second.headers.get('range')).toBe('0-2999');
    const done = await this.#send('PUT', `${this.#absolute(second)}&digest=${sha256(bytes)}`, {}, undefined, 201);
    expect(done.headers.get('docker-content-digest')).toBe(sha256(bytes));
    const got = await this.#send('GET', `/v2/${this.#app}/blobs/${sha256(bytes)}`);
    expect(sha256(Buffer.from(await got.arrayBuffer()))).toBe(sha256(bytes));
  }

  async refusesWrongBytes() {
    const location = await this.#begin(this.#app);
    await this.#refused('PUT', `${location}&digest=${sha256('other')}`, 400, 'DIGEST_INVALID', Buffer.from('these'));
    const again = await this.#begin(this.#app);
    await this.#refused('PUT', `${again}&digest=sha256:12`, 400, 'DIGEST_INVALID', Buffer.from('these'));
  }

  async mountsABlob() {
    const bytes = randomBytes(500);
    await this.#blob(this.#app, bytes);
    const uploads = `/v2/${this.#other}/blobs/uploads/`;
    const mounted = await this.#send('POST', `${uploads}?mount=${sha256(bytes)}&from=${this.#app}`, {}, undefined, 201);
    expect(mounted.headers.get('docker-content-digest')).toBe(sha256(bytes));
    await this.#send('HEAD', `/v2/${this.#other}/blobs/${sha256(bytes)}`);
    // A blob that can't be mounted opens an upload.
    const opened = await this.#send(
      'POST',
      `${uploads}?mount=${sha256('absent')}&from=${this.#app}`,
      {},
      undefined,
      202,
    );
    expect(opened.headers.get('location')).toBeTruthy();
  }

  async keepsManifests() {
    const manifest = await this.#image(this.#app);
    const path = `/v2/${this.#app}/manifests`;
    const put = await this.#send('PUT', `${path}/v1`, { 'content-type': MANIFEST }, manifest, 201);
    expect(put.headers.get('docker-content-digest')).toBe(sha256(manifest));
    for (const reference of ['v1', sha256(manifest)]) {
      const got = await this.#send('GET', `${path}/${reference}`, { accept: MANIFEST });
      expect(got.headers.get('content-type')).toBe(MANIFEST);
      expect(got.headers.get('docker-content-digest')).toBe(sha256(manifest));
      expect(Buffer.from(await got.arrayBuffer())).toStrictEqual(manifest);
    }
    await this.#refused('GET', `${path}/absent`, 404, 'MANIFEST_UNKNOWN');
    await this.#refused('PUT', `${path}/${sha256('other')}`, 400, 'DIGEST_INVALID', manifest, {
      'content-type': MANIFEST,
    });
    await this.#refused('PUT', `${path}/v1`, 400, 'MANIFEST_INVALID', Buffer.from('no JSON'), {
      'content-type': MANIFEST,
    });
  }

  async negotiatesTheType() {
    const manifest = await this.#image(this.#app);
    const path = `/v2/${this.#app}/manifests`;
    await this.#send('PUT', `${path}/${sha256(manifest)}`, { 'content-type': MANIFEST }, manifest, 201);
    const index = json({
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [
        {
          mediaType: MANIFEST,
          digest: sha256(manifest),
          size: manifest.length,
          platform: { os: 'linux', architecture: 'amd64' },
        },
      ],
    });
    await this.#send('PUT', `${path}/multi`, { 'content-type': INDEX }, index, 201);
    const got = await this.#send('GET', `${path}/multi`, { accept: `${INDEX}, ${MANIFEST}` });
    expect(got.headers.get('content-type')).toBe(INDEX);
    await this.#refused('GET', `${path}/multi`, 404, 'MANIFEST_UNKNOWN', undefined, { accept: MANIFEST });
    await this.#refused('GET', `${path}/${sha256(manifest)}`, 404, 'MANIFEST_UNKNOWN', undefined, { accept: INDEX });
  }

  async refusesDanglingReferences() {
    const path = `/v2/${this.#app}/manifests/dangling`;
    const type = { 'content-type': MANIFEST };
    const absent = { mediaType: CONFIG, digest: sha256('absent'), size: 6 };
    const image = json({ schemaVersion: 2, mediaType: MANIFEST, config: absent, layers: [] });
    await this.#refused('PUT', path, 400, 'MANIFEST_BLOB_UNKNOWN', image, type);
    const index = json({ schemaVersion: 2, mediaType: INDEX, manifests: [{ ...absent, mediaType: MANIFEST }] });
    await this.#refused('PUT', path, 400, 'MANIFEST_BLOB_UNKNOWN', index, { 'content-type': INDEX });
  }

  async listsTagsPageByPage() {
    const manifest = await this.#image(this.#other);
    for (const tag of ['c', 'a', 'b'])
      await this.#send('PUT', `/v2/${this.#other}/manifests/${tag}`, { 'content-type': MANIFEST }, manifest, 201);
    const tags: unknown[] = [];
    // A registry may split the list into pages (version 2 of CNCF distribution doesn't). The links lead to all pages.
    for (let next: string | undefined = `/v2/${this.#other}/tags/list?n=2`; next !== undefined; ) {
      const page: Response = await this.#send('GET', next);
      tags.push(...listAt(await page.json(), 'tags'));
      next = /^<(.+)>; *rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(tags.sort()).toStrictEqual(['a', 'b', 'c']);
    await this.#refused('GET', '/v2/conformance/never-pushed/tags/list', 404, 'NAME_UNKNOWN');
  }

  async #image(repository: string): Promise<Buffer> {
    const [layer, config] = [
      randomBytes(100),
      json({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } }),
    ];
    for (const bytes of [layer, config]) await this.#blob(repository, bytes);
    return json({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, digest: sha256(config), size: config.length },
      layers: [{ mediaType: LAYER, digest: sha256(layer), size: layer.length }],
    });
  }

  async #blob(repository: string, bytes: Buffer): Promise<void> {
    const location = await this.#begin(repository);
    const put = await this.#send('PUT', `${location}&digest=${sha256(bytes)}`, octets({}), bytes, 201);
    expect(put.headers.get('docker-content-digest')).toBe(sha256(bytes));
  }

  async #begin(repository: string): Promise<string> {
    return this.#absolute(await this.#send('POST', `/v2/${repository}/blobs/uploads/`, {}, undefined, 202));
  }

  #absolute(response: Response): string {
    const location = response.headers.get('location');
    invariant(location, 'there is a Location');
    return new URL(location, this.#origin).href;
  }

  async #send(method: string, to: string, headers: Record<string, string> = {}, body?: Buffer, status = 200) {
    const response = await fetch(new URL(to, this.#origin), {
      method,
      headers,
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
    return expectStatus(response, status, `${method} ${to}`);
  }

  async #refused(
    method: string,
    to: string,
    status: number,
    code: string,
    body?: Buffer,
    headers: Record<string, string> = body ? octets({}) : {},
  ) {
    const response = await this.#send(method, to, headers, body, status);
    const answer: unknown = await response.json();
    expectWithNote(JSON.stringify(answer), `${method} ${to}`).toMatch(new RegExp(`"code":"${code}"`));
  }
}

async function expectStatus(response: Response, status: number, what = response.url): Promise<Response> {
  if (response.status !== status)
    throw new Error(`${what}: ${response.status} instead of ${status}: ${await response.text()}`);
  return response;
}

function octets(headers: Record<string, string>): Record<string, string> {
  return { 'content-type': 'application/octet-stream', ...headers };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
