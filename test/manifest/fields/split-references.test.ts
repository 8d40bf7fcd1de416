import { describe, expect, test } from '@jest/globals';
import { type BumpOptions, bump, bumped, digest, SHOP } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');
const bare = (text: string) => text.slice('sha256:'.length);
const both = { image: `${SHOP}:v2@${D2}` } as const;
const refusals = (text: string, options: BumpOptions) => bump(text, options).refused.map(({ reason }) => reason);

describe('a reference in parts, under the names that charts use', () => {
  test.each([
    ['kube-prometheus-stack', `image: {registry: ghcr.io, repository: acme/shop, tag: v1, sha: "${bare(D1)}"}\n`],
    ['ingress-nginx', `controller: {image: {registry: ghcr.io, image: acme/shop, tag: v1, digest: "${D1}"}}\n`],
    ['name and version', `image: {name: ${SHOP}, version: v1, digest: "${D1}"}\n`],
    ['NVIDIA gpu-operator', `driver: {repository: ghcr.io/acme, image: shop, version: v1, sha256: "${bare(D1)}"}\n`],
    ['a hash', `image: {repository: ${SHOP}, tag: v1, hash: "${D1}"}\n`],
    ['an @ before the digest', `image: {repository: ${SHOP}, tag: v1, digest: "@${D1}"}\n`],
    ['the digest in the tag', `image: {repository: ${SHOP}, tag: "v1@${D1}"}\n`],
    ['two keys for the digest', `image: {repository: ${SHOP}, tag: v1, digest: "${D1}", sha: "${bare(D1)}"}\n`],
    ['the tag in the repository', `image: {repository: "${SHOP}:v1", digest: "${D1}"}\n`],
    ['image and digest', `images: [{image: "${SHOP}:v1", digest: "${D1}"}]\n`],
    [
      'another spelling of the key',
      `image: {repository: ${SHOP}, tag: v1, imageDigest: "${D1}", SHA: "${bare(D1)}"}\n`,
    ],
    ['a name with a registry, under any key', `shop: {name: ${SHOP}, tag: v1, digest: "${D1}"}\n`],
    ['keys with a prefix', `imageRepository: ${SHOP}\nimageTag: v1\nimageDigest: "${D1}"\n`],
    ['keys beside a prefix', `initImage: ${SHOP}\ninitImageTag: v1\ninitImageSha: "${bare(D1)}"\n`],
    ['a registry with a slash', `image: {registry: ghcr.io/, repository: acme/shop, tag: v1, digest: "${D1}"}\n`],
    [
      'a registry that the repository repeats',
      `image: {registry: ghcr.io, repository: ${SHOP}, tag: v1, sha: ${bare(D1)}}\n`,
    ],
    ['a bare digest that is a number', `image: {repository: ${SHOP}, tag: 1, sha: ${'1'.repeat(64)}}\n`],
  ])('%s', (_, before) => {
    const after = bumped(before, both);
    const quoted = before.includes(`sha: ${'1'.repeat(64)}`) ? `"${bare(D2)}"` : bare(D2);
    expect(after).toBe(
      before
        .replace(/\bv1\b|(?<=tag: )1(?=,)/, 'v2')
        .replace(`sha: ${bare(D1)}`, `sha: ${quoted}`)
        .replaceAll(bare(D1), bare(D2)),
    );
    expect(bumped(after, both)).toBe(after);
  });

  test('without a digest in the new reference nothing is written beside an old one, whatever its key', () => {
    for (const key of ['digest', 'sha256', 'sha', 'hash'])
      expect(
        refusals(`image: {repository: ${SHOP}, tag: v1, ${key}: "${bare(D1)}"}\n`, { image: `${SHOP}:v2` }),
      ).toStrictEqual(['image names the image by digest, but the new reference has none']);
  });

  test('the hash of a commit is not a digest', () => {
    expect(bumped(`image: {repository: ${SHOP}, tag: v1, sha: 3f2a91c}\n`, { image: `${SHOP}:v2` })).toBe(
      `image: {repository: ${SHOP}, tag: v2, sha: 3f2a91c}\n`,
    );
  });

  test('an image is matched by the name that its consumer joins, not by a part of it', () => {
    const source = 'image: {registry: registry.k8s.io, image: ingress-nginx/controller, tag: v1}\n';
    expect(bump(source, { image: 'ingress-nginx/controller:v2' }).matched).toStrictEqual([]);
    expect(bumped(source, { image: 'registry.k8s.io/ingress-nginx/controller:v2' })).toBe(source.replace('v1', 'v2'));
  });

  test('an empty key takes the digest in the form that charts read there', () => {
    for (const [key, text] of [
      ['digest', D2],
      ['sha', bare(D2)],
    ] as const)
      expect(bumped(`image: {repository: ${SHOP}, tag: v1, ${key}: ""}\n`, { ...both, pin: 'both' })).toBe(
        `image: {repository: ${SHOP}, tag: v2, ${key}: "${text}"}\n`,
      );
    for (const key of ['sha256', 'hash'])
      expect(refusals(`image: {repository: ${SHOP}, tag: v1, ${key}: ""}\n`, { ...both, pin: 'both' })).toStrictEqual([
        `image has an empty \`${key}\`, which may take a digest with or without \`sha256:\``,
      ]);
  });

  test('no second key for the digest is created', () => {
    const source = `image: {repository: ${SHOP}, tag: v1, sha: ""}\n`;
    expect(bumped(source, { ...both, pin: 'both', create: true })).toBe(
      `image: {repository: ${SHOP}, tag: v2, sha: "${bare(D2)}"}\n`,
    );
  });

  test('version beside an image of a custom resource may be of something else', () => {
    const source = `apiVersion: acme.io/v1\nkind: Database\nspec: {image: ${SHOP}, version: v1}\n`;
    for (const pin of ['keep-shape', 'tag'] as const)
      expect(bump(source, { image: `${SHOP}:v2`, pin }).unchanged.map(({ reason }) => reason)).toStrictEqual([
        'spec.image has no version, and only its operator knows whether `version` next to it belongs to it',
      ]);
  });
});

