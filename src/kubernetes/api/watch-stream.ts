import { at, stringAt } from '../../json/json.ts';
import { type KubernetesObject, readObject } from '../objects/object.ts';
import { statusError } from './api-error.ts';

export type WatchEvent =
  | { readonly kind: 'set'; readonly object: KubernetesObject; readonly resourceVersion: string }
  | { readonly kind: 'deleted'; readonly object: KubernetesObject; readonly resourceVersion: string }
  /** `isComplete`: what was there when the watch began has been told. */
  | { readonly kind: 'bookmark'; readonly resourceVersion: string; readonly isComplete?: true };

/** A watch's answer is not what it should be: cut within a line, or not JSON. The cure is to list again. */
export class BrokenWatch extends Error {
  override readonly name = 'BrokenWatch';
}

const NEWLINE = 0x0a;
/** etcd takes objects of up to 1.5 MiB; with room for JSON's escapes. */
const LONGEST_EVENT = 16 * 1024 * 1024;

/**
 * Reads a watch: one JSON object a line.
 * @throws ApiError for an ERROR event (410 when the resourceVersion is too old), BrokenWatch, NetworkError.
 */
export async function* readWatch(
  chunks: AsyncIterable<Uint8Array>,
  type: { readonly apiVersion: string; readonly kind: string },
): AsyncGenerator<WatchEvent> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const rest = chunk.subarray(from, end);
      const line = pieces.length === 0 ? textOf(rest) : Buffer.concat([...pieces, rest]).toString('utf8');
      [pieces, held, from] = [[], 0, end + 1];
      if (line.trim() !== '') yield readEvent(line, type);
    }
    // Only the rest of the chunk is kept, not the whole of it.
    if (from < chunk.length) pieces.push(Buffer.from(chunk.subarray(from)));
    held += chunk.length - from;
    if (held > LONGEST_EVENT) throw new BrokenWatch(`an event of the watch is longer than ${LONGEST_EVENT} bytes`);
  }
  // The last event was cut: what was read before it stands, and the next watch brings it whole.
  if (Buffer.concat(pieces).toString('utf8').trim() !== '')
    throw new BrokenWatch('the connection ended within an event');
}

/** Without a copy of the bytes: most lines come whole, and there are very many. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

function readEvent(line: string, type: { readonly apiVersion: string; readonly kind: string }): WatchEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    throw new BrokenWatch('a line of the watch is not JSON');
  }
  const name = stringAt(event, 'type');
  if (name === 'ERROR') throw statusError(at(event, 'object'));
  const resourceVersion = stringAt(event, 'object', 'metadata', 'resourceVersion') ?? '';
  if (name === 'BOOKMARK') {
    const isComplete = stringAt(event, 'object', 'metadata', 'annotations', 'k8s.io/initial-events-end') === 'true';
    return { kind: 'bookmark', resourceVersion, ...(isComplete ? { isComplete } : {}) };
  }
  const object = readObject(at(event, 'object'), type);
  if (!object || (name !== 'ADDED' && name !== 'MODIFIED' && name !== 'DELETED'))
    throw new BrokenWatch(`an event of the watch has the type "${name}" and no object`);
  return { kind: name === 'DELETED' ? 'deleted' : 'set', object, resourceVersion };
}
