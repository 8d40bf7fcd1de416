import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bumpManifests } from '../../../src/manifest/bump/bump-manifests.ts';
import { openSearchRoot } from '../../../src/manifest/files/root.ts';
import { fileSelector } from '../../../src/manifest/files/select-files.ts';
import { inspectManifests } from '../../../src/manifest/inspect/inspect-manifests.ts';
import { bumpRules } from '../harness.ts';

/** A file of thousands of documents that only the YAML library can read: seconds of work. */
const DOCUMENT = '--- !!map\nkind: Pod\nspec: {containers: [&c {name: a, image: "acme/shop:1"}]}\n';

let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'interrupted-')));
  writeFileSync(join(folder, 'many.yaml'), DOCUMENT.repeat(20_000));
});
afterAll(() => rmSync(folder, { recursive: true }));

const scope = () => ({ root: openSearchRoot(folder, '.'), selects: fileSelector([]) });
const rules = bumpRules({ image: 'acme/shop:2', aliases: 'shared' });

test.each([
  ['a bump', (signal: AbortSignal) => bumpManifests(scope(), rules, signal)],
  ['an inspection', (signal: AbortSignal) => inspectManifests(scope(), rules.fields, signal)],
])('%s is cancelled inside a file, between two of its documents', async (_, run) => {
  const cancellation = new AbortController();
  const running = run(cancellation.signal);
  // The timer of the signal fires only if the event loop runs in between.
  const cancel = setTimeout(20).then(() => cancellation.abort(new Error('the job was cancelled')));
  await expect(running).rejects.toThrow('the job was cancelled');
  await cancel;
});
