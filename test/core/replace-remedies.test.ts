import { expect, test } from '@jest/globals';
import { ActionError } from '../../src/core/error.ts';
import { replaceRemedies } from '../../src/core/replace-remedies.ts';

const failing = (code: string) => () => {
  throw new ActionError({ code, message: 'It failed.', remedy: 'General advice.', cause: 'cause' });
};
const remedies = { 'file-not-readable': 'Exclude it with `paths`.' };

test('an error with a listed code gets the remedy of the action, and keeps the rest', async () => {
  await expect(replaceRemedies(remedies, failing('file-not-readable'))).rejects.toMatchObject({
    code: 'file-not-readable',
    message: 'It failed.',
    remedy: 'Exclude it with `paths`.',
    cause: { message: 'It failed.', remedy: 'General advice.', cause: 'cause' },
  });
});

test('an error with any other code stays as it is', async () => {
  await expect(replaceRemedies(remedies, failing('file-changed'))).rejects.toMatchObject({
    remedy: 'General advice.',
    cause: 'cause',
  });
});

test('an error that is a bug stays as it is', async () => {
  const bug = new TypeError('x is not a function');
  await expect(replaceRemedies(remedies, () => Promise.reject(bug))).rejects.toBe(bug);
});

test('without an error, the result is passed on', async () => {
  expect(await replaceRemedies(remedies, () => 1)).toBe(1);
});
