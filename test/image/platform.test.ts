import { expect, test } from '@jest/globals';
import { formatPlatform, isSamePlatform, parsePlatform, platform, platformIn } from '../../src/image/platform.ts';
import { fail } from '../jest-support.ts';

test('a platform is parsed, and its aliases are normalized', () => {
  const read = (text: string) => formatPlatform(parsePlatform(text) ?? fail(text));
  expect(read('linux/amd64')).toBe('linux/amd64');
  expect(read('linux/x86_64')).toBe('linux/amd64');
  expect(read('linux/aarch64')).toBe('linux/arm64');
  expect(read('linux/arm64/v8')).toBe('linux/arm64');
  expect(read('linux/arm')).toBe('linux/arm/v7');
  expect(read('linux/arm/v6')).toBe('linux/arm/v6');
  expect(parsePlatform('amd64')).toBeUndefined();
  expect(() => platform.parse('arm64')).toThrow(/Did you mean "linux\/arm64"\?/);
});

test('platforms are compared after normalization; an attestation has no platform', () => {
  expect(
    isSamePlatform({ os: 'linux', architecture: 'arm64', variant: 'v8' }, { os: 'linux', architecture: 'arm64' }),
  ).toBeTruthy();
  expect(
    isSamePlatform({ os: 'linux', architecture: 'arm', variant: 'v6' }, { os: 'linux', architecture: 'arm' }),
  ).toBeFalsy();
  expect(platformIn({ os: 'unknown', architecture: 'unknown' })).toBeUndefined();
  expect(platformIn({ os: 'linux', architecture: 'amd64', 'os.version': '1' })).toStrictEqual({
    os: 'linux',
    architecture: 'amd64',
  });
});

test('a platform in an image is ignored if it is not a plain name', () => {
  for (const architecture of ['amd64 | ![x](https://evil.example)', 'a\nb', '<img>', 'x'.repeat(65)])
    expect(platformIn({ os: 'linux', architecture })).toBeUndefined();
  expect(platformIn({ os: 'linux', architecture: 'arm', variant: '`v7`' })).toBeUndefined();
  expect(platformIn({ os: 'linux', architecture: 'constructor' })).toStrictEqual({
    os: 'linux',
    architecture: 'constructor',
  });
});
