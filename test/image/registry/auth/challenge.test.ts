import { expect, test } from '@jest/globals';
import { parseChallenge } from '../../../../src/image/registry/auth/challenge.ts';

test('a challenge is parsed with quotes, without quotes, and among other challenges', () => {
  expect(
    parseChallenge('Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull,push"'),
  ).toStrictEqual({
    scheme: 'bearer',
    realm: 'https://auth.example/token',
    service: 'reg',
    error: undefined,
  });
  expect(parseChallenge('Basic realm="Registry Realm"')).toStrictEqual({ scheme: 'basic' });
  expect(parseChallenge('Negotiate, bearer realm=https://a.example/t, error="invalid_token"')).toStrictEqual({
    scheme: 'bearer',
    realm: 'https://a.example/t',
    service: undefined,
    error: 'invalid_token',
  });
  expect(parseChallenge('Negotiate')).toBeUndefined();
  expect(parseChallenge('Bearer realm="not a URL", Basic realm="r"')).toStrictEqual({ scheme: 'basic' });
});
