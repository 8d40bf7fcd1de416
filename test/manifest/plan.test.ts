import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyChanges, parseChanges } from '../../src/manifest/changes.ts';
import { type Asked, bump, bumped, digest } from './bumping.ts';

const D1 = digest('1');
const D2 = digest('2');
const pod = (image: string) => `kind: Pod\nspec: {containers: [{name: a, image: "${image}"}]}\n`;
const imageAfter = (before: string, asked: Asked) =>
  /image: "(?<image>.*)"/.exec(bumped(pod(before), asked))?.groups?.['image'];
const reason = (text: string, asked: Asked) => bump(text, asked).refused.map((refusal) => refusal.reason);

describe('matching', () => {
  test('by the repository, as every client resolves it', () => {
    for (const [before, image, after] of [
      ['nginx:1', 'docker.io/library/nginx:2', 'nginx:2'],
      ['docker.io/library/nginx:1', 'nginx:2', 'docker.io/library/nginx:2'],
      ['index.docker.io/acme/shop:1', 'acme/shop:2', 'index.docker.io/acme/shop:2'],
      ['localhost:5000/acme/shop:1', 'localhost:5000/acme/shop:2', 'localhost:5000/acme/shop:2'],
    ] as const)
      assert.equal(imageAfter(before, { image }), after);
    for (const other of ['quay.io/acme/shop:1', 'ghcr.io/acme/shop-api:1', 'ghcr.io/acme/sub/shop:1', 'shop:1'])
      assert.equal(imageAfter(other, { image: 'ghcr.io/acme/shop:2' }), other);
  });

  test('several images in one run', () => {
    const source = `a: {image: acme/a:1}\nb: {image: acme/b:1}\nc: {image: acme/c:1}\n`;
    assert.equal(
      bumped(source, { image: ['acme/a:2', 'acme/b => ghcr.io/new/b:3'] }),
      `a: {image: acme/a:2}\nb: {image: ghcr.io/new/b:3}\nc: {image: acme/c:1}\n`,
    );
  });

  test('a repository may be moved without another release', () => {
    assert.equal(
      imageAfter(`acme/shop:1@${D1}`, { image: 'acme/shop => ghcr.io/acme/shop' }),
      `ghcr.io/acme/shop:1@${D1}`,
    );
  });
});

