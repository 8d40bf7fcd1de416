import { expect, test } from '@jest/globals';
import { withInputRemedy } from '../../../../src/actions/build-image/remedies/registry-errors.ts';
import { RegistryError, type RegistryFacts } from '../../../../src/image/registry/error.ts';

const registry = 'reg.internal:5000';

function errorOf(code: string, facts: Omit<RegistryFacts, 'registry'> = {}): RegistryError {
  return new RegistryError({ code, message: 'It failed.', remedy: 'Repair it.', facts: { registry, ...facts } });
}

test.each([
  [
    'registry-unauthorized',
    { needsLogin: true },
    /^Give `registry-username` and `registry-password`, or log in to reg/,
  ],
  ['registry-denied', { needsLogin: true }, /^Give `registry-username` and `registry-password`, or log in to reg/],
  ['registry-rate-limited', { needsLogin: true }, /`registry-password`.* Logged-in users have higher limits\.$/],
  ['registry-rate-limited', {}, /raise `retries`/],
  ['registry-credentials', {}, /^Repair it\. Or give `registry-username` and `registry-password`\.$/],
  ['registry-unreachable', { lacksTls: true }, /add reg\.internal:5000 to `insecure-registries`/],
  ['registry-certificate', {}, /in `registry-ca`\.$/],
  [
    'registry-certificate',
    { otherHost: 'auth.internal' },
    /`registry-ca`, or add auth\.internal to `insecure-registries`\.$/,
  ],
  [
    'registry-refused',
    { otherHost: 'auth.internal:5001' },
    /^Repair it\. Or, .* add auth\.internal:5001 to `insecure-registries`\.$/,
  ],
] as const)('the remedy for %s with %j names the input that helps', (code, facts, remedy) => {
  expect(withInputRemedy(errorOf(code, facts))).toMatchObject({
    code,
    message: 'It failed.',
    remedy: expect.stringMatching(remedy),
  });
});

test.each([
  ['an error that no input solves', errorOf('registry-denied')],
  ['a refusal about no other host', errorOf('registry-refused')],
  ['an unreachable registry with TLS', errorOf('registry-unreachable')],
  ['an error of another kind', new TypeError('defect')],
])('%s stays as it is', (_, error) => {
  expect(withInputRemedy(error)).toBe(error);
});
