import { describe, expect, test } from '@jest/globals';
import { useWorkspace } from './harness.ts';

const workspace = useWorkspace();
const SHOP = 'ghcr.io/acme/shop';

describe('a line of `fields` that leads to no image is an error with near misses', () => {
  test.each([
    [
      'a misspelled key',
      'Release:spec.artifcts[0].image',
      /app\.yaml:3 Release:spec\.artifacts\[0\]\.image is similar/,
    ],
    ['another kind', 'Deployment:spec.artifacts[0].image', /app\.yaml:3 has the path in the kind Release/],
    ['a value that is no image', 'Release:spec.note', /app\.yaml:4 spec\.note is no image reference, but "A note"/],
    [
      'a text that does not fit',
      'Release:spec.note: --img={image}',
      /spec\.note doesn't fit the text of the line: it is "A note"/,
    ],
    ['nothing like it', 'Release:zzz', /contains "Release:zzz", which leads to no image in the searched files\./],
  ])('%s', async (_, fields, message) => {
    workspace.file('app.yaml', `kind: Release\nspec:\n  artifacts: [{image: ${SHOP}:1.0.0}]\n  note: A note\n`);
    workspace.file('pod.yaml', `kind: Pod\nspec: {containers: [{image: ${SHOP}:1.0.0}]}\n`);
    for (const inputs of [{ image: `${SHOP}:2.0.0` }, { mode: 'inspect' }]) {
      const { code, log } = await workspace.run({ ...inputs, fields });
      expect([code, log]).toStrictEqual([1, expect.stringContaining('input-invalid')]);
      expect(log).toMatch(message);
    }
    expect(workspace.read('pod.yaml')).toContain('1.0.0');
  });

  test('a line for another image is none', async () => {
    workspace.file('app.yaml', `kind: Release\nspec: {a: ${SHOP}:1.0.0, b: other:1}\n`);
    const { code } = await workspace.run({ image: `${SHOP}:2.0.0`, fields: 'Release:spec.a\nRelease:spec.b' });
    expect(code).toBe(0);
    expect(workspace.read('app.yaml')).toContain(`a: ${SHOP}:2.0.0, b: other:1`);
  });
});
