import { describe, expect, test } from '@jest/globals';
import { withInputRemedies } from '../../../../src/actions/bump-manifest-tag/remedies/search-errors.ts';
import { ActionError } from '../../../../src/core/error.ts';

describe('withInputRemedies', () => {
  const failing = (code: string) => () => {
    throw new ActionError({ code, message: 'It failed.', remedy: 'General advice.', cause: 'cause' });
  };

  test('replaces the remedy of a search error by one that names the input, and keeps the rest', async () => {
    await expect(withInputRemedies(failing('file-not-readable'))).rejects.toMatchObject({
      code: 'file-not-readable',
      message: 'It failed.',
      remedy: expect.stringContaining('exclude it with `paths`'),
      cause: 'cause',
    });
    await expect(withInputRemedies(failing('too-much-to-search'))).rejects.toMatchObject({
      remedy: expect.stringContaining('with `paths`'),
    });
    await expect(withInputRemedies(failing('root-not-found'), 'compare-with')).rejects.toMatchObject({
      remedy: expect.stringContaining('`compare-with` is a folder'),
    });
  });

  test('passes other errors and results on', async () => {
    await expect(withInputRemedies(failing('file-changed'))).rejects.toMatchObject({ remedy: 'General advice.' });
    expect(await withInputRemedies(() => 1)).toBe(1);
  });
});
