import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bumpManifests } from '../../../src/manifest/bump/bump-manifests.ts';
import { openSearchRoot } from '../../../src/manifest/files/root.ts';
import { fileSelector } from '../../../src/manifest/files/select-files.ts';
import { type BumpOptions, bumpRules, digest } from '../harness.ts';

export const D2 = digest('2');

export type NewEntryOptions = Omit<Partial<BumpOptions>, 'image'> & { readonly images?: readonly string[] };

/** Bumps a folder with these files, without writing. */
export async function bumpTree(files: Readonly<Record<string, string>>, { images, ...options }: NewEntryOptions = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'entries-')));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const scope = { root: openSearchRoot('.', folder), selects: fileSelector([]) };
    const rules = bumpRules({ create: true, ...options, image: images ?? ['acme/shop:v2'] });
    return await bumpManifests(scope, rules, new AbortController().signal);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The kustomization.yaml after a bump, or why it is refused. */
export async function kustomized(text: string, options: NewEntryOptions = {}): Promise<string> {
  const { files, refused } = await bumpTree({ 'kustomization.yaml': text }, options);
  return files[0]?.after ?? refused.map(({ reason }) => reason).join();
}
