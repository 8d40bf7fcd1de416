import { describe, expect, test } from '@jest/globals';
import { type BumpOptions, bump, bumped, digest } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');
const pod = (image: string) => `kind: Pod\nspec: {containers: [{name: a, image: "${image}"}]}\n`;
const imageAfter = (before: string, options: BumpOptions) =>
  /image: "(?<image>.*)"/.exec(bumped(pod(before), options))?.groups?.['image'];
const refusals = (text: string, options: BumpOptions) => bump(text, options).refused.map(({ reason }) => reason);

describe('which fields a bump matches', () => {
  test('a field matches by its repository as clients resolve it, in any spelling', () => {
    for (const [before, image, after] of [
      ['nginx:1', 'docker.io/library/nginx:2', 'nginx:2'],
      ['docker.io/library/nginx:1', 'nginx:2', 'docker.io/library/nginx:2'],
      ['index.docker.io/acme/shop:1', 'acme/shop:2', 'index.docker.io/acme/shop:2'],
      ['localhost:5000/acme/shop:1', 'localhost:5000/acme/shop:2', 'localhost:5000/acme/shop:2'],
    ] as const)
      expect(imageAfter(before, { image })).toBe(after);
    for (const other of ['quay.io/acme/shop:1', 'ghcr.io/acme/shop-api:1', 'ghcr.io/acme/sub/shop:1', 'shop:1'])
      expect(imageAfter(other, { image: 'ghcr.io/acme/shop:2' })).toBe(other);
  });

  test('several images are bumped in one run', () => {
    const source = `a: {image: acme/a:1}
b: {image: acme/b:1}
c: {image: acme/c:1}
`;
    expect(bumped(source, { image: ['acme/a:2', 'acme/b => ghcr.io/new/b:3'] })).toBe(
      `a: {image: acme/a:2}
b: {image: ghcr.io/new/b:3}
c: {image: acme/c:1}
`,
    );
  });

  test('a repository can move while tag and digest stay', () => {
    expect(imageAfter(`acme/shop:1@${D1}`, { image: 'acme/shop => ghcr.io/acme/shop' })).toBe(
      `ghcr.io/acme/shop:1@${D1}`,
    );
  });
});

describe('pin', () => {
  test('keep-shape keeps naming the image by tag, by digest or by both', () => {
    const image = `acme/shop:2@${D2}`;
    expect(imageAfter('acme/shop:1', { image })).toBe('acme/shop:2');
    expect(imageAfter(`acme/shop@${D1}`, { image })).toBe(`acme/shop@${D2}`);
    expect(imageAfter(`acme/shop:1@${D1}`, { image })).toBe(image);
  });

  test('keep-shape leaves a field without tag and digest unchanged, with the reason', () => {
    const { matched, unchanged } = bump(pod('acme/shop'), { image: 'acme/shop:2' });
    expect([matched.length, unchanged.map((remark) => remark.reason)]).toStrictEqual([
      0,
      ['spec.containers[name=a].image has neither a tag nor a digest to change'],
    ]);
  });

  test('tag, digest and both replace what the field names the image by', () => {
    const image = `acme/shop:2@${D2}`;
    for (const before of ['acme/shop', 'acme/shop:1', `acme/shop@${D1}`, `acme/shop:1@${D1}`]) {
      expect(imageAfter(before, { image, pin: 'tag' })).toBe('acme/shop:2');
      expect(imageAfter(before, { image, pin: 'digest' })).toBe(`acme/shop@${D2}`);
      expect(imageAfter(before, { image, pin: 'both' })).toBe(image);
    }
  });

  test('in a reference in parts, a part that is not pinned becomes empty', () => {
    const source = `kind: Kustomization\nimages: [{name: acme/shop, newTag: v1, digest: "${D1}"}]\n`;
    expect(bumped(source, { image: 'acme/shop:v2', pin: 'tag' })).toBe(source.replace('v1', 'v2').replace(D1, ''));
    expect(bumped(source, { image: `acme/shop@${D2}`, pin: 'digest' })).toBe(
      source.replace('v1', '""').replace(D1, D2),
    );
  });

  test('a field is refused if the new reference lacks the tag or digest that it needs', () => {
    expect(refusals(pod(`acme/shop:1@${D1}`), { image: 'acme/shop:2' })).toStrictEqual([
      'spec.containers[name=a].image names the image by digest, but the new reference has none',
    ]);
    expect(refusals(pod(`acme/shop:1@${D1}`), { image: `acme/shop@${D2}` })).toStrictEqual([
      'spec.containers[name=a].image names the image by tag, but the new reference has none',
    ]);
    expect(refusals(pod('acme/shop:1'), { image: 'acme/shop:2', pin: 'both' })).toStrictEqual([
      'spec.containers[name=a].image needs a digest, but the new reference has none',
    ]);
  });

  test('a field without a key for the pinned part is refused, with the key to add', () => {
    const refused = bump('kind: Kustomization\nimages: [{name: acme/shop, newTag: v1}]', {
      image: `acme/shop:v2@${D2}`,
      pin: 'both',
    }).refused;
    expect(refused.map((refusal) => [refusal.reason, refusal.obstacle])).toStrictEqual([
      [
        'images[name=acme/shop] has no digest to change',
        { code: 'missing-part', part: 'digest', key: 'digest', repository: 'acme/shop' },
      ],
    ]);
  });
});
