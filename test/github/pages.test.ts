import { expect, it } from '@jest/globals';
import { commitUrl, fileUrl } from '../../src/github/pages.ts';

const REPOSITORY = 'https://github.com/acme/gitops';

it('encodes special characters in the URL of a file', () => {
  for (const path of ['a b/c#1.yaml', 'what?.yaml', '100%.yaml', 'a;b&c=d+e.yaml', 'ü/"x".yaml']) {
    const { pathname, search, hash } = new URL(fileUrl(REPOSITORY, 'gitops/staging/shop', path, 3));
    expect(decodeURIComponent(pathname)).toBe(`/acme/gitops/blob/gitops/staging/shop/${path}`);
    expect([search, hash]).toStrictEqual(['', '#L3']);
  }
  expect(fileUrl(REPOSITORY, 'abc', 'a.yaml')).toBe(`${REPOSITORY}/blob/abc/a.yaml`);
  expect(commitUrl(REPOSITORY, 'abc')).toBe(`${REPOSITORY}/commit/abc`);
});
