import { describe, expect, test } from '@jest/globals';
import { type FileChange, parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { expectWithNote } from '../../jest-support.ts';

const kustomize: FileChange = {
  file: 'apps/shop/kustomization.yaml',
  document: 0,
  resource: 'Kustomization',
  path: 'images[name=ghcr.io/acme/shop].newTag',
  line: 4,
  old: '1.4.1',
  new: '1.4.2',
  from: 'ghcr.io/acme/shop:1.4.1',
  to: 'ghcr.io/acme/shop:1.4.2',
  image: 'ghcr.io/acme/shop',
  kind: 'kustomize',
};
const container: FileChange = {
  ...kustomize,
  document: 1,
  resource: 'Deployment/shop',
  path: 'spec.template.spec.containers[name=shop].image',
  old: 'ghcr.io/acme/shop:1.4.1',
  new: 'ghcr.io/acme/shop:1.4.2',
  kind: 'kubernetes',
};

describe('parseChanges', () => {
  test('reads what a bump wrote', () => {
    expect(parseChanges(JSON.stringify([kustomize, container]))).toStrictEqual([kustomize, container]);
    expect(parseChanges('[]')).toStrictEqual([]);
  });

  test('names the entry and the key that is wrong', () => {
    const broken = (patch: object) => () => parseChanges(JSON.stringify([kustomize, { ...kustomize, ...patch }]));
    expect(() => parseChanges('nope')).toThrow(/It must be a JSON list/);
    expect(() => parseChanges('{"a":1}')).toThrow(/It must be a JSON list/);
    expect(broken({ old: 1 })).toThrow(/Entry 2 of the list has no text `old`/);
    expect(broken({ line: 0 })).toThrow(/Entry 2 of the list has no whole number `line` of at least 1/);
    expect(broken({ path: 'a..b' })).toThrow(/is not a step/);
    for (const file of ['../x.yaml', '/etc/passwd', 'a//b', '.git/config', 'a\\b', ''])
      expectWithNote(broken({ file }), file).toThrow(/not a file path inside a repository/);
  });
});
