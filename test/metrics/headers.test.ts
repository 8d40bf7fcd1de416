import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../src/core/input-types.ts';
import { isCredentialHeader, requestHeader } from '../../src/metrics/headers.ts';

describe('request header', () => {
  it('has a name and a value', () => {
    expect(requestHeader.parse('X-Scope-OrgID: team-a')).toStrictEqual(['X-Scope-OrgID', 'team-a']);
    expect(requestHeader.parse('X-Time:12:30')).toStrictEqual(['X-Time', '12:30']);
  });

  it.each(['X-Scope-OrgID', 'a b: c', 'Name: ünïcode', ': value'])('rejects "%s"', (value) =>
    expect(() => requestHeader.parse(value)).toThrow(InvalidInput),
  );

  it('is a credential if its name says so', () => {
    expect(
      isCredentialHeader('Authorization') && isCredentialHeader('X-API-Key') && isCredentialHeader('Cookie'),
    ).toBeTruthy();
    expect(isCredentialHeader('X-Scope-OrgID')).toBeFalsy();
  });
});
