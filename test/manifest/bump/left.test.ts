import { describe, expect, test } from '@jest/globals';
import { type BumpOptions, bump, digest, SHOP } from '../harness.ts';

const [D, D2] = [digest('1'), digest('2')];

/** The places that a bump of the shop to 2.0.0 leaves, as `line path reference`. */
function left(text: string, options: Partial<BumpOptions> = {}): string[] {
  return bump(text, { image: `${SHOP}:2.0.0`, ...options }).left.map(
    ({ line, path, reference }) => `${line} ${path} ${reference}`,
  );
}

const reasons = (text: string, options: Partial<BumpOptions> = {}) =>
  bump(text, { image: `${SHOP}:2.0.0`, ...options }).left.map(({ reason }) => reason);

describe('the places that a bump leaves', () => {
  test.each([
    ['a key that no finder knows', `deploy: {runs: "${SHOP}:1.0.0"}`, ['1 deploy.runs ']],
    ['a reference with a digest', `runs: ${SHOP}:1.0.0@${D2}`, ['1 runs '], `${SHOP}:1.0.0@${D2}`],
    ['a digest alone', `runs: ${SHOP}@${D2}`, ['1 runs '], `${SHOP}@${D2}`],
    ['an argument', `args:\n- --img=${SHOP}:1.0.0`, ['2 args[0] ']],
    ['an address of a registry artifact', `from: oci://${SHOP}:1.0.0`, ['1 from ']],
    [
      'a Dockerfile in a block of text',
      `dockerfile: |\n  FROM scratch\n  COPY --from=${SHOP}:1.0.0 /a /a\n`,
      ['3 dockerfile '],
    ],
    ['a folded text', `note: >\n  runs\n  ${SHOP}:1.0.0\n`, ['3 note ']],
    ['JSON in a string', `json: '{"runs": "${SHOP}:1.0.0"}'`, ['1 json ']],
    ['JSON with escaped slashes', `{"runs": "${SHOP.replaceAll('/', '\\/')}:1.0.0"}`, ['1 runs ']],
    ['a line of a double-quoted text', `script: "#!/bin/sh\\n${SHOP}:1.0.0"`, ['1 script ']],
    ['a sentence', `note: It runs ${SHOP}:1.0.0.`, ['1 note ']],
    ['a key', `pull:\n  ${SHOP}:1.0.0: true`, [`2 pull["${SHOP}:1.0.0"] `]],
    ['a map from repository to version', `versions:\n  ${SHOP}: 1.0.0`, [`2 versions["${SHOP}"] `]],
    ['a default of a variable', `runs: ${SHOP}:\${TAG:-1.0.0}`, ['1 runs ']],
    ['a version under a neighboring key', `img: ${SHOP}\nver: 1.0.0`, ['2 ver ']],
    [
      'a version under a key with the same first word',
      `shopImg: ${SHOP}\nshopRelease: 1.0.0\ncartRelease: 9`,
      ['2 shopRelease '],
    ],
    ['a registry, a path and a version', `host: ghcr.io\npath: acme/shop\nrelease: 1.0.0`, ['3 release ']],
    [
      'environment variables',
      `env:\n- {name: SHOP_IMAGE, value: ${SHOP}}\n- {name: SHOP_VERSION, value: 1.0.0}`,
      ['3 env[name=SHOP_VERSION].value '],
    ],
    [
      'YAML in a block of text',
      `apiVersion: v1\nkind: ConfigMap\ndata:\n  values: |\n    img: ${SHOP}\n    ver: 1.0.0\n`,
      ['6 data.values|ver '],
    ],
    ['a template, which is no YAML', `{{- if .x }}\nimage: ${SHOP}:1.0.0\n{{- end }}\n`, ['2  ']],
  ] as const)('are told: %s', (_, text, places, reference: string = `${SHOP}:1.0.0`) => {
    expect(left(text)).toStrictEqual(places.map((place) => place + reference));
  });

  test.each([
    ['a comment', `a: 1 # ${SHOP}:1.0.0\n# ${SHOP}:1.0.0\n`],
    ['a comment in a block of text', `text: |\n  # ${SHOP}:1.0.0\n  run # ${SHOP}:1.0.0\n`],
    ['a comment of a template', `{{- if .x }}\n# ${SHOP}:1.0.0\na: "#" # ${SHOP}:1.0.0\n{{- end }}\n`],
    [
      'another repository',
      [`${SHOP}-worker:1`, `${SHOP}/sub:1`, `my-${SHOP}:1`, `mirror.io/${SHOP}:1`].map((it) => `- ${it}\n`).join(''),
    ],
    ['a repository of another registry', 'a: quay.io/acme/shop:1.0.0\nb: acme/shop:1.0.0'],
    ['a repository without a version', `a: ${SHOP}\nb: https://${SHOP}/pkgs\nc: ${SHOP}.`],
    ['a template', `a: ${SHOP}:{{ .tag }}\nb: ${SHOP}:v$TAG\nc: ${SHOP}:%TAG%\nd: ${SHOP}:<tag>`],
    ['the new version', `a: ${SHOP}:2.0.0\nb: "${SHOP}:2.0.0@${D}"\nc: {img: ${SHOP}, ver: 2.0.0}`],
    ['a rule for versions', `a: ${SHOP}:1.x\nb: {img: ${SHOP}, version: ^1.0}`],
    ['a version of something else', `apiVersion: v1\nimg: ${SHOP}\nchartVersion: 1.0.0`],
    ['versions that belong to no one key', `img: ${SHOP}\nfirstTag: 1\nsecondTag: 2`],
    ['a field that is changed', `kind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:1.0.0}]}`],
    ['a changed reference in parts', `image: {repository: ${SHOP}, tag: 1.0.0}`],
    ['an entry of a Kustomization', `images: [{name: ${SHOP}, newTag: 1.0.0}]\nkind: Kustomization`],
  ])('leave out: %s', (_, text) => {
    const image = `${SHOP}:2.0.0@${D}`;
    expect(left(text, { image, pin: 'tag' })).toStrictEqual([]);
  });

  test('are told under all names of a repository of Docker Hub, but not for ports and logins', () => {
    const text = `a: x nginx:1.25\nb: docker.io/library/nginx:1.25\nc: docker://nginx:1.25\nd: nginx:8080\ne: nginx:password\nf: http://nginx:80\ng: my/nginx:1\n`;
    expect(left(text, { image: 'nginx:1.27' })).toStrictEqual([
      '1 a nginx:1.25',
      '2 b docker.io/library/nginx:1.25',
      '3 c nginx:1.25',
    ]);
  });

  test('are those of the old repository, in any version, and of the new one', () => {
    const text = `a: old/shop:2.0.0\nb: ${SHOP}:1.0.0\nc: ${SHOP}:2.0.0\n`;
    expect(left(text, { image: `old/shop => ${SHOP}:2.0.0` })).toStrictEqual([
      '1 a old/shop:2.0.0',
      `2 b ${SHOP}:1.0.0`,
    ]);
  });

  test('are told once each, beside the fields that are changed', () => {
    const text = `kind: Pod
metadata:
  annotations: {note: "${SHOP}:1.0.0"}
spec:
  containers:
  - image: ${SHOP}:1.0.0
    args: ["${SHOP}:1.0.0", "${SHOP}:0.9.0"]
`;
    expect(left(text)).toStrictEqual([
      `3 metadata.annotations.note ${SHOP}:1.0.0`,
      `7 spec.containers[0].args[0] ${SHOP}:1.0.0`,
      `7 spec.containers[0].args[1] ${SHOP}:0.9.0`,
    ]);
  });

  test.each([
    [
      'a kind that is not searched',
      `kind: Pod\nspec: {containers: [{image: ${SHOP}:1.0.0}]}`,
      { kinds: ['kustomize'] },
      'is not known to be an image field',
    ],
    [
      'a ConfigMap',
      `apiVersion: v1\nkind: ConfigMap\ndata: {image: ${SHOP}:1.0.0}`,
      {},
      'is in a ConfigMap, whose values only its readers understand',
    ],
    [
      'a version that another key overrules',
      `apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec: {url: oci://${SHOP}, ref: {tag: 1.0.0, semver: "*"}}`,
      {},
      'follows `ref.semver`, which takes precedence over a tag',
    ],
    [
      'an object that deploys nothing',
      `apiVersion: kyverno.io/v1\nkind: Policy\nspec: {rules: [{verifyImages: [{image: ${SHOP}:1.0.0}]}]}`,
      {},
      'is in a Policy, which says which images may run, not what runs',
    ],
    [
      'parts of an object that deploys nothing',
      `apiVersion: aquasecurity.github.io/v1\nkind: Report\nspec: {image: {repository: ${SHOP}, tag: 1.0.0}}`,
      {},
      'is in a Report, which is a report about an image, not what runs',
    ],
    [
      'a template for a part',
      `image: {registry: "{{ .host }}", repository: acme/shop, tag: 1.0.0}`,
      {},
      'has a template expression as its registry ({{ .host }})',
    ],
    [
      'SOPS, for a version in the repository',
      `image: {registry: ghcr.io, repository: "acme/shop:1.0.0"}\nsops: {mac: x}`,
      {},
      'counts in the MAC of SOPS: an edit would make the file impossible to decrypt',
    ],
    [
      'SOPS, for a name with its folder apart',
      `image: {repository: ghcr.io/acme, image: shop, version: 1.0.0}\nsops: {mac: x}`,
      {},
      'counts in the MAC of SOPS: an edit would make the file impossible to decrypt',
    ],
    [
      'SOPS, for a whole reference',
      `image: {repository: "${SHOP}:1.0.0"}\nsops: {mac: x}`,
      {},
      'counts in the MAC of SOPS: an edit would make the file impossible to decrypt',
    ],
    [
      'SOPS',
      `image: {repository: ${SHOP}, tag: 1.0.0}\nsops: {mac: x}`,
      {},
      'counts in the MAC of SOPS: an edit would make the file impossible to decrypt',
    ],
  ] as const)('have a reason: %s', (_, text, options, reason) => {
    expect(reasons(text, options)).toStrictEqual([reason]);
  });

  test.each([
    ['only the digest', `image: {repository: ${SHOP}, tag: 2.0.0, digest: ${D2}}`, `${SHOP}:2.0.0@${D}`],
    ['only the repository', `image: {repository: ${SHOP}, tag: 1.0.0}`, `${SHOP} => ghcr.io/acme/store`],
    ['two digests', `image: {repository: ${SHOP}, digest: ${D2}, sha: "${'2'.repeat(64)}"}`, `${SHOP}@${D}`],
  ])('are not those of a field in which the bump changes %s', (_, text, image) => {
    const { matched, ...result } = bump(text, { image });
    expect(matched.flatMap(({ changes }) => changes).length).toBeGreaterThan(0);
    expect(result.left).toStrictEqual([]);
  });

  test.each(['shared', 'detach'] as const)('are not those that an alias brings in: %s', (aliases) => {
    const text = `x: &tag 1.0.0\nimage: {repository: ${SHOP}, tag: *tag}\n`;
    expect(left(text, { aliases })).toStrictEqual([]);
  });

  test('are found in linear time', () => {
    const time = (count: number) => {
      const text = JSON.stringify({ kind: 'ConfigMap', data: Array.from({ length: count }, () => `# ${SHOP}:1.0.0`) });
      const start = performance.now();
      expect(left(text)).toHaveLength(count);
      return performance.now() - start;
    };
    time(1000);
    expect(time(20_000)).toBeLessThan(40 * time(2000) + 500);
  });
});
