import { describe, expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { type BumpOptions, bump, bumpedToV2, SHOP } from '../harness.ts';

const MAC = 'ENC[AES256_GCM,data:JzEQ,iv:Zm9v,tag:YmFy,type:str]';

/** A file as `sops --encrypt --encrypted-regex '^password$'` writes it: all but the password is clear text. */
const encrypted = (clear: string, more = '') => `${clear}password: ENC[AES256_GCM,data:aGk=,iv:Zm9v,tag:YmFy,type:str]
sops:
    age: []
    lastmodified: "2026-01-01T00:00:00Z"
    mac: ${MAC}
    encrypted_regex: ^password$
${more}    version: 3.9.0
`;

const VALUES = `image:\n    repository: ${SHOP}\n    tag: v1\n`;

describe('a file that SOPS encrypted', () => {
  const bumpAll = (text: string, options: Partial<BumpOptions> = {}) => bump(text, { image: `${SHOP}:v2`, ...options });

  test('is refused, with what SOPS needs to change it', () => {
    const { refused, edited } = bumpAll(encrypted(VALUES));
    expect(edited).toBeUndefined();
    expect(refused).toMatchObject([
      {
        line: 3,
        reason: 'image counts in the MAC of SOPS: an edit would make the file impossible to decrypt',
        obstacle: { code: 'sops-mac', file: 'app.yaml', values: [{ index: '["image"]["tag"]', text: 'v2' }] },
      },
    ]);
  });

  const PODS = `kind: Pod\nspec:\n    containers:\n        - name: log\n          image: busybox:1\n        - name: shop\n          image: ${SHOP}:v1\n`;
  const KUSTOMIZATION = `kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nimages: [{name: ${SHOP}, newTag: v1}]\n`;
  const EMBEDDED = `kind: Application\napiVersion: argoproj.io/v1alpha1\nspec:\n    source:\n        helm:\n            values: |\n                image: {repository: ${SHOP}, tag: v1}\n`;
  test.each([
    ['a list item, by its index', encrypted(PODS), '["spec"]["containers"][1]["image"]'],
    ['an entry of a Kustomization', encrypted(KUSTOMIZATION), '["images"][0]["newTag"]'],
    ['a text inside a block scalar, which SOPS sees as one value', encrypted(EMBEDDED), undefined],
    ['a later document, which `sops set` can not reach', `${encrypted('a: 1\n')}---\n${encrypted(VALUES)}`, undefined],
    ['JSON', JSON.stringify({ image: { repository: SHOP, tag: 'v1' }, sops: { mac: MAC } }), '["image"]["tag"]'],
  ])('is refused for %s', (_, text, index) => {
    const [field, ...others] = bumpAll(text).refused;
    expect(others).toStrictEqual([]);
    expect(field?.obstacle).toMatchObject({ code: 'sops-mac', values: [{ index }] });
  });

  test('is changed if only encrypted values count in its MAC', () => {
    const text = encrypted(VALUES, '    mac_only_encrypted: true\n');
    expect(bumpedToV2(text)).toBe(text.replace('v1', 'v2'));
  });

  test('is a match if it names the new image already', () => {
    const { refused, matched } = bumpAll(encrypted(VALUES.replace('v1', 'v2')));
    expect([refused.length, matched.length]).toStrictEqual([0, 1]);
  });

  test('is a conflict if it was encrypted after the bump', async () => {
    const changes = bumpAll(VALUES).matched.flatMap((field) => field.changes);
    expect(await applyChanges(encrypted(VALUES), changes)).toStrictEqual({
      kind: 'conflict',
      reason: 'The MAC of SOPS in app.yaml covers the value now.',
    });
  });
});
