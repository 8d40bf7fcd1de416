import { describe, expect, test } from '@jest/globals';
import { useWorkspace } from './harness.ts';

const workspace = useWorkspace();
const IMAGE = 'ghcr.io/acme/shop:2.0.0';
const STAGING = 'apps/shop/staging/kustomization.yaml';
const FOLDER = 'gitops/apps/shop/staging';
const KUSTOMIZATION = 'images: [{name: ghcr.io/acme/shop, newTag: 1.0.0}]\n';

/** The names in the outputs that open-gitops-PR uses. */
async function names(inputs: Readonly<Record<string, string>>) {
  const { code, json, log } = await workspace.run({ image: IMAGE, ...inputs });
  expect([code, log]).toStrictEqual([0, expect.any(String)]);
  expect(json('changes').map(({ file }: { file: string }) => file)).toStrictEqual(json('files'));
  return json('files');
}

describe('the names of changed files', () => {
  test('are relative to the folder with `.git`, whatever folder is searched', async () => {
    for (const root of ['gitops', 'gitops/apps', FOLDER]) {
      workspace.file('gitops/.git/HEAD', 'ref: refs/heads/main\n');
      workspace.file(`gitops/${STAGING}`, KUSTOMIZATION);
      expect(await names({ root })).toStrictEqual([STAGING]);
    }
  });

  test('are relative to `top` in an archive without `.git`', async () => {
    workspace.file(`gitops/${STAGING}`, KUSTOMIZATION);
    expect(await names({ root: FOLDER, top: 'gitops' })).toStrictEqual([STAGING]);
  });

  test('are relative to the workspace if it is searched as a whole', async () => {
    workspace.file(`gitops/${STAGING}`, KUSTOMIZATION);
    expect(await names({})).toStrictEqual([`gitops/${STAGING}`]);
  });

  test.each([
    ['a folder of a checkout without `.git`', { root: FOLDER }, 'top-unknown'],
    ['a folder that may be a whole checkout without `.git`', { root: 'gitops' }, 'top-unknown'],
    ['a `top` that is not above `root`', { root: FOLDER, top: 'gitops/apps/cart' }, 'top-not-above'],
    ['a `top` that does not exist', { root: FOLDER, top: 'nope' }, 'root-not-found'],
  ])('are never guessed: %s is an error', async (_, inputs, error) => {
    workspace.file(`gitops/${STAGING}`, KUSTOMIZATION);
    workspace.file('gitops/apps/cart/values.yaml', '');
    const { code, log } = await workspace.run({ image: IMAGE, ...inputs });
    expect([code, log]).toStrictEqual([1, expect.stringContaining(error)]);
    expect(workspace.read(`gitops/${STAGING}`)).toBe(KUSTOMIZATION);
  });

  test('are not taken from a repository around the workspace', async () => {
    workspace.file('../.git/HEAD', 'ref: refs/heads/main\n');
    workspace.file(STAGING, KUSTOMIZATION);
    expect(await names({})).toStrictEqual([STAGING]);
  });

  test.each([
    ['a second checkout', 'gitops/.git/HEAD'],
    ['a submodule', 'gitops/.git'],
  ])('are not mixed with those of another repository: %s below the searched one is an error', async (_, git) => {
    workspace.file('.git/HEAD', 'ref: refs/heads/main\n');
    workspace.file(git, 'gitdir: ../.git/modules/gitops\n');
    workspace.file(`gitops/${STAGING}`, KUSTOMIZATION);
    const { code, log } = await workspace.run({ image: IMAGE });
    expect([code, log]).toStrictEqual([1, expect.stringContaining('such as `root: gitops`')]);
    expect(await names({ top: '.' })).toStrictEqual([`gitops/${STAGING}`]);
  });

  test('matter to a bump only: the other modes list what they find', async () => {
    workspace.file(`gitops/${STAGING}`, KUSTOMIZATION);
    const { json } = await workspace.run({ mode: 'inspect', root: FOLDER });
    expect(json('fields')).toMatchObject([{ file: `gitops/${STAGING}` }]);
  });
});
