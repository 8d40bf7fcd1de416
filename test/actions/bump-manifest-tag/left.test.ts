import { describe, expect, test } from '@jest/globals';
import { useWorkspace } from './harness.ts';

const workspace = useWorkspace();
const SHOP = 'ghcr.io/acme/shop';
const IMAGE = `${SHOP}:2.0.0`;

function prepare(): void {
  workspace.file('kustomization.yaml', `images: [{name: ${SHOP}, newTag: 1.0.0}]\n`);
  workspace.file('odd.yaml', `# runs ${SHOP}:1.0.0\nshop:\n  runs: ${SHOP}:1.0.0\n`);
}

const LEFT = {
  file: 'odd.yaml',
  line: 3,
  path: 'shop.runs',
  reference: `${SHOP}:1.0.0`,
  image: SHOP,
  reason: 'is not known to be an image field',
};

describe('a place where the image still has another version', () => {
  test('is told in the log, the summary and the output `left`, with a warning', async () => {
    prepare();
    const { code, json, log, summary } = await workspace.run({ image: IMAGE });
    expect(code).toBe(0);
    expect(json('left')).toStrictEqual([LEFT]);
    expect(log).toMatch(/::warning title=bump-manifest-tag%3A image-left::1 place still has .*: odd\.yaml:3/);
    expect(log).toContain(`left odd.yaml:3  shop.runs  ${SHOP}:1.0.0 is not known to be an image field`);
    expect(summary).toContain(`| \`odd.yaml:3\` | \`shop.runs\` | \`${SHOP}:1.0.0\` |`);
  });

  test('fails the step with `if-left: fail`, before anything is written', async () => {
    prepare();
    const { code, json, log } = await workspace.run({ image: IMAGE, 'if-left': 'fail' });
    expect(code).toBe(1);
    expect(json('left')).toStrictEqual([LEFT]);
    expect(log).toMatch(/image-left::.*odd\.yaml:3 shop\.runs/);
    expect(workspace.read('kustomization.yaml')).toContain('1.0.0');
  });

  test('gets no warning with `if-left: ignore`', async () => {
    prepare();
    const { code, json, log } = await workspace.run({ image: IMAGE, 'if-left': 'ignore' });
    expect([code, json('left').length, log.includes('::warning')]).toStrictEqual([0, 1, false]);
  });

  test('is none once `fields` names it', async () => {
    prepare();
    const { code, json } = await workspace.run({ image: IMAGE, fields: '*:shop.runs', 'if-left': 'fail' });
    expect([code, json('left')]).toStrictEqual([0, []]);
    expect(workspace.read('odd.yaml')).toBe(`# runs ${SHOP}:1.0.0\nshop:\n  runs: ${SHOP}:2.0.0\n`);
  });

  test('is told once if it is in an object that deploys nothing, with that reason', async () => {
    workspace.file('app.yaml', `image: ${SHOP}:1.0.0\n`);
    workspace.file(
      'policy.yaml',
      `# ${SHOP}\napiVersion: kyverno.io/v1\nkind: Policy\nspec:\n  rules: [{verifyImages: [{image: "${SHOP}:1.0.0"}]}]\n`,
    );
    const { code, json, log, summary } = await workspace.run({ image: IMAGE });
    expect([code, json('left').length]).toStrictEqual([0, 1]);
    const reason = 'is in a Policy, which says which images may run, not what runs';
    expect([log.split(reason).length - 1, summary.split(reason).length - 1]).toStrictEqual([1, 1]);
  });
});