describe('pin', () => {
  test('keep-shape: what names a tag names a tag, what names a digest a digest', () => {
    const image = `acme/shop:2@${D2}`;
    assert.equal(imageAfter('acme/shop:1', { image }), 'acme/shop:2');
    assert.equal(imageAfter(`acme/shop@${D1}`, { image }), `acme/shop@${D2}`);
    assert.equal(imageAfter(`acme/shop:1@${D1}`, { image }), image);
  });

  test('keep-shape leaves a field that has neither, and says so', () => {
    const { matched, left } = bump(pod('acme/shop'), { image: 'acme/shop:2' });
    assert.deepEqual(
      [matched.length, left.map((remark) => remark.reason)],
      [0, ['spec.containers[name=a].image has neither tag nor digest, and `pin: keep-shape` adds none']],
    );
  });

  test('tag, digest and both change the shape', () => {
    const image = `acme/shop:2@${D2}`;
    for (const before of ['acme/shop', 'acme/shop:1', `acme/shop@${D1}`, `acme/shop:1@${D1}`]) {
      assert.equal(imageAfter(before, { image, pin: 'tag' }), 'acme/shop:2');
      assert.equal(imageAfter(before, { image, pin: 'digest' }), `acme/shop@${D2}`);
      assert.equal(imageAfter(before, { image, pin: 'both' }), image);
    }
  });

  test('in parts, what is not wanted is emptied', () => {
    const source = `kind: Kustomization\nimages: [{name: acme/shop, newTag: v1, digest: "${D1}"}]\n`;
    assert.equal(bumped(source, { image: 'acme/shop:v2', pin: 'tag' }), source.replace('v1', 'v2').replace(D1, ''));
    assert.equal(
      bumped(source, { image: `acme/shop@${D2}`, pin: 'digest' }),
      source.replace('v1', '""').replace(D1, D2),
    );
  });

  test('a tag never changes beside a digest that would stay, nor a digest beside a tag', () => {
    assert.deepEqual(reason(pod(`acme/shop:1@${D1}`), { image: 'acme/shop:2' }), [
      'spec.containers[name=a].image names the image by digest, but `image` gives none',
    ]);
    assert.deepEqual(reason(pod(`acme/shop:1@${D1}`), { image: `acme/shop@${D2}` }), [
      'spec.containers[name=a].image names the image by tag, but `image` gives none',
    ]);
    assert.deepEqual(reason(pod('acme/shop:1'), { image: 'acme/shop:2', pin: 'both' }), [
      'spec.containers[name=a].image shall have a digest (`pin: both`), but `image` gives none',
    ]);
  });

  test('a part that is wanted and has no place is refused with what to add', () => {
    const refused = bump('kind: Kustomization\nimages: [{name: acme/shop, newTag: v1}]', {
      image: `acme/shop:v2@${D2}`,
      pin: 'both',
    }).refused;
    assert.deepEqual(
      refused.map((refusal) => [refusal.reason, refusal.remedy]),
      [
        [
          'images[name=acme/shop] has no digest to change',
          'Set `create: true` to add the key `digest`, or set `pin: tag`.',
        ],
      ],
    );
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
      assert.equal(bumped(before, { ...both, file: 'kustomization.yaml' }), after);
  });

  test('in Helm values and in the values of an Argo CD Application', () => {
    assert.equal(
      bumped('image:\n    repository: acme/shop\n    pullPolicy: Always\n', {
        image: 'acme/shop:v2',
        pin: 'tag',
        create: true,
      }),
      'image:\n    repository: acme/shop\n    tag: v2\n    pullPolicy: Always\n',
    );
    const head = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: \n  source:\n    helm:\n      values: |\n';
    for (const end of ['\n', '\r\n'])
      assert.equal(
        bumped(
          `${head}        image:\n          repository: acme/shop\n          tag: v1\n  x: 1\n`.replaceAll('\n', end),
          both,
        ),
        `${head}        image:\n          repository: acme/shop\n          tag: v2\n          digest: ${D2}\n  x: 1\n`.replaceAll(
          '\n',
          end,
        ),
      );
  });

  test('another repository', () => {
    assert.equal(
      bumped('kind: Kustomization\nimages:\n- name: old/shop\n  newTag: v1\n', {
        image: 'old/shop => acme/shop:v2',
        create: true,
      }),
      'kind: Kustomization\nimages:\n- name: old/shop\n  newName: acme/shop\n  newTag: v2\n',
    );
  });

  test('not where its neighbour leaves no safe place, nor in what aliases share', () => {
    assert.deepEqual(
      reason('images:\n- name: acme/shop\n  newTag:\n    v1\n', { ...both, file: 'kustomization.yaml' }),
      ["can't be edited safely: there is no safe place for the key digest"],
    );
    assert.match(
      reason('images: [&i {name: acme/shop, newTag: v2}]\nx: *i\n', { ...both, file: 'kustomization.yaml' }).join(),
      /aliases or merge keys share/,
    );
  });

  test('the change that it makes is made again elsewhere', async () => {
    const source = (rest: string) =>
      `# new line\nkind: Kustomization\nimages:\n- name: acme/cart\n  newTag: v9\n- name: acme/shop\n${rest}`;
    const changes = bump('kind: Kustomization\nimages:\n- name: acme/shop\n  newTag: v1\n', both).matched.flatMap(
      (field) => field.changes,
    );
    assert.deepEqual(
      changes.map(({ path, line, old, beside }) => [path, line, old, beside]),
      [
        ['images[name=acme/shop].newTag', 4, 'v1', undefined],
        ['images[name=acme/shop].digest', 5, '', 'newTag'],
      ],
    );
    const read = parseChanges(JSON.stringify(changes));
    assert.deepEqual(await applyChanges(source('  newTag: v1\n'), read), {
      kind: 'applied',
      text: source(`  newTag: v2\n  digest: ${D2}\n`),
    });
    assert.deepEqual(await applyChanges(source(`  newTag: v2\n  digest: ${D2}\n`), read), { kind: 'already-there' });
    assert.deepEqual(await applyChanges(source(`  newTag: v1\n  digest: ${D1}\n`), read), {
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
      assert.equal(imageAfter(before, { image: after, newerOnly }), after);
    assert.equal(imageAfter('acme/shop', { image: 'acme/shop:1', pin: 'tag', newerOnly }), 'acme/shop:1');
  });

  test('neither back nor where nobody can tell; what is current is no reason', () => {
    for (const [before, after, why] of [
      ['acme/shop:1.10.0', 'acme/shop:1.9.0', /would go back from 1\.10\.0 to 1\.9\.0, but `newer-only` is set$/],
      ['acme/shop:1.0.0', 'acme/shop:1.0.0-rc.1', /would go back/],
      ['acme/shop:latest', 'acme/shop:1.0.0', /changes from latest to 1\.0\.0, and nobody can tell which is newer/],
      [`acme/shop@${D1}`, `acme/shop@${D2}`, /changes from a digest to a digest, and nobody can tell/],
    ] as const) {
      assert.match(reason(pod(before), { image: after, newerOnly }).join(), why);
      assert.deepEqual(reason(pod(after), { image: after, newerOnly }), []);
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
    assert.equal(bumped(before, { image: 'acme/shop:1.11' }), after);
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
      assert.ok(reasons.length > 0 && reasons.every((one) => shared.test(one)), `${text}${reasons}`);
      const asked = { image: 'acme/shop:2', aliases: 'shared' } as const;
      assert.equal(bumped(text, asked), text.replace('acme/shop:1', 'acme/shop:2'));
      assert.ok(
        bump(text, asked)
          .matched.flatMap(({ changes }) => changes)
          .every((change) => change.shared),
      );
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
      assert.equal(bumped(before, asked), after);
      assert.equal(bumped(after, asked), after);
    }
  });

  test('not detached: what aliases refer to, and what stands inside of it', () => {
    for (const text of [
      list('{name: a, image: &i acme/shop:1}', '{name: b, image: *i}'),
      list('&c {name: a, image: acme/shop:1}', '*c'),
    ])
      assert.match(
        reason(text, { image: 'acme/shop:2', aliases: 'detach' }).join(),
        /^items\[0\]\S+ is part of what YAML aliases refer to/,
      );
  });

  test('detached again in a newer version of the file', async () => {
    const before = 'x-c: &c {image: acme/shop:1}\nx-i: &i acme/shop:1\nservices:\n  a: {<<: *c}\n  b: {image: *i}\n';
    const { matched, edited } = bump(before, { image: 'acme/shop:2', aliases: 'detach' });
    const changes = parseChanges(JSON.stringify(matched.flatMap((field) => field.changes)));
    assert.deepEqual(
      changes.map(({ path, old, beside }) => [path, old, beside]),
      [
        ['services.a.image', '', '<<'],
        ['services.b.image', 'acme/shop:1', undefined],
      ],
    );
    const after = edited?.text ?? '';
    assert.equal(after, before.replace('*c}', '*c, image: "acme/shop:2"}').replace('*i}', '"acme/shop:2"}'));
    assert.deepEqual(await applyChanges(`# newer\n${before}`, changes), { kind: 'applied', text: `# newer\n${after}` });
    assert.deepEqual(await applyChanges(after, changes), { kind: 'already-there' });
  });

  test('an anchor that nothing refers to shares nothing', () => {
    const text = list('&c {name: a, image: &i acme/shop:1}', '{name: b, image: acme/shop:1}');
    assert.equal(bumped(text, { image: 'acme/shop:2' }), text.replaceAll('shop:1', 'shop:2'));
  });

  test('a key that is there twice', () => {
    assert.deepEqual(
      reason('kind: Pod\nspec: {containers: [{image: acme/shop:1, name: a, image: acme/shop:0}]}', {
        image: 'acme/shop:2',
      }),
      ['spec.containers[name=a].image stands under a key that is there twice'],
    );
  });

  test('block scalars, folded or literal', () => {
    for (const style of ['>-', '|-'])
      assert.deepEqual(reason(`image: ${style}\n  acme/shop:1\n`, { image: 'acme/shop:2' }), [
        'image is written as a block scalar',
      ]);
  });

  test('a value that is said to be a number', () => {
    assert.deepEqual(reason('image: {repository: acme/shop, tag: !!float 1.10}\n', { image: 'acme/shop:1.11' }), [
      'image is tagged as !!float',
    ]);
  });

  test('what is current already is no reason to refuse', () => {
    assert.deepEqual(
      reason(list('{name: a, image: &i acme/shop:2}', '{name: b, image: *i}'), { image: 'acme/shop:2' }),
      [],
    );
  });
});

describe('what can not be read or filled is skipped with the reason', () => {
  const skipped = (text: string) =>
    bump(text, { image: 'acme/shop:2' }).skipped.map(({ line, reason: why }) => `${line}: ${why}`);

  test('templates', () => {
    assert.match(
      skipped('kind: Pod\n{{- if .Values.x }}\nimage: acme/shop:1\n{{- end }}\n').join(),
      /^2: looks like a template and is not valid YAML/,
    );
    assert.deepEqual(skipped('a: 1\nimage: "acme/shop:{{ .Values.tag }}"\n'), [
      '2: names acme/shop with a template expression',
    ]);
    assert.deepEqual(skipped('image: ghcr.io/acme/shop:${TAG}\n'), ['1: names acme/shop with a template expression']);
  });

  test('broken YAML, in that document only', () => {
    const text = 'image: acme/shop:1\n---\nimage: acme/shop:1\n bad: [\n---\nimage: acme/shop:1\n';
    assert.match(skipped(text).join(), /^\d: is not valid YAML: /);
    assert.equal(
      bumped(text, { image: 'acme/shop:2' }),
      text.replace('shop:1', 'shop:2').replace(/shop:1\n$/, 'shop:2\n'),
    );
  });

  test('nesting beyond measure', () => {
    for (const depth of [1500, 50_000])
      assert.match(
        skipped(`image: acme/shop:1\na: ${'['.repeat(depth)}${']'.repeat(depth)}\n`).join(),
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
    assert.equal(bumped(text, { image: 'acme/shop:2' }), text.replace('shop:1', 'shop:2'));
  });

  test('100 levels of nesting are nothing special', () => {
    const deep = Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}k${i}:`).join('\n');
    const text = `${deep}\n${' '.repeat(100)}image: acme/shop:1\n`;
    assert.equal(bumped(text, { image: 'acme/shop:2' }), text.replace('shop:1', 'shop:2'));
  });
});
