import { describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { useWorkspace } from './harness.ts';

const SHOP = 'ghcr.io/acme/shop';
const workspace = useWorkspace();
const pod = (image: string) => `kind: Pod\nspec: {containers: [{name: a, image: ${image}}]}\n`;

/** The error of a run. */
async function failure(inputs: Readonly<Record<string, string>> = {}): Promise<string> {
  workspace.git('init', '--quiet');
  const { code, log } = await workspace.run({ image: `${SHOP}:2.0.0`, ...inputs });
  expectWithNote(code, log).toBe(1);
  return log;
}

describe('the error about an image that no field names says', () => {
  test('that a field without a version takes one with `pin`', async () => {
    workspace.file('pod.yaml', pod(SHOP));
    expect(await failure()).toMatch(
      /has neither a tag nor a digest to change.*→ Set `pin: tag` to give the field a version;/,
    );
    const digest = `sha256:${'1'.repeat(64)}`;
    expect(await failure({ image: `${SHOP}@${digest}` })).toMatch(/→ Set `pin: digest` /);
    expect((await workspace.run({ image: `${SHOP}:2.0.0`, pin: 'tag' })).code).toBe(0);
    expect(workspace.read('pod.yaml')).toBe(pod(`"${SHOP}:2.0.0"`));
  });

  test('that `create` adds a missing entry of a Kustomization', async () => {
    workspace.file('kustomization.yaml', 'resources: [pod.yaml]\n');
    expect(await failure()).toMatch(
      /→ Set `create: true` to add the image to the Kustomization that `paths` select; or correct/,
    );
    expect(await failure({ kinds: 'helm-values' })).not.toMatch(/create/);
  });

  test('where the image stands instead', async () => {
    workspace.file('config.yaml', `apiVersion: v1\nkind: ConfigMap\ndata:\n  image: ${SHOP}:1.0.0\n`);
    workspace.file('.github/workflows/ci.yml', `jobs:\n  a: {container: "${SHOP}:1.0.0"}\n`);
    workspace.file(
      'chart/templates/pod.yaml',
      `# ${SHOP}\nkind: Pod\n{{- if .Values.x }}\nimage: ${SHOP}:1.0.0\n{{- end }}\n`,
    );
    workspace.file('other.yaml', `script: docker run ${SHOP}:1.0.0\nnot: ${SHOP}-api:1.0.0\n`);
    const log = await failure();
    for (const line of [
      "config.yaml:4 names it in a ConfigMap, whose values aren't image fields",
      '.github/workflows/ci.yml:2 names it in .github, which is only searched if `paths` names it',
      'chart/templates/pod.yaml:4 names it in a template',
      'other.yaml:1 names it where no image field is known',
    ])
      expectWithNote(log.includes(line), log).toBeTruthy();
    expect(log).not.toMatch(/other\.yaml:2|pod\.yaml:1 /);
  });

  test('that an object with its name deploys none', async () => {
    workspace.file(
      'repository.yaml',
      `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nspec:\n  image: ${SHOP}\n`,
    );
    const log = await failure({ pin: 'tag' });
    expect(log).toMatch(
      /repository\.yaml:4 is in an ImageRepository, which says where new versions are looked for, not what runs/,
    );
    expect(log.match(/repository\.yaml:4/g)?.length).toBe(1);
  });
});

test('an `=` between two names, as kustomize writes it, points to `=>`', async () => {
  expect(await failure({ image: `shop=${SHOP}:2` })).toMatch(
    /"=" separates the old name from the new reference; here it is "=>": shop => ghcr\.io\/acme\/shop:2/,
  );
});
