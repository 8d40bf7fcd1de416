import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { EngineHarness } from './engine-harness.ts';

let harness: EngineHarness;
beforeEach(async () => {
  harness = await EngineHarness.open();
});
afterEach(() => harness.close());

test('a push with a temporary failure is retried, and nothing is built again', async () => {
  harness.install(
    ['buildah'],
    [{ pattern: 'buildah push', says: 'received unexpected HTTP status: 503 Service Unavailable', times: 2 }],
  );
  const outcome = await harness.build();
  expectWithNote(outcome.exitCode, outcome.log).toBe(0);
  expect(harness.lines().map((line) => line.split(' ')[1])).toStrictEqual(['build', 'push', 'push', 'push']);
});

test('a push that fails permanently, or too often, reports the message of the program', async () => {
  harness.install(['buildah'], [{ pattern: 'buildah push', says: 'denied: requested access is denied', times: 1 }]);
  const denied = await harness.build();
  expect(denied.error).toMatch(
    /push-failed::`buildah push` failed with exit code 1: denied: requested access is denied\./,
  );
  harness.install(['buildah'], [{ pattern: 'buildah push', says: '429 Too Many Requests', times: 9 }]);
  expect((await harness.build({ retries: '1' })).error).toMatch(/push-failed::.*429/);
});

test('a failed build reports the last line of the program and cleans up', async () => {
  harness.install(
    ['buildah'],
    [{ pattern: 'buildah build', says: 'STEP 2\nerror: RUN make: exit status 2', times: 1 }],
  );
  const outcome = await harness.build();
  expect(outcome.error).toMatch(
    /build-failed::`buildah build` failed with exit code 1: error: RUN make: exit status 2\.\n→ The log above/,
  );
  expect(outcome.log).toMatch(/ {2}STEP 2/);
  expect(harness.checkout.leftovers()).toStrictEqual([]);
});

test('a reported digest that the registry does not have under the tag is refused', async () => {
  harness.install(['buildah'], [], `sha256:${'2'.repeat(64)}`);
  expect((await harness.build()).error).toMatch(/digest-mismatch::.*acme\/shop:main should be sha256:2222/);
  harness.install(['buildah'], [], 'nonsense');
  expect((await harness.build()).error).toMatch(/digest-unknown::buildah succeeded, but reported no digest/);
});

test.each([
  ['buildah', 'buildah build', 'hangs'],
  ['buildah', 'buildah push', 'hangs with a child'],
  ['podman', 'podman build', 'hangs with a child'],
  ['podman', 'podman push', 'ignores SIGTERM'],
  ['docker', 'docker buildx build', 'hangs with a child'],
  ['docker', 'push=true', 'ignores SIGTERM'],
] as const)('a cancelled job ends %s and removes its login: `%s` %s', async (engine, pattern, code) => {
  harness.install([engine], [{ pattern, says: 'STEP 1: sleeping', times: 1, code }]);
  const inputs = {
    image: `${harness.registry.host}/acme/shop`,
    'registry-username': 'ci',
    'registry-password': 's3cret-pass',
  };
  const outcome = await harness.checkout.run(inputs, { PATH: harness.programs }, /STEP 1: sleeping/);
  expectWithNote(outcome.exitCode, outcome.log).toBe(1);
  expect(outcome.outputs['status']).toBe('cancelled');
  expect(outcome.error).toMatch(/cancelled::The job was cancelled \(SIGINT\)/);
  expect(harness.checkout.leftovers()).toStrictEqual([]);
});
