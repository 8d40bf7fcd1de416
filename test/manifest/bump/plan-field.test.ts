import { describe, expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { expectWithNote } from '../../jest-support.ts';
import { type BumpOptions, bump, bumped, digest } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');
const pod = (image: string) => `kind: Pod\nspec: {containers: [{name: a, image: "${image}"}]}\n`;
const imageAfter = (before: string, options: BumpOptions) =>
  /image: "(?<image>.*)"/.exec(bumped(pod(before), options))?.groups?.['image'];
const reason = (text: string, options: BumpOptions) => bump(text, options).refused.map((refusal) => refusal.reason);

describe('matching', () => {
  test('by the repository, as every client resolves it', () => {
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

  test('several images in one run', () => {
    const source = `a: {image: acme/a:1}\nb: {image: acme/b:1}\nc: {image: acme/c:1}\n`;
    expect(bumped(source, { image: ['acme/a:2', 'acme/b => ghcr.io/new/b:3'] })).toBe(
      `a: {image: acme/a:2}\nb: {image: ghcr.io/new/b:3}\nc: {image: acme/c:1}\n`,
    );
  });

  test('a repository may be moved without another release', () => {
    expect(imageAfter(`acme/shop:1@${D1}`, { image: 'acme/shop => ghcr.io/acme/shop' })).toBe(
      `ghcr.io/acme/shop:1@${D1}`,
    );
  });
});

describe('pin', () => {
  test('keep-shape: what names a tag names a tag, what names a digest a digest', () => {
    const image = `acme/shop:2@${D2}`;
    expect(imageAfter('acme/shop:1', { image })).toBe('acme/shop:2');
    expect(imageAfter(`acme/shop@${D1}`, { image })).toBe(`acme/shop@${D2}`);
    expect(imageAfter(`acme/shop:1@${D1}`, { image })).toBe(image);
  });

  test('keep-shape leaves a field that has neither, and says so', () => {
    const { matched, unchanged } = bump(pod('acme/shop'), { image: 'acme/shop:2' });
    expect([matched.length, unchanged.map((remark) => remark.reason)]).toStrictEqual([
      0,
      ['spec.containers[name=a].image has neither a tag nor a digest to change'],
    ]);
  });

  test('tag, digest and both change the shape', () => {
    const image = `acme/shop:2@${D2}`;
    for (const before of ['acme/shop', 'acme/shop:1', `acme/shop@${D1}`, `acme/shop:1@${D1}`]) {
      expect(imageAfter(before, { image, pin: 'tag' })).toBe('acme/shop:2');
      expect(imageAfter(before, { image, pin: 'digest' })).toBe(`acme/shop@${D2}`);
      expect(imageAfter(before, { image, pin: 'both' })).toBe(image);
    }
  });

  test('in parts, what is not wanted is emptied', () => {
    const source = `kind: Kustomization\nimages: [{name: acme/shop, newTag: v1, digest: "${D1}"}]\n`;
    expect(bumped(source, { image: 'acme/shop:v2', pin: 'tag' })).toBe(source.replace('v1', 'v2').replace(D1, ''));
    expect(bumped(source, { image: `acme/shop@${D2}`, pin: 'digest' })).toBe(
      source.replace('v1', '""').replace(D1, D2),
    );
  });

  test('a tag never changes beside a digest that would stay, nor a digest beside a tag', () => {
    expect(reason(pod(`acme/shop:1@${D1}`), { image: 'acme/shop:2' })).toStrictEqual([
      'spec.containers[name=a].image names the image by digest, but the new reference has none',
    ]);
    expect(reason(pod(`acme/shop:1@${D1}`), { image: `acme/shop@${D2}` })).toStrictEqual([
      'spec.containers[name=a].image names the image by tag, but the new reference has none',
    ]);
    expect(reason(pod('acme/shop:1'), { image: 'acme/shop:2', pin: 'both' })).toStrictEqual([
      'spec.containers[name=a].image needs a digest, but the new reference has none',
    ]);
  });

  test('a part that is wanted and has no place is refused with what to add', () => {
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

describe('create: a key that is wanted and missing', () => {
  const both = { image: `acme/shop:v2@${D2}`, pin: 'both', create: true } as const;

  test('comes behind its neighbour, written as the neighbour is', () => {
    for (const [before, after] of [
      [
        'images:\n- name: acme/shop # why\n  newTag: "v1"   # which\n# end\n',
        `images:\n- name: acme/shop # why\n  newTag: "v2"   # which\n  digest: "${D2}"\n# end\n`,
      ],
      [
        "images:\n  -   newTag: 'v1'\n      name: acme/shop\n",
        `images:\n  -   newTag: 'v2'\n      digest: '${D2}'\n      name: acme/shop\n`,
      ],
      [
        'images:\r\n- name: acme/shop\r\n  newTag: v1\r\n',
        `images:\r\n- name: acme/shop\r\n  newTag: v2\r\n  digest: ${D2}\r\n`,
      ],
      ['images:\n- name: acme/shop\n  newTag: v1', `images:\n- name: acme/shop\n  newTag: v2\n  digest: ${D2}`],
      ['images: [{name: acme/shop, newTag: v1}]\n', `images: [{name: acme/shop, newTag: v2, digest: "${D2}"}]\n`],
      [
        '{"images": [{"name": "acme/shop", "newTag": "v1" }]}',
        `{"images": [{"name": "acme/shop", "newTag": "v2", "digest": "${D2}" }]}`,
      ],
      ['images:\n- name: acme/shop\n', `images:\n- name: acme/shop\n  newTag: v2\n  digest: ${D2}\n`],
    ] as const)
      expect(bumped(before, { ...both, file: 'kustomization.yaml' })).toBe(after);
  });

  test('in Helm values and in the values of an Argo CD Application', () => {
    expect(
      bumped('image:\n    repository: acme/shop\n    pullPolicy: Always\n', {
        image: 'acme/shop:v2',
        pin: 'tag',
        create: true,
      }),
    ).toBe('image:\n    repository: acme/shop\n    tag: v2\n    pullPolicy: Always\n');
    const head = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: \n  source:\n    helm:\n      values: |\n';
    for (const end of ['\n', '\r\n'])
      expect(
        bumped(
          `${head}        image:\n          repository: acme/shop\n          tag: v1\n  x: 1\n`.replaceAll('\n', end),
          both,
        ),
      ).toBe(
        `${head}        image:\n          repository: acme/shop\n          tag: v2\n          digest: ${D2}\n  x: 1\n`.replaceAll(
          '\n',
          end,
        ),
      );
  });

  test('another repository', () => {
    expect(
      bumped('kind: Kustomization\nimages:\n- name: old/shop\n  newTag: v1\n', {
        image: 'old/shop => acme/shop:v2',
        create: true,
      }),
    ).toBe('kind: Kustomization\nimages:\n- name: old/shop\n  newName: acme/shop\n  newTag: v2\n');
  });

  test('not where its neighbour leaves no safe place, nor in what aliases share', () => {
    expect(
      reason('images:\n- name: acme/shop\n  newTag:\n    v1\n', { ...both, file: 'kustomization.yaml' }),
    ).toStrictEqual(["can't be edited safely: there is no safe place for the key digest"]);
    expect(
      reason('images: [&i {name: acme/shop, newTag: v2}]\nx: *i\n', { ...both, file: 'kustomization.yaml' }).join(),
    ).toMatch(/aliases or merge keys share/);
  });

  test('the change that it makes is made again elsewhere', async () => {
    const source = (rest: string) =>
      `# new line\nkind: Kustomization\nimages:\n- name: acme/cart\n  newTag: v9\n- name: acme/shop\n${rest}`;
    const changes = bump('kind: Kustomization\nimages:\n- name: acme/shop\n  newTag: v1\n', both).matched.flatMap(
      (field) => field.changes,
    );
    expect(changes.map(({ path, line, old, beside }) => [path, line, old, beside])).toStrictEqual([
      ['images[name=acme/shop].newTag', 4, 'v1', undefined],
      ['images[name=acme/shop].digest', 5, '', 'newTag'],
    ]);
    const read = parseChanges(JSON.stringify(changes));
    expect(await applyChanges(source('  newTag: v1\n'), read)).toStrictEqual({
      kind: 'applied',
      text: source(`  newTag: v2\n  digest: ${D2}\n`),
    });
    expect(await applyChanges(source(`  newTag: v2\n  digest: ${D2}\n`), read)).toStrictEqual({
      kind: 'already-there',
    });
    expect(await applyChanges(source(`  newTag: v1\n  digest: ${D1}\n`), read)).toStrictEqual({
      kind: 'conflict',
      reason: `images[name=acme/shop].digest in app.yaml was changed to "${D1}" in between (it was not there).`,
    });
  });
});

describe('newer-only', () => {
  const newerOnly = true;
  test('forward, and the same tag with another digest', () => {
    for (const [before, after] of [
      ['acme/shop:1.4', 'acme/shop:1.4.1'],
      ['acme/shop:v1.9.0', 'acme/shop:1.10.0'],
      ['acme/shop:main-9', 'acme/shop:main-10'],
      [`acme/shop:latest@${D1}`, `acme/shop:latest@${D2}`],
    ] as const)
      expect(imageAfter(before, { image: after, newerOnly })).toBe(after);
    expect(imageAfter('acme/shop', { image: 'acme/shop:1', pin: 'tag', newerOnly })).toBe('acme/shop:1');
  });

  test('neither back nor where nobody can tell; what is current is no reason', () => {
    for (const [before, after, why] of [
      ['acme/shop:1.10.0', 'acme/shop:1.9.0', /would go back from 1\.10\.0 to 1\.9\.0$/],
      ['acme/shop:1.0.0', 'acme/shop:1.0.0-rc.1', /would go back/],
      ['acme/shop:latest', 'acme/shop:1.0.0', /would change from latest to 1\.0\.0, and it is unknown which is newer$/],
      [
        `acme/shop@${D1}`,
        `acme/shop@${D2}`,
        /would change from a digest to a digest, and it is unknown which is newer$/,
      ],
    ] as const) {
      expect(reason(pod(before), { image: after, newerOnly }).join()).toMatch(why);
      expect(reason(pod(after), { image: after, newerOnly })).toStrictEqual([]);
    }
  });
});

test('keys and values in every dress that YAML has', () => {
  for (const [before, after] of [
    [
      '%YAML 1.1\n---\nimage: {repository: acme/shop, tag: 1.10}\non: yes\n',
      '%YAML 1.1\n---\nimage: {repository: acme/shop, tag: "1.11"}\non: yes\n',
    ],
    ['image: {repository: acme/shop, tag: !!str 1.10}\n', 'image: {repository: acme/shop, tag: !!str "1.11"}\n'],
    ['image: !custom &a acme/shop:1 # c\n', 'image: !custom &a acme/shop:1.11 # c\n'],
    ['? image\n: acme/shop:1\n', '? image\n: acme/shop:1.11\n'],
    ['"image" : acme/shop:1\n', '"image" : acme/shop:1.11\n'],
    ['"\\x69mage": "acme/sh\\x6fp:1"\n', '"\\x69mage": "acme/shop:1.11"\n'],
    ['image: "acme/sh\\\n  op:1"\n', 'image: "acme/shop:1.11"\n'],
    ['image: acme/shop:1 \t\n', 'image: acme/shop:1.11 \t\n'],
    ['image:\n  # c\n  acme/shop:1\n', 'image:\n  # c\n  acme/shop:1.11\n'],
    ['- image: acme/shop:1\n- [image: acme/shop:1]\n', '- image: acme/shop:1.11\n- [image: acme/shop:1.11]\n'],
    ['image: acme/shop:1\n---\n---\nimage: acme/shop:2\n', 'image: acme/shop:1.11\n---\n---\nimage: acme/shop:1.11\n'],
    [
      '---\n{"image": "acme/shop:1"}\n--- {"image": "acme/shop:1"}\n',
      '---\n{"image": "acme/shop:1.11"}\n--- {"image": "acme/shop:1.11"}\n',
    ],
  ] as const)
    expect(bumped(before, { image: 'acme/shop:1.11' })).toBe(after);
});

describe('what is unsafe is refused', () => {
  const list = (first: string, second: string) =>
    `kind: List\nitems:\n- kind: Pod\n  spec: {containers: [${first}]}\n- kind: Pod\n  spec: {containers: [${second}]}\n`;

  test('a value, a mapping or a list that aliases share', () => {
    const shared = / has a value that YAML aliases or merge keys share with other places$/;
    for (const text of [
      list('{name: a, image: &i acme/shop:1}', '{name: b, image: *i}'),
      list('&c {name: a, image: acme/shop:1}', '*c'),
      list('&c {name: a, image: acme/shop:1}', '{<<: *c, name: b}'),
      list('&c {name: a, image: acme/shop:1}', '{<<: [*c], name: b}'),
      `kind: Pod\nx: &i acme/shop:1\nspec: {containers: [{name: a, image: *i}]}\n`,
      `kind: Pod\nspec:\n  containers: &c [{name: a, image: acme/shop:1}]\n  initContainers: *c\n`,
    ]) {
      const reasons = reason(text, { image: 'acme/shop:2' });
      expectWithNote(reasons.length > 0 && reasons.every((one) => shared.test(one)), `${text}${reasons}`).toBeTruthy();
      const asked = { image: 'acme/shop:2', aliases: 'shared' } as const;
      expect(bumped(text, asked)).toBe(text.replace('acme/shop:1', 'acme/shop:2'));
      expect(
        bump(text, asked)
          .matched.flatMap(({ changes }) => changes)
          .every((change) => change.shared),
      ).toBeTruthy();
    }
  });

  test('detached: written out in the place of the alias, or beside the merge key', () => {
    const asked = { image: 'acme/shop:2', aliases: 'detach' } as const;
    for (const [before, after] of [
      ['x: &i acme/shop:1\nimage: *i # c\n', 'x: &i acme/shop:1\nimage: acme/shop:2 # c\n'],
      [
        'x: &i acme/shop:1\na: {image: *i }\nb: {image: *i}\n',
        'x: &i acme/shop:1\na: {image: "acme/shop:2" }\nb: {image: "acme/shop:2"}\n',
      ],
      ['x: &t "1"\na: {repository: acme/shop, tag: *t}\n', 'x: &t "1"\na: {repository: acme/shop, tag: "2"}\n'],
      [
        'x-c: &c {image: acme/shop:1}\nservices:\n  a:\n    <<: *c # d\n    tty: true\n  b: {<<: [*c], build: .}\n',
        'x-c: &c {image: acme/shop:1}\nservices:\n  a:\n    <<: *c # d\n    image: acme/shop:2\n    tty: true\n  b: {<<: [*c], image: "acme/shop:2", build: .}\n',
      ],
    ] as const) {
      expect(bumped(before, asked)).toBe(after);
      expect(bumped(after, asked)).toBe(after);
    }
  });

  test('not detached: what aliases refer to, and what stands inside of it', () => {
    for (const text of [
      list('{name: a, image: &i acme/shop:1}', '{name: b, image: *i}'),
      list('&c {name: a, image: acme/shop:1}', '*c'),
    ])
      expect(reason(text, { image: 'acme/shop:2', aliases: 'detach' }).join()).toMatch(
        /^items\[0\]\S+ is inside a value that YAML aliases refer to/,
      );
  });

  test('detached again in a newer version of the file', async () => {
    const before = 'x-c: &c {image: acme/shop:1}\nx-i: &i acme/shop:1\nservices:\n  a: {<<: *c}\n  b: {image: *i}\n';
    const { matched, edited } = bump(before, { image: 'acme/shop:2', aliases: 'detach' });
    const changes = parseChanges(JSON.stringify(matched.flatMap((field) => field.changes)));
    expect(changes.map(({ path, old, beside }) => [path, old, beside])).toStrictEqual([
      ['services.a.image', '', '<<'],
      ['services.b.image', 'acme/shop:1', undefined],
    ]);
    const after = edited?.text ?? '';
    expect(after).toBe(before.replace('*c}', '*c, image: "acme/shop:2"}').replace('*i}', '"acme/shop:2"}'));
    expect(await applyChanges(`# newer\n${before}`, changes)).toStrictEqual({
      kind: 'applied',
      text: `# newer\n${after}`,
    });
    expect(await applyChanges(after, changes)).toStrictEqual({ kind: 'already-there' });
  });

  test('an anchor that nothing refers to shares nothing', () => {
    const text = list('&c {name: a, image: &i acme/shop:1}', '{name: b, image: acme/shop:1}');
    expect(bumped(text, { image: 'acme/shop:2' })).toBe(text.replaceAll('shop:1', 'shop:2'));
  });

  test('a key that is there twice', () => {
    expect(
      reason('kind: Pod\nspec: {containers: [{image: acme/shop:1, name: a, image: acme/shop:0}]}', {
        image: 'acme/shop:2',
      }),
    ).toStrictEqual(['spec.containers[name=a].image has a key that appears twice']);
  });

  test('block scalars, folded or literal', () => {
    for (const style of ['>-', '|-'])
      expect(reason(`image: ${style}\n  acme/shop:1\n`, { image: 'acme/shop:2' })).toStrictEqual([
        'image is written as a block scalar',
      ]);
  });

  test('a value that is said to be a number', () => {
    expect(reason('image: {repository: acme/shop, tag: !!float 1.10}\n', { image: 'acme/shop:1.11' })).toStrictEqual([
      'image is tagged as !!float',
    ]);
  });

  test('what is current already is no reason to refuse', () => {
    expect(
      reason(list('{name: a, image: &i acme/shop:2}', '{name: b, image: *i}'), { image: 'acme/shop:2' }),
    ).toStrictEqual([]);
  });
});

describe('what can not be read or filled is skipped with the reason', () => {
  const skipped = (text: string) =>
    bump(text, { image: 'acme/shop:2' }).skipped.map(({ line, reason: why }) => `${line}: ${why}`);

  test('templates', () => {
    expect(skipped('kind: Pod\n{{- if .Values.x }}\nimage: acme/shop:1\n{{- end }}\n').join()).toMatch(
      /^2: looks like a template and is not valid YAML/,
    );
    expect(skipped('a: 1\nimage: "acme/shop:{{ .Values.tag }}"\n')).toStrictEqual([
      '2: names acme/shop with a template expression',
    ]);
    expect(skipped('image: ghcr.io/acme/shop:${TAG}\n')).toStrictEqual([
      '1: names acme/shop with a template expression',
    ]);
  });

  test('broken YAML, in that document only', () => {
    const text = 'image: acme/shop:1\n---\nimage: acme/shop:1\n bad: [\n---\nimage: acme/shop:1\n';
    expect(skipped(text).join()).toMatch(/^\d: is not valid YAML: /);
    expect(bumped(text, { image: 'acme/shop:2' })).toBe(
      text.replace('shop:1', 'shop:2').replace(/shop:1\n$/, 'shop:2\n'),
    );
  });

  test('nesting beyond measure', () => {
    for (const depth of [1500, 50_000])
      expect(skipped(`image: acme/shop:1\na: ${'['.repeat(depth)}${']'.repeat(depth)}\n`).join()).toMatch(
        /is nested too deeply/,
      );
  });

  test('an alias bomb is only a few nodes', () => {
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefghijklmnop'
        .split('')
        .map((name, i) => `${name}: &${name} [*${'abcdefghijklmno'[i]}, *${'abcdefghijklmno'[i]}]`),
    ].join('\n');
    const text = `${bomb}\nimage: acme/shop:1\n`;
    expect(bumped(text, { image: 'acme/shop:2' })).toBe(text.replace('shop:1', 'shop:2'));
  });

  test('100 levels of nesting are nothing special', () => {
    const deep = Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}k${i}:`).join('\n');
    const text = `${deep}\n${' '.repeat(100)}image: acme/shop:1\n`;
    expect(bumped(text, { image: 'acme/shop:2' })).toBe(text.replace('shop:1', 'shop:2'));
  });
});
