import { at, stringAt } from '../../json/json.ts';
import { type KubernetesObject, readObject } from '../objects/object.ts';
import { statusError } from './api-error.ts';

export type WatchEvent =
  | { readonly kind: 'set'; readonly object: KubernetesObject; readonly resourceVersion: string }
  | { readonly kind: 'deleted'; readonly object: KubernetesObject; readonly resourceVersion: string }
  /** `isComplete`: all objects that existed when the watch began have been sent. */
  | { readonly kind: 'bookmark'; readonly resourceVersion: string; readonly isComplete?: true };

/** The response of a watch is truncated or not JSON. The objects must be listed again. */
export class BrokenWatch extends Error {
  override readonly name = 'BrokenWatch';
}

const NEWLINE = 0x0a;
/** etcd stores objects of up to 1.5 MiB. JSON escapes can make them longer. */
const LONGEST_EVENT = 16 * 1024 * 1024;

/**
 * Reads a watch: one JSON object per line.
 * @throws ApiError for an ERROR event (410 if the resourceVersion is too old), BrokenWatch, NetworkError.
 */
export async function* readWatch(
  chunks: AsyncIterable<Uint8Array>,
  type: { readonly apiVersion: string; readonly kind: string },
): AsyncGenerator<WatchEvent> {
  let pieces: Uint8Array[] = [];
  let buffered = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const rest = chunk.subarray(from, end);
      const line = pieces.length === 0 ? textOf(rest) : Buffer.concat([...pieces, rest]).toString('utf8');
      [pieces, buffered, from] = [[], 0, end + 1];
      if (line.trim() !== '') yield readEvent(line, type);
    }
    // A copy of the rest, so that the chunk itself can be freed.
    if (from < chunk.length) pieces.push(Buffer.from(chunk.subarray(from)));
    buffered += chunk.length - from;
    if (buffered > LONGEST_EVENT) throw new BrokenWatch(`an event of the watch is longer than ${LONGEST_EVENT} bytes`);
  }
  // The last event was truncated. Earlier events remain valid, and the next watch sends this one again.
  if (Buffer.concat(pieces).toString('utf8').trim() !== '')
    throw new BrokenWatch('the connection ended within an event');
}

/** Decodes without copying the bytes: there are very many lines, and most arrive in one piece. */
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
