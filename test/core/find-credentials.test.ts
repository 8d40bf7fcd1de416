import { test } from '@jest/globals';
import { findCredentials } from '../../src/core/find-credentials.ts';
import { expectWithNote } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

test('credentials are found in URLs, image references, variables and queries', () => {
  const github = `ghp_${'a1B2'.repeat(9)}`;
  for (const [text, credential] of [
    ['https://ada:hunter22@git.example/acme/gitops', 'hunter22'],
    ['https://:hunter22@git.example', 'hunter22'],
    ['ada:hunter22@ghcr.io/acme/shop:1', 'hunter22'],
    ['REMOTE=ada:hunter22@ghcr.io:5000/acme/shop', 'hunter22'],
    ['http://prometheus:9090/?a=b&access_token=hunter22#x', 'hunter22'],
    [`https://${github}@github.com/acme/gitops`, github],
    [`GIT_TOKEN=${github}`, github],
    ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    ['x eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbg y', 'eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbg'],
  ] as const)
    expectWithNote(findCredentials(text), text).toStrictEqual([credential]);
});

test('text that only resembles a credential is not reported', () => {
  for (const text of [
    `ghcr.io/acme/shop:1.4.2@sha256:${'4be1'.repeat(16)}`,
    `shop:1.4.2@sha256:${'4be1'.repeat(16)} => ghcr.io/acme/shop`,
    'registry.internal:5000/acme/shop:1',
    'git@github.com:acme/gitops.git',
    'Thanks, see mailto:ada@example.com: it is done',
    'sum(rate(http_requests_total{track="{{ arm }}"}[1m]))',
    'https://github.com/acme/shop/pull/1?tab=files',
  ])
    expectWithNote(findCredentials(text), text).toStrictEqual([]);
});

test('a text of a megabyte is searched in linear time', () => {
  for (const piece of ['a', 'a:', '://a:', '?token', 'eyJ', ' x:y'])
    expectLinearTime((size) => findCredentials(piece.repeat(size)), 12_500);
});
