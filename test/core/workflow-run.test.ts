import { expect, test } from '@jest/globals';
import { repositoryUrl, runUrl } from '../../src/core/workflow-run.ts';

const env = { GITHUB_SERVER_URL: 'https://ghe.acme.test', GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '7' };

test('the pages of the repository and of the run are on the server that the runner names', () => {
  expect(repositoryUrl(env)).toBe('https://ghe.acme.test/acme/shop');
  expect(runUrl(env)).toBe('https://ghe.acme.test/acme/shop/actions/runs/7');
});

test('outside a runner no page is known', () => {
  expect([repositoryUrl({}), runUrl({}), runUrl({ ...env, GITHUB_RUN_ID: '' })]).toStrictEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
