import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fieldKinds } from '../../../src/manifest/finders/finders.ts';
import { matchedFields, SHOP } from '../harness.ts';

const FOLDER = join(import.meta.dirname, '../../../src/manifest/finders');

test('every finder in the folder is in the list, under the name of its file', () => {
  const files = readdirSync(FOLDER).filter((file) => !['finders.ts', 'field-query.ts'].includes(file));
  expect(files.sort()).toStrictEqual(fieldKinds.map((kind) => `${kind}.ts`).sort());
});

test('kinds limit the search to fields of these kinds', () => {
  const source = `kind: Kustomization
images: [{name: ${SHOP}, newTag: v1}]
---
kind: Pod
spec: {containers: [{name: a, image: ${SHOP}:v1}]}
`;
  expect(matchedFields(source, { kinds: ['kustomize'] })).toStrictEqual([`kustomize images[name=${SHOP}]`]);
  expect(matchedFields(source, { kinds: ['kubernetes', 'argo-cd'] })).toStrictEqual([
    'kubernetes spec.containers[name=a].image',
  ]);
});
