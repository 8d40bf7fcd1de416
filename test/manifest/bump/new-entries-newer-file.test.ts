import { describe, expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { bumpTree, D2, type NewEntryOptions } from './bump-tree.ts';

describe('the entry in a newer version of the file', () => {
  const before = 'kind: Kustomization\nresources: [a]\n';
  const made = async (options: NewEntryOptions = {}) => {
    const { matched } = await bumpTree({ 'kustomization.yaml': before }, options);
    return parseChanges(JSON.stringify(matched.flatMap(({ changes }) => changes)));
  };

  test('is added to the entries that are there by then', async () => {
    const changes = await made({ images: [`acme/shop:v2@${D2}`, 'acme/cart:v3'] });
    const newer = `kind: Kustomization
resources: [a, b]
images:
- name: acme/other
  newTag: v9
`;
    const text = `${newer}- name: acme/shop
  newTag: v2
  digest: ${D2}
- name: acme/cart
  newTag: v3
`;
    expect(await applyChanges(newer, changes)).toStrictEqual({ kind: 'applied', text });
    expect(await applyChanges(text, changes)).toStrictEqual({ kind: 'already-there' });
    expect(await applyChanges(`kind: Other\n---\n${newer}`, changes)).toStrictEqual({
      kind: 'applied',
      text: `kind: Other\n---\n${text}`,
    });
  });

  test('conflicts with another entry of the same name, and with a missing document', async () => {
    const changes = await made();
    expect(await applyChanges(`${before}images: [{name: acme/shop, newTag: v1}]\n`, changes)).toStrictEqual({
      kind: 'conflict',
      reason: 'images[name=acme/shop] in kustomization.yaml was added in between, with other values.',
    });
    expect((await applyChanges('kind: Other\n', changes)).kind).toBe('conflict');
  });
});
