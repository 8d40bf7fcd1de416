import { describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { bump, bumpedToV2, matchedFields, SHOP } from '../harness.ts';

describe('compose', () => {
  const text = `name: shop
services:
  web:
    image: ${SHOP}:v1
    environment: {image: "${SHOP}:v1"}
  db: {image: "postgres:16"}
  job: {build: .}
volumes: {data: {}}
x-common: &c {restart: always}
`;

  test('finds images of services in a file of any name, recognized by its content', () => {
    expect(matchedFields(text, { file: 'stack.yaml' })).toStrictEqual(['compose services.web.image']);
    expect(bumpedToV2(text)).toBe(text.replace('image: ghcr.io/acme/shop:v1\n', 'image: ghcr.io/acme/shop:v2\n'));
    expect(matchedFields(text, { kinds: ['helm-values'] })).toStrictEqual([]);
  });

  test('leaves files that only resemble a Compose file to helm-values', () => {
    for (const other of [
      `replicas: 2\nservices: {web: {image: "${SHOP}:v1"}}\n`,
      `services: {web: {tag: v1, image: ${SHOP}}, x: {}}\n`,
    ])
      expectWithNote(matchedFields(other).join(), other).toMatch(/^helm-values /);
  });

  test('skips an image with a variable as a template', () => {
    const { matched, skipped } = bump(text.replace('shop:v1\n', `shop:\${TAG:-v1}\n`), { image: `${SHOP}:v2` });
    expect([matched.length, skipped.length]).toStrictEqual([0, 1]);
  });
});
