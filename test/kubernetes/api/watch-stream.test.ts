import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ApiError } from '../../../src/kubernetes/api/api-error.ts';
import { BrokenWatch, readWatch } from '../../../src/kubernetes/api/watch-stream.ts';
import { errorLike } from '../../jest-support.ts';

const type = { apiVersion: 'v1', kind: 'Pod' };
const line = (kind: string, name: string, version: string) =>
  `${JSON.stringify({ type: kind, object: { metadata: { name, resourceVersion: version } } })}\n`;

async function read(text: string, cuts: readonly number[] = []): Promise<string[]> {
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  async function* chunks() {
    let from = 0;
    for (const end of ends) {
      yield bytes.subarray(from, end);
      from = end;
    }
  }
  const seen: string[] = [];
  for await (const event of readWatch(chunks(), type))
    seen.push(`${event.kind} ${event.kind === 'bookmark' ? '' : event.object.metadata.name}@${event.resourceVersion}`);
  return seen;
}

describe('the stream of a watch', () => {
  it('gives the same events for any division into chunks', async () => {
    const text =
      line('ADDED', 'größe', '1') + line('MODIFIED', 'ü', '2') + line('BOOKMARK', '', '3') + line('DELETED', 'ü', '4');
    const whole = ['set größe@1', 'set ü@2', 'bookmark @3', 'deleted ü@4'];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), async (cuts) =>
        expect(await read(text, cuts)).toStrictEqual(whole),
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  it('throws the error of an ERROR event', async () => {
    const gone = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } })}\n`;
    await expect(read(gone)).rejects.toThrow(errorLike((thrown) => thrown instanceof ApiError && thrown.isExpired));
  });

  it.each([
    ['a truncated event', line('ADDED', 'a', '1').slice(0, 30)],
    ['a line that is not JSON', '<html>\n'],
    ['an event of unknown type', '{"type":"SURPRISE","object":{"metadata":{"name":"a"}}}\n'],
    ['an event without an object', '{"type":"ADDED"}\n'],
  ] as const)('throws BrokenWatch for %s', (_what, text) => expect(read(text)).rejects.toThrow(BrokenWatch));

  it('throws BrokenWatch for an event that never ends', async () => {
    async function* endless() {
      for (;;) yield Buffer.alloc(1024 * 1024, 0x20);
    }
    await expect(async () => {
      for await (const event of readWatch(endless(), type)) throw new Error(event.kind);
    }).rejects.toThrow(BrokenWatch);
  });
});