describe('an empty key for the version', () => {
  test('is filled, as `helm create` leaves it', () => {
    for (const empty of ['""', "''", '', '~', 'null'])
      expect(
        bumped(`image:\n  repository: ${SHOP}\n  tag: ${empty} # appVersion\n`, { image: `${SHOP}:2.0.0` }),
      ).toMatch(/^ {2}tag: ["']?2\.0\.0["']? {1,2}# appVersion$/m);
    expect(bumped(`image: {repository: ${SHOP}, tag: "", digest: ""}\n`, both)).toBe(
      `image: {repository: ${SHOP}, tag: "v2", digest: ""}\n`,
    );
    expect(bumped(`image: {repository: ${SHOP}, tag: "", digest: ""}\n`, { image: `${SHOP}@${D2}` })).toBe(
      `image: {repository: ${SHOP}, tag: "", digest: "${D2}"}\n`,
    );
  });

  test('is not filled beside a digest that names the image', () => {
    expect(bumped(`image: {repository: ${SHOP}, tag: "", digest: "${D1}"}\n`, both)).toBe(
      `image: {repository: ${SHOP}, tag: "", digest: "${D2}"}\n`,
    );
  });
});

describe('parts that no consumer can join are refused', () => {
  test.each<[string, BumpOptions, string]>([
    [
      'kind: Kustomization\nimages: [{name: ghcr.io/acme/shop, newName: "mirror.test/shop:v1", newTag: v1}]\n',
      { image: `${SHOP}:v2` },
      'images[name=ghcr.io/acme/shop] has a version in `newName`, which can only be a repository',
    ],
    [
      'kind: Kustomization\nimages: [{name: ghcr.io/acme/shop, newName: "mirror.test/shop:v1"}]\n',
      { image: 'mirror.test/shop:v2', pin: 'tag', create: true },
      'images[name=ghcr.io/acme/shop] has a version in `newName`, which can only be a repository',
    ],
    [
      `image: {repository: "${SHOP}:v1", tag: v1}\n`,
      { image: `${SHOP}:v2` },
      'image has a version in the repository and another one under its own key',
    ],
    [
      `image: {repository: ${SHOP}, tag: "v1@${D1}", digest: "${D1}"}\n`,
      both,
      'image has two digests, one of them not under its own key',
    ],
    [
      `image: {repository: ${SHOP}, tag: "v1@${D1}"}\n`,
      { ...both, pin: 'digest' },
      'image has the digest after the tag, and no key for a digest alone',
    ],
    [
      `image: {repository: ${SHOP}, tag: v1, digest: "${D1}"}\n`,
      { ...both, pin: 'digest' },
      'image has a tag that its consumer may need next to the digest',
    ],
    [
      `image: {repository: ${SHOP}, tag: v1, digest: "${D1}", digestChroot: "${D1}"}\n`,
      both,
      'image has a digest under `digestChroot`, and it is unknown whether it is of this image',
    ],
    [
      `image: {repository: ${SHOP}, tag: "${D1}"}\n`,
      { ...both, pin: 'tag' },
      'image has a digest in place of the tag, and no key for both',
    ],
    [
      `image: {repository: ${SHOP}, tag: v1, digest: "sha512:${'1'.repeat(128)}"}\n`,
      both,
      `image has a digest that isn't a SHA-256 sum ("sha512:${'1'.repeat(73)}")`,
    ],
  ])('%s', (source, options, reason) => {
    expect(refusals(source, options)).toStrictEqual([reason]);
  });

  test('but not if they are current', () => {
    const source = `image: {repository: ${SHOP}, tag: v2, digest: "${D2}", digestChroot: "${D1}"}\n`;
    expect(bumped(source, both)).toBe(source);
  });

  test('but a digest in place of the tag is replaced', () => {
    for (const [repository, prefix] of [
      [SHOP, 'sha256:'],
      [SHOP, '@sha256:'],
      [`${SHOP}@sha256`, ''],
    ] as const) {
      const source = (sum: string) => `image: {repository: "${repository}", tag: "${prefix}${bare(sum)}"}\n`;
      expect(bumped(source(D1), both)).toBe(source(D2));
    }
  });
});

describe('dotted names of Helm parameters', () => {
  const application = (parameters: string) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {helm: {parameters: [${parameters}]}}}\n`;

  test.each([
    `{name: image.name, value: ${SHOP}}, {name: image.tag, value: v1}, {name: image.sha, value: "${bare(D1)}"}`,
    `{name: web.image.registry, value: ghcr.io}, {name: web.image.image, value: acme/shop}, {name: web.image.tag, value: v1}, {name: web.image.digest, value: "${D1}"}`,
    `{name: web.image, value: ${SHOP}}, {name: web.imageTag, value: v1}, {name: web.imageDigest, value: "${D1}"}`,
    `{name: image, value: "${SHOP}:v1@${D1}"}`,
  ])('%s', (parameters) => {
    const source = application(parameters);
    expect(bumped(source, both)).toBe(source.replace(/\bv1\b(?!alpha)/, 'v2').replace(bare(D1), bare(D2)));
  });
});

describe('a move to another repository', () => {
  const moved = { image: `old.test/old/shop => ${SHOP}:v2` } as const;

  test.each([
    [
      'image: {registry: old.test, repository: old/shop, tag: v1}\n',
      'image: {registry: ghcr.io, repository: acme/shop, tag: v2}\n',
    ],
    [
      'image: {registry: old.test/, repository: old/shop, tag: v1}\n',
      'image: {registry: ghcr.io/, repository: acme/shop, tag: v2}\n',
    ],
    [
      'a: {repository: old.test/old, image: shop, version: v1}\n',
      'a: {repository: ghcr.io/acme, image: shop, version: v2}\n',
    ],
    [
      'a: {registry: old.test, repository: old, image: shop, version: v1}\n',
      'a: {registry: ghcr.io, repository: acme, image: shop, version: v2}\n',
    ],
    ['image: {repository: "old.test/old/shop:v1"}\n', `image: {repository: "${SHOP}:v2"}\n`],
    ['image: old.test/old/shop:v1\n', `image: ${SHOP}:v2\n`],
  ])('writes each part where it stood: %s', (before, after) => {
    expect(bumped(before, moved)).toBe(after);
  });

  test('can be repeated: what bears the new repository is a match', () => {
    for (const source of [
      `image: ${SHOP}:v1\n`,
      `image: {registry: ghcr.io, repository: acme/shop, tag: v1}\n`,
      `images: [{name: ${SHOP}, newTag: v1}]\n`,
      `images: [{name: old.test/old/shop, newName: ${SHOP}, newTag: v1}]\n`,
      `images: [{name: x, newName: ${SHOP}, newTag: v1}]\n`,
    ]) {
      const options = { ...moved, file: source.startsWith('images') ? 'kustomization.yaml' : 'values.yaml' };
      const once = bumped(source, options);
      expect(once).toBe(source.replace('v1', 'v2'));
      expect(bump(once, options).matched.map(({ changes }) => changes.length)).toStrictEqual([0]);
    }
    expect(bump(`image: ${SHOP}:v1\n`, { image: `old/shop => ${SHOP}` }).matched.length).toBe(1);
  });

  test('ends the same in a mixed tree', () => {
    expect(bumped(`a: {image: old.test/old/shop:v1}\nb: {image: "${SHOP}:v0"}\n`, moved)).toBe(
      `a: {image: ghcr.io/acme/shop:v2}\nb: {image: "${SHOP}:v2"}\n`,
    );
  });
});
