import assert from 'node:assert/strict';
import { it } from 'node:test';
import { commitUrl, fileUrl } from '../../src/github/pages.ts';

const REPOSITORY = 'https://github.com/acme/gitops';

it('a file’s page is found whatever signs its path has', () => {
  for (const path of ['a b/c#1.yaml', 'what?.yaml', '100%.yaml', 'a;b&c=d+e.yaml', 'ü/"x".yaml']) {
    const { pathname, search, hash } = new URL(fileUrl(REPOSITORY, 'gitops/staging/shop', path, 3));
    assert.equal(decodeURIComponent(pathname), `/acme/gitops/blob/gitops/staging/shop/${path}`);
    assert.deepEqual([search, hash], ['', '#L3']);
  }
  assert.equal(fileUrl(REPOSITORY, 'abc', 'a.yaml'), `${REPOSITORY}/blob/abc/a.yaml`);
  assert.equal(commitUrl(REPOSITORY, 'abc'), `${REPOSITORY}/commit/abc`);
});
