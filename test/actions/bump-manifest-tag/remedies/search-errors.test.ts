import { describe, expect, test } from '@jest/globals';
import { searchRemedies } from '../../../../src/actions/bump-manifest-tag/remedies/search-errors.ts';
import { ActionError } from '../../../../src/core/error.ts';
import { replaceRemedies } from '../../../../src/core/replace-remedies.ts';

describe('the remedy for an error of the search', () => {
  const failing = (code: string) => () => {
    throw new ActionError({ code, message: 'It failed.', remedy: 'General advice.', cause: 'cause' });
  };

  test('names the input that helps, and the error keeps the rest', async () => {
    const remedies = searchRemedies('root');
    await expect(replaceRemedies(remedies, failing('file-not-readable'))).rejects.toMatchObject({
      code: 'file-not-readable',
      message: 'It failed.',
      remedy: expect.stringContaining('exclude it with `paths`'),
      cause: { cause: 'cause' },
    });
    await expect(replaceRemedies(remedies, failing('too-much-to-search'))).rejects.toMatchObject({
      remedy: expect.stringContaining('with `paths`'),
    });
  });

  test('names the input that gives the missing folder', async () => {
    await expect(replaceRemedies(searchRemedies('compare-with'), failing('root-not-found'))).rejects.toMatchObject({
      remedy: expect.stringContaining('`compare-with` is a folder'),
    });
  });

  test('leaves other errors and results as they are', async () => {
    const remedies = searchRemedies('root');
    await expect(replaceRemedies(remedies, failing('file-changed'))).rejects.toMatchObject({
      remedy: 'General advice.',
    });
    expect(await replaceRemedies(remedies, () => 1)).toBe(1);
  });
});
