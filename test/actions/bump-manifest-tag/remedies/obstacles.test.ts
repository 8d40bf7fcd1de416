import { describe, expect, test } from '@jest/globals';
import { obstacleRemedy } from '../../../../src/actions/bump-manifest-tag/remedies/obstacles.ts';
import { useWorkspace } from '../harness.ts';

const SHOP = 'ghcr.io/acme/shop';
const workspace = useWorkspace();

describe('the remedy for a field that is refused', () => {
  test.each([
    [{ code: 'older-tag' }, 'Give a newer tag, or remove `newer-only` to go back on purpose.'],
    [{ code: 'unknown-order' }, 'Use versions (1.4.2) or build numbers (main-41) as tags, or remove `newer-only`.'],
    [
      { code: 'incomplete-reference', lacks: 'digest', repository: SHOP },
      `Give \`image\` as ${SHOP}:<tag>@sha256:<digest>, or set \`pin: tag\`.`,
    ],
    [
      { code: 'missing-part', part: 'digest', key: 'digest', repository: SHOP },
      'Set `create: true` to add the key `digest`, or set `pin: tag`.',
    ],
    [
      { code: 'missing-part', part: 'tag', key: undefined, repository: SHOP },
      'Write the tag next to the other parts, or set `pin: digest`.',
    ],
    [
      { code: 'missing-part', part: 'repository', key: 'newName', repository: SHOP },
      `Set \`create: true\` to add the key \`newName\` with ${SHOP}.`,
    ],
    [
      { code: 'shared-value' },
      'Write the value out where it is used, or set `aliases: shared` to change it for all of them (`detach` for this place alone).',
    ],
    [
      { code: 'inside-anchor' },
      'Write it out where it is used, or set `aliases: shared` to change it for all of them.',
    ],
    [
      { code: 'inside-anchor', others: ['a.image (acme/api)', 'b.image (acme/api)'] },
      'Write the value out where it is used, so that 2 other fields keep theirs; `aliases: shared` would change them too.',
    ],
    [{ code: 'contradictory-parts' }, 'Write each part once, under its own key.'],
    [{ code: 'tag-needed' }, 'Set `pin: both`, or empty the tag yourself if the consumer reads a digest alone.'],
    [{ code: 'digest-after-tag' }, 'Set `pin: both`, with tag and digest in `image`.'],
    [
      { code: 'digest-in-tag' },
      'Give `image` with a digest and set `pin: digest`, or write tag and digest under keys that the consumer reads.',
    ],
    [
      { code: 'unknown-digest-form' },
      "Write the present image's digest there once, in the form that the chart reads, or set `pin: tag`.",
    ],
    [{ code: 'several-kustomizations' }, 'Select the one that should get it with `paths`.'],
    [{ code: 'unsafe-edit' }, 'Exclude the file with `paths` and report this as a defect of the action.'],
  ] as const)('names the inputs that help: %j', (obstacle, remedy) => {
    expect(obstacleRemedy(obstacle)).toBe(remedy);
  });

  test('follows the reason in the error', async () => {
    workspace.file('kustomization.yaml', `images: [{name: ${SHOP}, newTag: v1}]\n`);
    const { log } = await workspace.run({ image: `${SHOP}:v2`, pin: 'both' });
    expect(log).toMatch(
      /field-refused::.*kustomization\.yaml:1 .* needs a digest, but the new reference has none%0A→ Give `image` as ghcr\.io\/acme\/shop:<tag>@sha256:<digest>/,
    );
  });
});
