import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlatform, isSamePlatform, parsePlatform, platform, platformIn } from '../../src/image/platform.ts';

test('platforms are read with their usual aliases', () => {
  const read = (text: string) => formatPlatform(parsePlatform(text) ?? assert.fail(text));
  assert.equal(read('linux/amd64'), 'linux/amd64');
  assert.equal(read('linux/x86_64'), 'linux/amd64');
  assert.equal(read('linux/aarch64'), 'linux/arm64');
  assert.equal(read('linux/arm64/v8'), 'linux/arm64');
  assert.equal(read('linux/arm'), 'linux/arm/v7');
  assert.equal(read('linux/arm/v6'), 'linux/arm/v6');
  assert.equal(parsePlatform('amd64'), undefined);
  assert.throws(() => platform.parse('arm64'), /Did you mean "linux\/arm64"\?/);
});

test('equal platforms are equal however they are written; attestations have none', () => {
  assert.ok(
    isSamePlatform({ os: 'linux', architecture: 'arm64', variant: 'v8' }, { os: 'linux', architecture: 'arm64' }),
  );
  assert.ok(!isSamePlatform({ os: 'linux', architecture: 'arm', variant: 'v6' }, { os: 'linux', architecture: 'arm' }));
  assert.equal(platformIn({ os: 'unknown', architecture: 'unknown' }), undefined);
  assert.deepEqual(platformIn({ os: 'linux', architecture: 'amd64', 'os.version': '1' }), {
    os: 'linux',
    architecture: 'amd64',
  });
});

test('an image can not say anything but a name where its platform stands', () => {
  for (const architecture of ['amd64 | ![x](https://evil.example)', 'a\nb', '<img>', 'x'.repeat(65)])
    assert.equal(platformIn({ os: 'linux', architecture }), undefined);
  assert.equal(platformIn({ os: 'linux', architecture: 'arm', variant: '`v7`' }), undefined);
  assert.deepEqual(platformIn({ os: 'linux', architecture: 'constructor' }), {
    os: 'linux',
    architecture: 'constructor',
  });
});
