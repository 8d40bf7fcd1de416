import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../src/core/input-types.ts';
import { isCredential, requestHeader } from '../../src/metrics/headers.ts';

describe('request header', () => {
  it('is a name and a value', () => {
    expect(requestHeader.parse('X-Scope-OrgID: team-a')).toStrictEqual(['X-Scope-OrgID', 'team-a']);
    expect(requestHeader.parse('X-Time:12:30')).toStrictEqual(['X-Time', '12:30']);
  });

  for (const value of ['X-Scope-OrgID', 'a b: c', 'Name: ünïcode', ': value'])
    it(`is not "${value}"`, () => expect(() => requestHeader.parse(value)).toThrow(InvalidInput));

  it('is a credential where its name says so', () => {
    expect(isCredential('Authorization') && isCredential('X-API-Key') && isCredential('Cookie')).toBeTruthy();
    expect(isCredential('X-Scope-OrgID')).toBeFalsy();
  });
});
