import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../src/core/input-types.ts';
import { serverAddress } from '../../src/metrics/address.ts';
import { errorLike } from '../jest-support.ts';

const address = serverAddress('Give them as a token.');

const invalid = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof InvalidInput && pattern.test(thrown.message);

describe('address of a metrics server', () => {
  it('is a base URL, with or without a path', () => {
    expect(address.parse('https://mimir.example/prometheus').href).toBe('https://mimir.example/prometheus');
    expect(address.parse('http://127.0.0.1:9090').port).toBe('9090');
  });

  it.each([
    ['prometheus:9090', /Did you mean "http:\/\/prometheus:9090"/],
    ['prometheus.monitoring', /Did you mean "http:\/\/prometheus.monitoring"/],
    ['ftp://prometheus', /^$/],
    ['http://me:secret@prometheus', /Remove the user name and password .*Give them as a token\./],
    ['http://prometheus/api/v1/query', /"http:\/\/prometheus"/],
    ['http://prometheus/?a=b', /query/],
  ] as const)('rejects %s', (value, hint) => expect(() => address.parse(value)).toThrow(errorLike(invalid(hint))));
});
