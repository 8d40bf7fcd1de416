import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDigest } from '../../src/image/digest.ts';
import {
  formatReference,
  type ImageReference,
  normalRepository,
  parseReference,
  referenceProblem,
} from '../../src/image/reference.ts';
import { fail, invariant } from '../jest-support.ts';

const component = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/);
const repository = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const registry = fc.constantFrom(
  undefined,
  'localhost',
  'localhost:5000',
  'ghcr.io',
  'reg.example.com:8443',
  '127.0.0.1:80',
  '[::1]:5000',
);
const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: undefined });
const digest = fc.option(
  fc
    .stringMatching(/^[0-9a-f]{64}$/)
    .map((hex) => `sha256:${hex}`)
    .filter(isDigest),
  { nil: undefined },
);
const reference: fc.Arbitrary<ImageReference> = fc
  .record({ registry, repository, tag, digest }, { noNullPrototype: true })
  // Without a registry, a first component that looks like a host would be parsed as one.
  .filter(
    (it) =>
      it.registry !== undefined || !(it.repository.includes('/') && /^(localhost|[^/]*\.[^/]*)\//.test(it.repository)),
  );

test('a formatted reference is parsed to the same reference', () => {
  fc.assert(
    fc.property(reference, (written) => expect(parseReference(formatReference(written))).toStrictEqual(written)),
    { seed: 20261121, numRuns: 500 },
  );
});

test('a parsed reference is formatted to the same text', () => {
  for (const text of [
    'nginx',
    'nginx:1.29',
    'acme/shop:v1',
    'ghcr.io/acme/team/shop:1.4.2-rc.1',
    'localhost/shop',
    'localhost:5000/shop:latest',
    '[::1]:5000/shop',
    `ghcr.io/acme/shop:1@sha256:${'0f'.repeat(32)}`,
  ]) {
    const parsed = parseReference(text);
    invariant(parsed, text);
    expect(formatReference(parsed)).toBe(text);
  }
});

test.each([
  ['ghcr.io/ACME/shop:2', /lower case\. Did you mean "ghcr\.io\/acme\/shop:2"\?/],
  ['https://ghcr.io/acme/shop', /Did you mean "ghcr\.io\/acme\/shop"\?/],
  ['ghcr.io/acme/shop:', /A tag is/],
  ['ghcr.io/acme/shop:.x', /A tag is/],
  ['ghcr.io/acme/shop@sha256:12', /64 lower-case hexadecimal digits/],
  ['ghcr.io/acme//shop', /"" is not part of a repository name/],
  ['ghcr.io/', /name is missing/],
  ['a b', /white space/],
] as const)('"%s" is not a reference, and the problem says why', (text, problem) => {
  expect(parseReference(text)).toBeUndefined();
  expect(referenceProblem(text) ?? '').toMatch(problem);
});

test('a repository of Docker Hub is normalized with its registry and library/', () => {
  const normal = (text: string) => normalRepository(parseReference(text) ?? fail(text));
  expect(normal('nginx')).toBe('docker.io/library/nginx');
  expect(normal('index.docker.io/nginx:1')).toBe('docker.io/library/nginx');
  expect(normal('acme/shop')).toBe('docker.io/acme/shop');
  expect(normal('ghcr.io/shop')).toBe('ghcr.io/shop');
});
