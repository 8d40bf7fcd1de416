import { expect, test } from '@jest/globals';
import { sourcesBelow } from './sources.ts';

/** `new URL` throws a TypeError for a malformed address, which ends a step as a bug of the action. */

/** Files that make a URL of one that is valid already: of our own, or checked by `httpUrl` or by an input type. */
const CHECKED_BEFORE: readonly string[] = [
  'src/github/api/api-requester.ts',
  'src/github/api/client.ts',
  'src/http/transport.ts',
  'src/image/registry/auth/token-source.ts',
  'src/image/registry/destination.ts',
  'src/image/registry/endpoint.ts',
  'src/image/registry/session.ts',
  'src/metrics/providers/prometheus/client.ts',
];

/** Input types: they answer a malformed address with a hint. */
const INPUT_TYPES: readonly string[] = ['src/metrics/address.ts', 'src/tools/mirror.ts'];

const sources = sourcesBelow('src').filter(({ path }) => path !== 'src/http/url.ts');

test('an address from outside is read by httpUrl, which returns undefined for a malformed one', () => {
  const makers = sources.filter(({ text }) => /\bnew URL\(/.test(text)).map(({ path }) => path);
  // kubeconfig: `server`, with an error of its own.
  const known = [...CHECKED_BEFORE, ...INPUT_TYPES, 'src/kubernetes/config/connection.ts'];
  expect(makers.filter((path) => !known.includes(path))).toStrictEqual([]);
  expect(known.filter((path) => !makers.includes(path))).toStrictEqual([]);
});

test('what a registry names is judged in one place', () => {
  const readers = sources
    .filter(({ path }) => path.startsWith('src/image/'))
    .filter(({ text }) => /\.header\('location'\)|\bhttpUrl\(|\brealm\b.*new URL/.test(text))
    .map(({ path }) => path);
  expect(readers.sort()).toStrictEqual([
    'src/image/registry/auth/challenge.ts',
    'src/image/registry/destination.ts',
    'src/image/registry/session.ts',
  ]);
});
